import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectRoot } from './paths.ts';
import { bundleSimulation } from './simulation-bundle.ts';
import { startSimulationThread } from './simulation-thread.ts';

/** Seeds of the loop; long runs are `npm run simulate`. */
const SEEDS = 600;

test('whatever fails, nothing is lost and all devices agree in the end', { timeout: 600_000 }, async () => {
  const thread = startSimulationThread(await bundleSimulation('simulate-worker'));
  const { ran, failures, commits } = await thread.run({ from: 0, count: SEEDS, untilFailure: false });
  await thread.end();
  expect(failures).toEqual([]);
  expect(ran).toBe(SEEDS);
  expect(commits).toBeGreaterThan(SEEDS);
});

test('the same seed does the same', { timeout: 60_000 }, async () => {
  const thread = startSimulationThread(await bundleSimulation('simulate-worker'));
  const batch = { from: 100, count: 20, untilFailure: false };
  const { ms: _, ...first } = await thread.run(batch);
  const { ms: __, ...second } = await thread.run(batch);
  await thread.end();
  expect(second).toEqual(first);
});

test('npm run simulate says what it ran, and refuses what it does not understand', { timeout: 120_000 }, async () => {
  const simulate = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['lib/host/bootstrap.mjs', 'simulate', ...args], { cwd: projectRoot });
  const { stdout } = await simulate('--schedules', '60', '--seed', '40', '--workers', '2');
  expect(stdout).toMatch(/^60 schedules, seeds 40 to 99, \d+ commits, \d+ calls, \d+ s, [\d.]+ ms each, code [\da-f]{12}, Node [\d.]+\nNo promise was broken\.\n$/);
  await expect(simulate('--schedules', 'many')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining("--schedules takes a whole number, not 'many'.") });
  await expect(simulate('--speed')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Usage: npm run simulate') });
});
