import type { Environment } from './environment.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { projectRoot } from './paths.ts';

/**
 * Processes that must not outlive us. Each child holds a pipe from us as its standard input and ends when
 * that closes, so even `kill -9` of this process leaves nothing behind; an orderly stop sends SIGTERM and,
 * after a grace, SIGKILL. Rejected: detached process groups, which survive exactly the crash that matters.
 */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves with the exit code (128 + signal number is not reconstructed: null becomes 1). */
  readonly ended: Promise<number>;
  stop(graceMs?: number): Promise<void>;
}

export function startChild(argv: string[], options: { env: Environment; stderr?: 'inherit' | 'pipe' }): Child {
  const child = spawn(process.execPath, argv, {
    cwd: projectRoot,
    env: options.env as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', options.stderr ?? 'inherit'],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  return {
    process: child,
    ended,
    async stop(graceMs = 8_000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * For a child's own main file: calls `stop` on SIGTERM, SIGINT, or when the parent has gone. Once.
 * @param isAlone a service manager started us: our standard input is /dev/null, whose end says nothing.
 */
export function onEndOfParent(stop: () => void, isAlone = false): void {
  let stopping = false;
  const once = () => {
    if (stopping) return;
    stopping = true;
    stop();
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
  if (!isAlone) process.stdin.on('end', once).on('error', once).resume();
}
