import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../load/free-port.ts';

export interface Front {
  url: string;
  /** What it wrote to standard error. */
  said(): string;
  /** Ends it and answers its exit code; then all that it said is there. */
  stop(): Promise<number | null>;
}

/** `npm run redis-front` as it is run on a host, in a process of its own. @throws Error with what it said when it does not start. */
export async function startFront(env: Record<string, string>): Promise<Front> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('../../redis-front.ts', import.meta.url))], {
    env: { NODE_ENV: 'production', PATH: process.env.PATH ?? '', REDIS_FRONT_PORT: String(await freePort()), ...env }, stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  // Not `exit`, after which some of what it said may still be under way.
  const ended = once(child, 'close') as Promise<[number | null]>;
  const first = await Promise.race([once(child.stdout, 'data') as Promise<[Buffer]>, ended]);
  if (!Buffer.isBuffer(first[0])) throw new Error(said);
  const { port } = JSON.parse(first[0].toString()) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`, said: () => said,
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      return (await ended)[0];
    },
  };
}
