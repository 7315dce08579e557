import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { projectRoot } from '../paths.ts';
import type { Certificates } from './certificates.ts';
import { freePort } from './free-port.ts';

/** A redis-server on a port, with a password and an append-only file. */
export interface PlainRedis {
  port: number;
  process: ChildProcess;
  /** As a service manager stops it: what it was told is on the disk. */
  stop(): Promise<void>;
}

interface RedisOptions {
  dataDir: string;
  password: string;
  /** Any free one by default. */
  port?: number;
  tls?: Certificates;
}

export async function startPlainRedis(options: RedisOptions): Promise<PlainRedis> {
  const { dataDir, password, tls } = options;
  const port = options.port ?? (await freePort());
  const settings: Record<string, string> = {
    ...(tls === undefined ? { port: String(port) } : { 'port': '0', 'tls-port': String(port), 'tls-cert-file': tls.certificate, 'tls-key-file': tls.key, 'tls-ca-cert-file': tls.ca, 'tls-auth-clients': 'no' }),
    bind: '127.0.0.1', dir: dataDir, appendonly: 'yes', appendfsync: 'everysec', save: '""', 'maxmemory-policy': 'noeviction', requirepass: JSON.stringify(password),
  };
  return launch(options, port, Object.entries(settings).map(([name, value]) => `${name} ${value}\n`).join(''));
}

/** The file that operators get (lib/infra/hosts/redis.conf), with its user `selkie`; `alsoPassword` while the password is being changed. */
export async function startOperatorsRedis(options: Omit<RedisOptions, 'tls'> & { alsoPassword?: string }): Promise<PlainRedis> {
  const port = options.port ?? (await freePort());
  const text = readFileSync(join(projectRoot, 'lib/infra/hosts/redis.conf'), 'utf8')
    .replace(/^port .*$/m, `port ${port}`).replace(/^dir .*$/m, `dir ${options.dataDir}`).replace(/^bind .*$/m, 'bind 127.0.0.1').replace('>CHANGE_ME', [options.password, ...(options.alsoPassword === undefined ? [] : [options.alsoPassword])].map((each) => `>${each}`).join(' '));
  return launch({ ...options, username: 'selkie' }, port, text);
}

async function launch({ dataDir, password, username, tls }: RedisOptions & { username?: string }, port: number, configuration: string): Promise<PlainRedis> {
  mkdirSync(dataDir, { recursive: true });
  // A file, because a command line is for everybody to read.
  const file = join(dataDir, 'redis.conf');
  writeFileSync(file, configuration, { mode: 0o600 });
  const child = spawn('redis-server', [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stdout.on('data', (bytes: Buffer) => (log = (log + bytes.toString()).slice(-8_000)));
  const ended = once(child, 'exit');
  // However this process ends, the server goes first.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const probe = new Redis({ host: 'localhost', port, password, ...(username !== undefined && { username }), maxRetriesPerRequest: null, retryStrategy: () => 20, ...(tls !== undefined && { tls: { rejectUnauthorized: false } }) });
  probe.on('error', () => undefined);
  const failed = ended.then(() => {
    throw new Error(`redis-server did not start:\n${log}`);
  });
  await Promise.race([probe.ping(), failed]).finally(() => probe.disconnect());
  failed.catch(() => undefined);
  return {
    port,
    process: child,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await ended;
    },
  };
}
