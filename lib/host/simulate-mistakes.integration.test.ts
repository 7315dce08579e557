import { afterAll, describe, expect, test } from 'vitest';
import { bundleSimulation, plantInSources } from './simulation-bundle.ts';
import { MUTANTS } from './simulation-mutants.ts';
import { startSimulationThread } from './simulation-thread.ts';

/** All of them: `SELKIE_MUTANTS=all`; in the loop every third, so that each file is touched. */
const isAll = process.env['SELKIE_MUTANTS'] === 'all';
const SEEDS = 4000;

describe('the simulation notices', () => {
  const found: { name: string; seed: number; seconds: number; message: string }[] = [];
  afterAll(() => {
    const seconds = found.map((each) => each.seconds).sort((a, b) => a - b);
    const lines = found.map((each) => `${each.seconds.toFixed(1).padStart(6)} s  seed ${String(each.seed).padStart(4)}  ${each.name}: ${each.message.slice(0, 80)}`);
    console.log(`${lines.join('\n')}\n${found.length} planted, median ${(seconds[Math.floor(seconds.length / 2)] ?? 0).toFixed(1)} s of CPU`);
  });

  test('each planted mistake has a name of its own, and there are enough of them', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
  });

  test('the text that each would change is there, also of those that are not run here', () => {
    for (const { plants } of MUTANTS) expect(plantInSources(plants).size).toBeGreaterThan(0);
  });

  test.each(MUTANTS.filter((_, index) => isAll || index % 3 === 0))('$name', { timeout: 300_000 }, async ({ name, plants }) => {
    const thread = startSimulationThread(await bundleSimulation('simulate-worker', plants));
    const before = process.cpuUsage();
    const result = await thread.run({ from: 0, count: SEEDS, untilFailure: true }, 240_000).catch((error: unknown) => ({ failures: [{ seed: -1, message: String(error) }] }));
    const { user, system } = process.cpuUsage(before);
    await thread.end();
    const [failure] = result.failures;
    expect(failure).toBeDefined();
    if (failure !== undefined) found.push({ name, ...failure, seconds: (user + system) / 1e6 });
  });
});
