import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { setEnvironment } from './environment.ts';
import { routePlatform } from './place.ts';
import { startOwnRedis, type OwnRedis } from './redis-server.ts';
import { runSeeds } from './run-seeds.ts';
import type { Mistakes } from './system.ts';

// The app's ways out of its process lead to the simulated system that the call belongs to; all between is the app's own code.
vi.mock('../../redis.ts', async () => ({ redis: (await import('./place.ts')).redisHere }));
vi.mock('../../cognito/refresh.ts', async () => {
  const { refreshHere, revokeHere } = await import('./place.ts');
  return { refreshTokens: refreshHere, revokeRefreshToken: revokeHere };
});
vi.mock('node:timers/promises', async () => ({ setTimeout: (await import('./place.ts')).waitHere }));

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** A group of tests that run seeds of the simulation on a redis-server of the group's own. */
export function seedsOnRedis(name: string, tests: (run: (from: number, to: number, mistakes?: Mistakes) => ReturnType<typeof runSeeds>) => void): void {
  // CI installs it: missing there is a failure, not a proof that quietly did not run.
  describe.skipIf(!isInstalled && !process.env.CI)(name, () => {
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

    tests((from, to, mistakes) => runSeeds(redis, from, to, mistakes));
  });
}
