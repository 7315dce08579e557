import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from '../paths.ts';
import type { Environment } from '../environment.ts';

export interface RunningStack {
  process: ChildProcess;
  origin: string;
  cloud: string;
  output(): string;
  /** Ctrl-C, as a person stops it; resolves when npm and its child have ended. (npm's own exit code after a signal says nothing.) */
  stop(): Promise<void>;
}

/** `npm start` as a person runs it, and waits until it says where to go. */
export async function startStack(options: { app: number; cloud: number; dataDir: string; env?: Environment }): Promise<RunningStack> {
  const env: Environment = {
    ...cleanEnvironment(),
    PORT: String(options.app),
    SELKIE_CLOUD_PORT: String(options.cloud),
    SELKIE_DATA: options.dataDir,
    ...options.env,
  };
  const child = spawn('npm', ['start', '--silent'], {
    cwd: projectRoot,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that the signal of `stop` reaches all of it as Ctrl-C in a terminal does.
    detached: true,
  });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    const collect = (bytes: Buffer) => {
      output += bytes.toString();
      if (output.includes('Selkie is ready')) resolve();
    };
    child.stdout!.on('data', collect);
    child.stderr!.on('data', collect);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
  await ready;
  return {
    process: child,
    origin: `http://localhost:${options.app}`,
    cloud: `http://127.0.0.1:${options.cloud}`,
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid!, 'SIGINT');
      await once(child, 'close');
    },
  };
}

/** What the caller's shell configures must not decide how the tests run. */
export function cleanEnvironment(): Environment {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(COGNITO_|S3_|UPSTASH_|AWS_|SESSION_|SELKIE_|APP_ORIGIN$|PORT$|npm_|NODE_ENV$)/.test(name)),
  );
}
