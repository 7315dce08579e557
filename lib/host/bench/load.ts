import { Agent, request } from 'node:http';

/**
 * The load generator, a process of its own so that it does not slow what it measures through a shared event loop.
 * argv: one JSON `Load`; one JSON `Measured` on standard output.
 */
export interface Load {
  url: string;
  headers: Record<string, string>;
  requests: number;
  concurrency: number;
  status: number;
}

export interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const load = JSON.parse(process.argv[2] ?? '') as Load;
const agent = new Agent({ keepAlive: true, maxSockets: load.concurrency });

function once(): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    request(load.url, { agent, headers: load.headers }, (answer) => {
      // Any other answer would make the figure worthless.
      if (answer.statusCode !== load.status) reject(new Error(`${load.url} answered ${answer.statusCode}, not ${load.status}`));
      answer.resume().once('end', () => resolve(performance.now() - started));
    }).once('error', reject).end();
  });
}

let left = load.requests;
const times: number[] = [];
const started = performance.now();
await Promise.all(Array.from({ length: load.concurrency }, async () => {
  while (left-- > 0) times.push(await once());
}));
const perSecond = (load.requests / (performance.now() - started)) * 1000;
times.sort((a, b) => a - b);
const quantile = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!;
process.stdout.write(JSON.stringify({ perSecond, p50Ms: quantile(0.5), p99Ms: quantile(0.99) } satisfies Measured));
agent.destroy();
