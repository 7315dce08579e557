import type { Environment } from './environment.ts';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import nextEnv from '@next/env';
import { parseEnvironment } from '../core/session/environment.ts';
import { buildIfNeeded } from './build.ts';
import { startChild, type Child } from './children.ts';
import { chooseCloud, embeddedEnvironment, parsePorts } from './configuration.ts';
import { lockData } from './data-lock.ts';
import { startEmbeddedCloud, type EmbeddedCloud, type Mail } from './embedded-cloud.ts';
import { dataDirectory, projectRoot } from './paths.ts';
import { isPortFree } from './ports.ts';
import { loadSecrets } from './secrets.ts';
import { parseShutdownTimes } from './shutdown-times.ts';
import { Stop } from './stop.ts';

/**
 * The whole product on one machine, in order: configuration, embedded cloud (only when no cloud is
 * configured), build, Node entry. Each part is a child that ends with us; when one ends by itself, all do.
 */
export interface Stack {
  origin: string;
  cloud: EmbeddedCloud | undefined;
  /** Rejects with `Stop` when a part ended by itself. */
  failed: Promise<never>;
  stop(): Promise<void>;
}

export async function startStack(options: { dev: boolean; say: (line: string) => void; onMail: (mail: Mail) => void }): Promise<Stack> {
  const { say } = options;
  nextEnv.loadEnvConfig(projectRoot, options.dev, { info: () => {}, error: console.error });
  const ports = parsePorts(process.env);
  const { delayMs, patienceMs } = parseShutdownTimes(process.env);
  const kind = chooseCloud(process.env);
  if (!(await isPortFree(ports.app))) {
    throw new Stop(`Port ${ports.app} is taken by another program. Choose another one, for example: PORT=${ports.app + 1} npm start`);
  }
  const dataDir = dataDirectory(process.env);
  const unlock = kind === 'embedded' ? lockData(dataDir) : () => {};
  const children: Child[] = [];
  const stop = async () => {
    // The app first: it may still be writing to the cloud.
    for (const child of children.reverse()) await child.stop(delayMs + patienceMs + 5_000);
    unlock();
  };
  try {
    const origin = process.env.APP_ORIGIN || `http://localhost:${ports.app}`;
    let env: Environment = { ...process.env, APP_ORIGIN: origin };
    let cloud: EmbeddedCloud | undefined;
    if (kind === 'embedded') {
      say('Starting the embedded cloud (S3, Redis, Cognito; for this machine only) …');
      const secrets = loadSecrets(dataDir, say);
      cloud = await startEmbeddedCloud({ dataDir, ports, appOrigin: origin, secrets, onMail: options.onMail });
      children.push(cloud.child);
      // One line for each request would bury the codes that are printed here.
      env = { LOG_LEVEL: 'warn', LOG_FORMAT: 'text', ...withoutAws(env), ...embeddedEnvironment(cloud.port, secrets), ...(env.SESSION_SECRET ? { SESSION_SECRET: env.SESSION_SECRET } : {}) };
      say(`Embedded cloud ready (Redis: ${cloud.redisEngine === 'mock' ? 'in-memory stand-in, since redis-server is not installed' : cloud.redisEngine}).`);
    }
    checkEnvironment(env);
    // Loaded here, since the embedded cloud is right by itself and its start should not wait for AWS's clients.
    if (kind === 'configured') await (await import('./doctor/start-check.ts')).requireRightServices(env, say);
    if (!options.dev) await buildIfNeeded(env, say);
    const serve = startChild(
      [
        '--import', 'tsx', join(projectRoot, 'lib/host/serve.ts'),
        '--port', String(ports.app),
        ...(kind === 'embedded' ? ['--loopback'] : []),
        ...(options.dev ? ['--dev'] : []),
      ],
      { env: { ...env, NODE_ENV: options.dev ? 'development' : 'production', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } },
    );
    children.push(serve);
    await untilListening(serve);
    await warmUp(ports.app, origin, say);
    return { origin, cloud, failed: firstEnd(children), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function checkEnvironment(env: Environment): void {
  try {
    parseEnvironment(env);
  } catch (error) {
    throw new Stop((error as Error).message);
  }
}

/** Next's own chatter and our access lines go on to standard output; the marker is ours. */
async function untilListening(serve: Child): Promise<void> {
  const out = serve.process.stdout!;
  const listening = new Promise<void>((resolve) => {
    out.on('data', (bytes: Buffer) => {
      const text = bytes.toString();
      if (text.includes('{"listening":true}')) resolve();
      process.stdout.write(text.replace('{"listening":true}\n', ''));
    });
  });
  const ended = serve.ended.then(() => {
    throw new Stop('The app did not start (its own words are above).');
  });
  await Promise.race([listening, ended]);
  ended.catch(() => {});
}

/**
 * Asks the app once for all it depends on: it names a service that does not answer before the first person meets
 * it, and loads the sign-in routes with their clients, which the first sign-in should not wait for.
 */
async function warmUp(port: number, origin: string, say: (line: string) => void): Promise<void> {
  const base = `http://127.0.0.1:${port}`;
  let problem: string | undefined;
  for (let attempt = 0; attempt < 3; attempt++) {
    problem = await fetch(`${base}/api/ready`, { signal: AbortSignal.timeout(30_000) }).then(
      async (answer) => (answer.ok ? undefined : ((await answer.json()) as { detail?: string }).detail),
      (error: Error) => error.message,
    );
    if (problem === undefined) break;
  }
  if (problem !== undefined) {
    say(`${problem} ${origin} is served all the same, and answers 503 where it needs that; check addresses and credentials.`);
  }
  // Empty bodies: refused at the door, after the route was loaded.
  for (const path of ['sign-up', 'sign-in', 'confirm']) await postNothing(port, new URL(origin).host, `/api/auth/${path}`);
}

/** By `node:http`, since `fetch` sends a Host of its own, and the entry answers for ours only. */
async function postNothing(port: number, host: string, path: string): Promise<void> {
  const headers = { host, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' };
  const asking = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent: false, timeout: 30_000 });
  asking.on('response', (answer) => answer.resume()).on('timeout', () => asking.destroy()).on('error', () => undefined).end('{}');
  await new Promise<void>((resolve) => asking.once('close', resolve));
}

function firstEnd(children: Child[]): Promise<never> {
  const failed = Promise.race(children.map(async (child) => {
    const code = await child.ended;
    throw new Stop(`A part of Selkie ended by itself (exit code ${code}); everything was stopped. Its own words are above.`);
  }));
  failed.catch(() => {});
  return failed;
}

/** A person's own AWS profile or session token must not mix with the embedded store's credentials. */
function withoutAws(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}

/** Waits for Ctrl-C, SIGTERM, or the end of the npm that started us. */
export async function untilToldToStop(): Promise<void> {
  const starters = ancestors();
  const orphaned = new Promise<void>((resolve) => {
    if (process.env.npm_lifecycle_event === undefined) return;
    // npm killed with -9 can't tell us; its place above us is then taken by another process.
    setInterval(() => ancestors() !== starters && resolve(), 1_000).unref();
  });
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP'), orphaned]);
  // A second Ctrl-C, or npm passing the first one on, must not cut the orderly stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
}

/** Our parent and, where /proc tells, its parent: npm starts a script through a shell. */
function ancestors(): string {
  try {
    // proc_pid_stat(5): the fourth field, after a name in parentheses that may hold anything.
    const parentOfParent = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1];
    return `${process.ppid} ${parentOfParent}`;
  } catch {
    return String(process.ppid);
  }
}
