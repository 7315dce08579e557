import { expect, test } from 'vitest';
import { limits } from '@/lib/core/limits.ts';
import { createSyncBench } from './testing/sync-bench.ts';

test('a restore that takes several commits says how all of it is taken back', async () => {
  const laptop = createSyncBench().terminal('laptop');
  for (let file = 0; file < limits.commitMaxOperations + 5; file += 1) laptop.write(`f${file}`, '');
  await laptop.sync();
  await laptop.run('rm f*');
  await laptop.sync();
  const { out } = await laptop.run('sync restore --all @2');
  expect(out.split('\n').at(-2)).toBe('Done: 2005 files, in your account as 5 to 6; `sync restore --all @4` takes it back.');
  const dry = (await laptop.run('sync restore --all @4 --dry-run', { isTerminalOutput: true })).out.split('\n');
  expect([dry.length, dry.at(-2)]).toEqual([53, '  and 1,955 more']);
  await laptop.run('sync restore --all @4');
  expect(laptop.list()).toEqual([]);
});
