import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { BatchResult } from './simulate-worker.ts';
import { bundleSimulation } from './simulation-bundle.ts';
import { startSimulationThread } from './simulation-thread.ts';
import { projectRoot } from './paths.ts';
import { main, Stop } from './stop.ts';
import { formatSweep, SWEEP_TABLE, sweepCrashes } from './sweep-crashes.ts';

/**
 * `npm run simulate -- --crash-sweep`: strikes every scenario at every point, and writes the table.
 *
 * `npm run simulate -- [--schedules N] [--seed S] [--workers W]`: N schedules of the simulation of sync, from seed S on.
 * A seed that breaks a promise is printed with the command that replays it, and the command ends with 1. Ctrl-C
 * ends after the schedules under way and says what was run.
 */
const BATCH = 50;
const TELL_EVERY_MS = 30_000;

interface Totals {
  ran: number;
  commits: number;
  calls: number;
  ms: number;
  failures: BatchResult['failures'];
}

function requireCount(name: string, text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) throw new Stop(`--${name} takes a whole number, not '${text}'.`);
  return count;
}

function readArguments(): { schedules: number; seed: number; workers: number; isSweep: boolean } {
  let values: { schedules?: string; seed?: string; workers?: string; 'crash-sweep'?: boolean };
  try {
    ({ values } = parseArgs({ options: { schedules: { type: 'string' }, seed: { type: 'string' }, workers: { type: 'string' }, 'crash-sweep': { type: 'boolean' } } }));
  } catch (error) {
    throw new Stop(`${error instanceof Error ? error.message : ''} Usage: npm run simulate -- [--schedules N] [--seed S] [--workers W] | --crash-sweep`);
  }
  const schedules = requireCount('schedules', values.schedules ?? '10000');
  const workers = requireCount('workers', values.workers ?? String(Math.min(2, availableParallelism())));
  if (workers === 0) throw new Stop('--workers takes at least 1.');
  return { schedules, seed: requireCount('seed', values.seed ?? '0'), workers, isSweep: values['crash-sweep'] === true };
}

/** Hands out batches until all have been run, one has failed, or somebody wants an end. */
async function runAll(code: string, options: { schedules: number; seed: number; workers: number; isTold: () => boolean }): Promise<Totals> {
  const { schedules, seed, workers, isTold } = options;
  const totals: Totals = { ran: 0, commits: 0, calls: 0, ms: 0, failures: [] };
  const end = seed + schedules;
  const started = Date.now();
  let next = seed;
  let toldMs = started;
  const tell = (): void => {
    const each = (Date.now() - started) / Math.max(1, totals.ran);
    const left = Math.round(((schedules - totals.ran) * each) / 60_000);
    const line = `${totals.ran} of ${schedules} schedules, ${each.toFixed(2)} ms each, about ${left} min left`;
    if (process.stderr.isTTY) process.stderr.write(`\r${line}\u001b[K`);
    else if (Date.now() - toldMs >= TELL_EVERY_MS) {
      toldMs = Date.now();
      process.stderr.write(`${line}\n`);
    }
  };
  const work = async (): Promise<void> => {
    const thread = startSimulationThread(code);
    while (next < end && !isTold() && totals.failures.length === 0) {
      const batch = { from: next, count: Math.min(BATCH, end - next), untilFailure: false };
      next += batch.count;
      const result = await thread.run(batch);
      totals.ran += result.ran;
      totals.commits += result.commits;
      totals.calls += result.calls;
      totals.ms += result.ms;
      totals.failures.push(...result.failures);
      tell();
    }
    await thread.end();
  };
  await Promise.all(Array.from({ length: workers }, work));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return totals;
}

await main(async () => {
  const { schedules, seed, workers, isSweep } = readArguments();
  if (isSweep) {
    const rows = await sweepCrashes();
    const failures = rows.flatMap((row) => row.failures.map((failure) => `${row.scenario}: ${failure}\n`));
    process.stdout.write(failures.length === 0 ? formatSweep(rows) : failures.join(''));
    if (failures.length === 0) writeFileSync(`${projectRoot}${SWEEP_TABLE}`, formatSweep(rows));
    process.exitCode = failures.length === 0 ? 0 : 1;
    return;
  }
  let isTold = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isTold = true));
  const code = await bundleSimulation('simulate-worker');
  const started = Date.now();
  const { ran, commits, calls, ms, failures } = await runAll(code, { schedules, seed, workers, isTold: () => isTold });
  const source = createHash('sha256').update(code).digest('hex').slice(0, 12);
  // Batches are given out in order and each is run to its end, so what was run is one range.
  process.stdout.write(
    `${ran} schedules, seeds ${seed} to ${seed + ran - 1}, ${commits} commits, ${calls} calls, `
    + `${Math.round((Date.now() - started) / 1000)} s, ${(ms / Math.max(1, ran)).toFixed(2)} ms each, code ${source}, Node ${process.versions.node}\n`,
  );
  for (const failure of failures) {
    process.stdout.write(`seed ${failure.seed}: ${failure.message}\n  npm run simulate -- --seed ${failure.seed} --schedules 1\n`);
  }
  if (failures.length === 0) process.stdout.write(ran === schedules ? 'No promise was broken.\n' : 'Stopped before the end; no promise was broken.\n');
  process.exitCode = failures.length > 0 ? 1 : isTold ? 130 : 0;
});
