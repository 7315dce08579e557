import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { setEnvironment } from './simulation/environment.ts';
import { routePlatform } from './simulation/place.ts';
import { startOwnRedis, type OwnRedis } from './simulation/redis-server.ts';
import { runSeeds } from './simulation/run-seeds.ts';

/**
 * More seeds: `SELKIE_SESSION_SEEDS=10000-90000 npx vitest run --config lib/host/testing/vitest.config.ts --project integration
 * lib/server/testing/session-races-half`; a failing one is named, and replays with `SELKIE_SESSION_SEEDS=N-N`.
 */
const [from = 0, to = 499] = (process.env['SELKIE_SESSION_SEEDS'] ?? '').split('-').filter(Boolean).map(Number);
const middle = Math.floor((from + to) / 2);
const halves = { lower: [from, middle], upper: [middle + 1, to] } as const;

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** One half of the seeds: a history needs a whole core, and each test file has one. The caller leads the app's ways out into the simulation. */
export function sessionRaces(half: keyof typeof halves): void {
  const [first, last] = halves[half];

  // CI installs it: missing there is a failure, not a proof that quietly did not run.
  describe.skipIf(!isInstalled && !process.env.CI)('sessions on redis-server', () => {
    let redis: OwnRedis;
    let restore: () => void;
    beforeAll(async () => {
      setEnvironment();
      vi.spyOn(console, 'log').mockImplementation(() => undefined);
      restore = routePlatform();
      redis = await startOwnRedis();
    });
    afterAll(async () => {
      restore();
      vi.restoreAllMocks();
      await redis.close();
    });

    // One seed has no upper half.
    test.skipIf(first > last)('in every order, with crashes and lost replies: none lost without a reason, none brought back, one refresh a window', { timeout: 3_600_000 }, async () => {
      const { histories, turns, refreshes } = await runSeeds(redis, first, last);
      expect(histories).toBe(last - first + 1);
      // A history in which nothing happens proves nothing.
      expect(turns).toBeGreaterThan(histories * 30);
      expect(refreshes).toBeGreaterThan(histories);
    });
  });
}
