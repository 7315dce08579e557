import { expect, test } from 'vitest';
import { seedsOnRedis } from './simulation/seeds-on-redis.ts';

/**
 * More seeds: `SELKIE_SESSION_SEEDS=10000-90000 npx vitest run --config lib/host/testing/vitest.config.ts --project integration
 * lib/server/testing/session-races-half`; a failing one is named, and replays with `SELKIE_SESSION_SEEDS=N-N`.
 */
const [from = 0, to = 499] = (process.env['SELKIE_SESSION_SEEDS'] ?? '').split('-').filter(Boolean).map(Number);
const middle = Math.floor((from + to) / 2);
const halves = { lower: [from, middle], upper: [middle + 1, to] } as const;

/** One half of the seeds: a history needs a whole core, and each test file has one. */
export function sessionRaces(half: keyof typeof halves): void {
  const [first, last] = halves[half];

  seedsOnRedis('sessions on redis-server', (run) => {
    // One seed has no upper half.
    test.skipIf(first > last)('in every order, with crashes and lost replies: none lost without a reason, none brought back, one refresh a window', { timeout: 3_600_000 }, async () => {
      const { histories, turns, refreshes } = await run(first, last);
      expect(histories).toBe(last - first + 1);
      // A history in which nothing happens proves nothing.
      expect(turns).toBeGreaterThan(histories * 30);
      expect(refreshes).toBeGreaterThan(histories);
    });
  });
}
