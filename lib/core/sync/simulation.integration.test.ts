import { test } from 'vitest';
import { simulate } from './simulation.ts';

/**
 * More seeds: `SELKIE_SEEDS=1000-5000 npx vitest run --config lib/host/testing/vitest.config.ts --project integration
 * lib/core/sync/simulation.integration`; a failing one is named, and replays with
 * `SELKIE_SEEDS=N-N`.
 */
const [from = 0, to = 60] = (process.env['SELKIE_SEEDS'] ?? '').split('-').filter(Boolean).map(Number);

test('whatever fails, nothing is lost and all devices agree in the end', { timeout: 3_600_000 }, async () => {
  for (let seed = from; seed <= to; seed++) {
    await simulate(seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
  }
});
