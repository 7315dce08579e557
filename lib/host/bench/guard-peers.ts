import { cpSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { startRedisServer } from '../../local/redis/redis-server-process.ts';
import type { Environment } from '../environment.ts';
import { startChild, type Child } from '../children.ts';
import { projectRoot } from '../paths.ts';
import { cleanEnvironment } from '../testing/running-stack.ts';
import { PERSON } from './peers/settings.ts';

const NEXT = join(projectRoot, 'node_modules/next/dist/bin/next');

/** The peers' app, built and running; `redis` counts what better-auth asks of it. */
export interface Peers {
  origin: string;
  redis: Redis;
  close(): Promise<void>;
}

/** Inside the checkout, because its build must find our node_modules; Git and the product's build look past it. */
export async function startPeers(dataDir: string): Promise<Peers> {
  const folder = join(projectRoot, '.selkie', 'bench-peers');
  rmSync(folder, { recursive: true, force: true });
  cpSync(fileURLToPath(new URL('./peers', import.meta.url)), folder, { recursive: true });
  const server = await startRedisServer({ dataDir: join(dataDir, 'peers-redis'), now: Date.now, warn: () => undefined });
  const redis = new Redis({ path: server.socket });
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env: Environment = {
    ...cleanEnvironment(), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', BENCH_REDIS_SOCKET: server.socket, BENCH_ORIGIN: origin,
    NEXTAUTH_URL: origin, NEXTAUTH_SECRET: '', BETTER_AUTH_TELEMETRY: '0',
  };
  let child: Child | undefined;
  const close = async () => {
    await child?.stop();
    redis.disconnect();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await run([NEXT, 'build', folder], env);
    child = startChild([NEXT, 'start', folder, '-p', String(port)], { env });
    await answers(`${origin}/open`, child);
  } catch (error) {
    await close();
    throw error;
  }
  return { origin, redis, close };
}

async function run(argv: string[], env: Environment): Promise<void> {
  const child = startChild(argv, { env, stderr: 'pipe' });
  let output = '';
  for (const stream of [child.process.stdout, child.process.stderr]) stream?.on('data', (bytes: Buffer) => (output += bytes.toString()));
  if ((await child.ended) !== 0) throw new Error(`The peers could not be built:\n${output}`);
}

async function answers(url: string, child: Child): Promise<void> {
  child.process.stdout?.resume();
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    if (child.process.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('The peers did not start.');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A signed-in browser of one peer, and how that peer's own sign-out is asked for. */
export interface PeerSession {
  name: string;
  url: string;
  cookie: string;
  signOut(): Promise<void>;
}

export async function signInToPeers({ origin }: Peers): Promise<PeerSession[]> {
  const post = async (path: string, cookie: string, body: string, type = 'application/json') => {
    const answer = await fetch(origin + path, { method: 'POST', redirect: 'manual', headers: { 'content-type': type, cookie, origin }, body });
    if (answer.status >= 400) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return cookies(answer);
  };
  const form = 'application/x-www-form-urlencoded';
  const { email, password } = PERSON;

  const iron = await post('/iron/login', '', '{}');

  const first = await fetch(`${origin}/api/auth/csrf`);
  const csrf = cookies(first);
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const nextAuth = await post('/api/auth/callback/credentials', csrf, new URLSearchParams({ csrfToken, email, password, json: 'true' }).toString(), form);

  const better = await post('/api/better/sign-up/email', '', JSON.stringify(PERSON));
  return [
    { name: 'iron-session alone', url: `${origin}/iron/me`, cookie: iron, signOut: async () => void (await post('/iron/logout', iron, '{}')) },
    {
      name: 'next-auth 4.24, JWT', url: `${origin}/next-auth/me`, cookie: nextAuth,
      signOut: async () => void (await post('/api/auth/signout', `${csrf}; ${nextAuth}`, new URLSearchParams({ csrfToken, json: 'true' }).toString(), form)),
    },
    { name: 'better-auth 1.7, Redis', url: `${origin}/better/me`, cookie: better, signOut: async () => void (await post('/api/better/sign-out', better, '{}')) },
  ];
}

function cookies(answer: Response): string {
  return answer.headers.getSetCookie().map((line) => line.split(';')[0]!).join('; ');
}
