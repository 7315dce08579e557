import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { projectRoot } from './paths.ts';
import { formatSweep, SWEEP_TABLE, sweepCrashes } from './sweep-crashes.ts';

test('no crash, lost answer or full disk at any point of any scenario loses or doubles a file, and the table says so', { timeout: 600_000 }, async () => {
  const rows = await sweepCrashes();
  expect(rows.flatMap((row) => row.failures.map((failure) => `${row.scenario}: ${failure}`))).toEqual([]);
  // Not current: `npm run simulate -- --crash-sweep` writes it.
  expect(readFileSync(`${projectRoot}${SWEEP_TABLE}`, 'utf8')).toBe(formatSweep(rows));
});

test('a rejoin that forgets the common past before the files do is noticed: a page that ends in between would remove what the store lost', { timeout: 120_000 }, async () => {
  const from = '  const { replica, bases, page } = context;\n';
  const plants = [{ file: 'lib/core/sync/rejoin.ts', from, to: `${from}  bases.forget();\n` }];
  const [row] = await sweepCrashes({ plants, only: 'sync rejoin' });
  expect(row?.failures.length).toBeGreaterThan(0);
});
