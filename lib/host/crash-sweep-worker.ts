import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { SCENARIOS } from '../core/sync/testing/crash-scenarios.ts';
import { sweep, type SweepRow } from '../core/sync/testing/crash-sweep.ts';
import { useHash } from '../core/sync/sha256.ts';

/** A thread that sweeps all scenarios, and answers the rows of the table. */
useHash((content) => createHash('sha256').update(content).digest('base64url'));

async function sweepAll(): Promise<void> {
  const rows: SweepRow[] = [];
  for (const scenario of SCENARIOS) rows.push(await sweep(scenario));
  parentPort?.postMessage(rows);
}
void sweepAll();
