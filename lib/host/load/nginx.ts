import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { projectRoot } from '../paths.ts';
import type { Certificates } from './certificates.ts';

export interface NginxOptions {
  folder: string;
  /** Of TLS; plain http, which sends people there, is one above. */
  port: number;
  instances: readonly number[];
  certificates: Certificates;
  /** What somebody has made of the operators' file. */
  change?: (text: string) => string;
}

/** The file that operators get (lib/infra/hosts/nginx.conf), with this machine's names in the place of the example's. */
export function siteConfiguration({ port, instances, certificates, change = (same) => same }: Omit<NginxOptions, 'folder'>): string {
  const replace = (text: string, from: RegExp, to: string): string => {
    if (!from.test(text)) throw new Error(`lib/infra/hosts/nginx.conf has nothing like ${from} any more.`);
    return text.replace(new RegExp(from.source, `${from.flags}g`), to);
  };
  let text = readFileSync(join(projectRoot, 'lib/infra/hosts/nginx.conf'), 'utf8');
  const [first = 0, ...others] = instances;
  text = replace(text, /^ +server 127\.0\.0\.1:3002.*\n +server 127\.0\.0\.1:3003.*\n/m, others.map((other) => `    server 127.0.0.1:${other} max_fails=1 fail_timeout=2s;\n`).join(''));
  text = replace(text, /127\.0\.0\.1:3001/, `127.0.0.1:${first}`);
  text = replace(text, /^ +listen \[::\].*\n/m, '');
  text = replace(text, /listen 443/, `listen 127.0.0.1:${port}`);
  text = replace(text, /listen 80/, `listen 127.0.0.1:${port + 1}`);
  text = replace(text, /https:\/\/selkie\.example/, `https://localhost:${port}`);
  text = replace(text, /server_name selkie\.example/, 'server_name localhost');
  text = replace(text, /\S+fullchain\.pem/, certificates.certificate);
  return change(replace(text, /\S+privkey\.pem/, certificates.key));
}

/** A configuration that runs without root and writes nothing outside `folder`. */
export function writeNginxConfiguration(options: NginxOptions): string {
  const { folder } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'selkie.conf'), siteConfiguration(options));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `  ${name}_temp_path ${join(folder, name)};\n`).join('');
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, [
    'daemon off;', 'worker_processes 1;', 'worker_rlimit_nofile 16384;', `pid ${join(folder, 'nginx.pid')};`, `error_log ${join(folder, 'error.log')} warn;`,
    'events { worker_connections 8192; }', 'http {', `${temporary}  access_log off;`, `  include ${join(folder, 'selkie.conf')};`, '}', '',
  ].join('\n'));
  return file;
}

/**
 * A real nginx over the instances. `cutAnswers` counts those it was passing on when their instance died: what has begun can
 * be neither taken back nor asked for again, by no proxy.
 * @throws Error with nginx's own words.
 */
export async function startNginx(options: NginxOptions): Promise<{ process: ChildProcess; cutAnswers(): number; stop(): Promise<void> }> {
  const file = writeNginxConfiguration(options);
  const child = spawn('nginx', ['-c', file, '-e', join(options.folder, 'error.log')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (bytes: Buffer) => (words += bytes.toString()));
  const ended = once(child, 'exit').catch(() => undefined);
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  while (!(await isListening(options.port))) {
    if (hasEnded) throw new Error(`nginx did not start: ${words}`);
    await wait(20);
  }
  return {
    process: child,
    cutAnswers: () => readFileSync(join(options.folder, 'error.log'), 'utf8').split('prematurely closed connection while reading upstream').length - 1,
    async stop() {
      process.off('exit', kill);
      if (hasEnded) return;
      child.kill('SIGQUIT');
      const cut = setTimeout(() => child.kill('SIGTERM'), 2_000);
      await ended;
      clearTimeout(cut);
    },
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).once('error', () => resolve(false));
  });
}
