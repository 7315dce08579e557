import { DATABASES, type OwnRedis } from './redis-server.ts';
import { simulate } from './simulate.ts';
import type { Mistakes } from './system.ts';
import { Violation } from './violation.ts';

/** Several histories share this process and the server, each in a database of its own, so that neither waits for the other. */
export async function runSeeds(redis: OwnRedis, from: number, to: number, mistakes: Mistakes = {}): Promise<{ histories: number; turns: number; refreshes: number }> {
  const sum = { histories: 0, turns: 0, refreshes: 0 };
  let next = from;
  let isOver = false;
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(DATABASES, to - from + 1) }, async (_, database) => {
    const connection = redis.connect(database);
    while (next <= to && !isOver) {
      const seed = next;
      next += 1;
      const { turns, refreshes } = await simulate(seed, connection, mistakes).catch((error: unknown) => {
        isOver = true;
        if (error instanceof Violation) throw new Violation(`seed ${seed}: ${error.message}`, { cause: error });
        throw new Error(`seed ${seed} could not be run`, { cause: error });
      });
      sum.histories += 1;
      sum.turns += turns;
      sum.refreshes += refreshes;
    }
  }));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return sum;
}
