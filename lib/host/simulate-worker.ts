import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { useHash } from '../core/sync/sha256.ts';
import { prove } from '../core/sync/simulation.ts';

/** A thread of the simulation: is given seeds, answers what became of them. */
export interface Batch {
  from: number;
  count: number;
  /** End at the first seed that fails. */
  untilFailure: boolean;
}

export interface BatchResult {
  from: number;
  /** Seeds run, from `from` on. */
  ran: number;
  failures: { seed: number; message: string }[];
  commits: number;
  calls: number;
  ms: number;
}

// Nobody reads where an error came from, and writing it down takes time: the seed replays it.
Error.stackTraceLimit = 0;
// The same hash, only faster: ours has to run without Node.
useHash((content) => createHash('sha256').update(content).digest('base64url'));

parentPort?.on('message', ({ from, count, untilFailure }: Batch) => {
  const started = performance.now();
  const result: BatchResult = { from, ran: 0, failures: [], commits: 0, calls: 0, ms: 0 };
  const run = async (): Promise<void> => {
    for (let seed = from; seed < from + count; seed++) {
      result.ran++;
      try {
        const { commits, calls } = await prove(seed);
        result.commits += commits;
        result.calls += calls;
      } catch (error) {
        result.failures.push({ seed, message: error instanceof Error ? error.message : String(error) });
        if (untilFailure) break;
      }
    }
    result.ms = performance.now() - started;
    parentPort?.postMessage(result);
  };
  void run();
});
