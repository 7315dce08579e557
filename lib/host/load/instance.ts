import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';

/** One process of the package, on its port, as a service manager runs it. */
export interface Instance {
  readonly port: number;
  readonly pid: number;
  /** Resident set, bytes; 0 while it is down. */
  memoryBytes(): number;
  /** SIGKILL: a crash, with whatever was under way. */
  kill(): Promise<void>;
  /** SIGTERM: what is under way is answered first. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Starts it again, with this package and environment from now on. */
  start(changed?: { packageFolder?: string; env?: Environment }): Promise<void>;
}

export async function startInstance(options: { packageFolder: string; port: number; env: Environment; logFile: string }): Promise<Instance> {
  let { packageFolder, env } = options;
  const log = createWriteStream(options.logFile, { flags: 'a' });
  let child: ChildProcess | undefined;
  let ended: Promise<number | null> = Promise.resolve(null);
  process.once('exit', () => child?.kill('SIGKILL'));

  const start = async (changed: { packageFolder?: string; env?: Environment } = {}): Promise<void> => {
    ({ packageFolder = packageFolder, env = env } = changed);
    const started = spawn(process.execPath, [join(packageFolder, 'server.mjs'), '--port', String(options.port), '--loopback'], {
      env: env as NodeJS.ProcessEnv, cwd: packageFolder, stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    ended = once(started, 'exit').then(([code]) => {
      if (child === started) child = undefined;
      return code as number | null;
    });
    started.stderr.pipe(log, { end: false });
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (bytes: Buffer) => {
        log.write(bytes);
        if (bytes.includes('{"listening":true}')) resolve();
      });
      void ended.then((code) => reject(new Error(`An instance ended with ${code} at its start; ${options.logFile} says why.`)));
    });
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child?.kill(signal);
    return ended;
  };
  await start();
  return {
    port: options.port,
    get pid() {
      return child?.pid ?? 0;
    },
    memoryBytes: () => (child?.pid === undefined ? 0 : residentBytes(child.pid)),
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    start,
  };
}

/** proc_pid_status(5): VmRSS, in kibibytes; 0 for a process that is gone, or on a system without /proc. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
