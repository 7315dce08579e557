import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { SCENARIOS } from '../core/sync/testing/crash-scenarios.ts';
import { sweep, type SweepRow } from '../core/sync/testing/crash-sweep.ts';
import { useHash } from '../core/sync/sha256.ts';

/** What the thread is given: a part of the names of the scenarios that it is to sweep; all without it. */
export interface SweepOrder {
  only?: string;
}

/** A thread that sweeps scenarios, and answers their rows of the table. */
useHash((content) => createHash('sha256').update(content).digest('base64url'));

async function sweepAll(): Promise<void> {
  const rows: SweepRow[] = [];
  const { only = '' } = workerData as SweepOrder;
  for (const scenario of SCENARIOS) if (scenario.name.includes(only)) rows.push(await sweep(scenario));
  parentPort?.postMessage(rows);
}
void sweepAll();
