import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { processInfo } from './process-info.ts';

/**
 * Our own `redis-server`: on a Unix socket in a private folder, so that it needs neither a port nor a password,
 * and with an append-only file in our data folder. It dies with us, three times over: on `close()`; when our end
 * of a pipe closes, which a tiny watchdog shell waits for (redis-server knows no parent-death signal); and, should
 * that fail too, at our next start, which finds the pid file of this data folder.
 */
export interface RedisServer {
  socket: string;
  close(): Promise<void>;
}

const pidFileSchema = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(2)), socket: v.string(), owner: v.number() });

const STOP_WAIT_MS = 5000;
const LOG_TAIL_CHARS = 16_000;

export async function startRedisServer(options: { dataDir: string; now: () => number; warn: (sentence: string) => void }): Promise<RedisServer> {
  const { now, warn } = options;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const pidFile = join(dataDir, 'redis-server.json');
  await stopStale(pidFile, dataDir);
  const socket = join(await makeSocketFolder(), 's');

  let attempt = await launch(dataDir, socket, pidFile);
  if (!attempt.ok && isDamage(attempt.log)) {
    const aside = join(dataDir, `appendonlydir.damaged-${now()}`);
    await rename(join(dataDir, 'appendonlydir'), aside);
    warn(`The sessions that were kept could not be read: they are set aside as ${aside}, and everybody signs in again.`);
    attempt = await launch(dataDir, socket, pidFile);
  }
  if (!attempt.ok) {
    await rm(pidFile, { force: true });
    await rm(dirname(socket), { recursive: true, force: true });
    throw new Error(`redis-server did not start; it said: ${attempt.log.trim().split('\n').slice(-3).join(' | ')}`);
  }
  if (/loaded anyway because aof-load-truncated/.test(attempt.log)) {
    warn('The end of the kept sessions was cut off (a crash while writing), so the last of them may be missing.');
  }
  const { child } = attempt;
  let isClosing = false;
  child.once('exit', () => {
    if (!isClosing) warn('redis-server stopped by itself; stop Selkie and start it again.');
  });
  return {
    socket,
    async close() {
      isClosing = true;
      await stop(child);
      await rm(pidFile, { force: true });
      await rm(dirname(socket), { recursive: true, force: true });
    },
  };
}

type Launch = { ok: true; child: ChildProcess; log: string } | { ok: false; log: string };

/** What redis-server says when it can't understand its files; a full disk or a missing permission must not move them away. */
function isDamage(log: string): boolean {
  return /Bad file format|Unexpected end of file|manifest|Short read|Internal error in RDB|Wrong signature/.test(log) && !/Permission denied|No space left/.test(log);
}

/** Resolves when the server accepts connections, or has ended; from its first moment on, it can't outlive us unseen. */
async function launch(dataDir: string, socket: string, pidFile: string): Promise<Launch> {
  const settings: Record<string, string> = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: dataDir,
    appendonly: 'yes',
    // A crash of ours loses nothing, a crash of the machine at most the last second; `always` would flush at each request.
    appendfsync: 'everysec',
    'aof-load-truncated': 'yes',
    save: '',
    daemonize: 'no',
    databases: '1',
    'maxmemory-policy': 'noeviction',
  };
  // Detached: Ctrl-C in the terminal reaches us only, and we stop it in order.
  const child = spawn('redis-server', Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]), {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new Error(`redis-server could not be run (${error.message}); install it, or remove it from PATH to use the stand-in.`);
  }
  const watchdog = watch(child.pid);
  child.once('exit', () => watchdog.kill('SIGKILL'));
  let log = '';
  const ready = new Promise<Launch>((resolve) => {
    const read = (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-LOG_TAIL_CHARS);
      if (/ready to accept connections/i.test(log)) resolve({ ok: true, child, log });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => resolve({ ok: false, log }));
  });
  await writeFile(pidFile, JSON.stringify({ pid: child.pid, socket, owner: process.pid }), { mode: 0o600 });
  return ready;
}

/** Ends the server when our end of the pipe closes, however we die. */
function watch(pid: number): ChildProcess {
  const watchdog = spawn('sh', ['-c', 'read _; kill "$1"', 'sh', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watchdog.on('error', () => undefined);
  return watchdog;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
  await ended;
  clearTimeout(timer);
}

/** A server that outlived its owner would write the same files: it is ended, once it is certain that it is ours. */
async function stopStale(pidFile: string, dataDir: string): Promise<void> {
  const text = await readFile(pidFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), pidFileSchema), text);
  if (parsed.success) {
    const { pid, socket, owner } = parsed.output;
    const isOurs = async () => (await processInfo(pid))?.commandLine.includes(socket) ?? false;
    if (await isOurs()) {
      const parent = (await processInfo(pid))?.parent;
      if (parent === owner) throw new Error(`Another Selkie (process ${owner}) uses ${dataDir}; stop it, or choose another data folder.`);
      process.kill(pid, 'SIGTERM');
      const deadline = Date.now() + STOP_WAIT_MS;
      while (await isOurs()) {
        if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    if (/[/\\]selkie-redis-[^/\\]+[/\\]s$/.test(socket)) await rm(dirname(socket), { recursive: true, force: true });
  }
  await rm(pidFile, { force: true });
}

/** A socket's whole path may have 108 bytes on Linux, 104 on macOS. */
async function makeSocketFolder(): Promise<string> {
  const longest = 100 - '/selkie-redis-XXXXXX/s'.length;
  const base = Buffer.byteLength(tmpdir()) <= longest ? tmpdir() : '/tmp';
  return mkdtemp(join(base, 'selkie-redis-'));
}
