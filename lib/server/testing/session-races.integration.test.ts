import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { setEnvironment } from './simulation/environment.ts';
import { routePlatform } from './simulation/place.ts';
import { startOwnRedis, type OwnRedis } from './simulation/redis-server.ts';
import { runSeeds } from './simulation/run-seeds.ts';

// The app's ways out of its process lead to the simulated system that the call belongs to; all between is the app's own code.
vi.mock('../redis.ts', async () => ({ redis: (await import('./simulation/place.ts')).redisHere }));
vi.mock('../cognito/refresh.ts', async () => {
  const { refreshHere, revokeHere } = await import('./simulation/place.ts');
  return { refreshTokens: refreshHere, revokeRefreshToken: revokeHere };
});
vi.mock('node:timers/promises', async () => ({ setTimeout: (await import('./simulation/place.ts')).waitHere }));

/**
 * More seeds: `SELKIE_SESSION_SEEDS=10000-90000 npx vitest run --config lib/host/testing/vitest.config.ts --project integration
 * lib/server/testing/session-races`; a failing one is named, and replays with `SELKIE_SESSION_SEEDS=N-N`.
 */
const [from = 0, to = 499] = (process.env['SELKIE_SESSION_SEEDS'] ?? '').split('-').filter(Boolean).map(Number);

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

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

  test('in every order, with crashes and lost replies: none lost without a reason, none brought back, one refresh a window', { timeout: 3_600_000 }, async () => {
    const { histories, turns, refreshes } = await runSeeds(redis, from, to);
    expect(histories).toBe(to - from + 1);
    // A history in which nothing happens proves nothing.
    expect(turns).toBeGreaterThan(histories * 30);
    expect(refreshes).toBeGreaterThan(histories);
  });
});
