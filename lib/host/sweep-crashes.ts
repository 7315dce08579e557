import { Worker } from 'node:worker_threads';
import type { SweepRow } from '../core/sync/testing/crash-sweep.ts';
import type { SweepOrder } from './crash-sweep-worker.ts';
import { bundleSimulation, type Plant } from './simulation-bundle.ts';

/** Where the table is, below the checkout's top folder. */
export const SWEEP_TABLE = 'lib/core/sync/testing/crash-sweep.md';

/** All scenarios, or those of this name, at all points, in a thread of their own. */
export async function sweepCrashes({ plants = [], ...order }: SweepOrder & { plants?: readonly Plant[] } = {}): Promise<SweepRow[]> {
  const worker = new Worker(await bundleSimulation('crash-sweep-worker', plants), { eval: true, workerData: order });
  try {
    return await new Promise<SweepRow[]>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', resolve);
    });
  } finally {
    await worker.terminate();
  }
}

/** The table as it is kept in the repository; all cases in it ended well. */
export function formatSweep(rows: readonly SweepRow[]): string {
  const sum = (count: (row: SweepRow) => number): number => rows.reduce((total, row) => total + count(row), 0);
  const line = (name: string, of: (count: (row: SweepRow) => number) => number): string =>
    `| ${name} | ${of((row) => row.writes)} | ${of((row) => row.calls)} | ${of((row) => row.requests)} | ${of((row) => row.cases)} | ${of((row) => row.failures.length)} |`;
  return [
    '# Crash sweep',
    '',
    'Made by `npm run simulate -- --crash-sweep`; a test compares. Each scenario is run once without a fault to count its points, and then once',
    'for each point and each fault that can strike there:',
    '',
    '- a write or removal in the browser\u2019s storage: the page ends before it; it ends, and again before each of the first 8 writes of the',
    '  recovery; there is no room for it; there is no room from there on',
    '- a call: the request is lost; the reply is lost; the page ends and the request arrives; it arrives long after; it arrives twice',
    '- a request of the store: refused; a create undecided, not done; undecided, done',
    '',
    'A case ends well when everybody who syncs afterwards has the files of the scenario, neither fewer nor more.',
    '',
    '| scenario | writes | calls | requests of the store | cases | ended badly |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => line(row.scenario, (count) => count(row))),
    line('all', sum),
    '',
  ].join('\n');
}
