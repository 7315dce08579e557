import { expect, test } from 'vitest';
import { createSyncBench } from './testing/sync-bench.ts';

test('`sync undo` passes over the lines of history that were written down since, and takes them back when asked by number', async () => {
  const laptop = createSyncBench().terminal('laptop');
  const history = '.local/state/selkie/history';
  for (const line of ['echo 1 > notes', 'echo 2 > notes', `mkdir -p ${history}; echo '{"at":1,"line":"ls"}' > ${history}/box.1.jsonl`, `echo '{"at":2,"line":"pwd"}' >> ${history}/box.1.jsonl`]) {
    await laptop.run(line);
    await laptop.sync();
  }
  await laptop.run('sync undo');
  expect((await laptop.run(`cat notes; wc -l < ${history}/box.1.jsonl`)).out).toBe('1\n2\n');
  await laptop.run('sync undo 4');
  expect((await laptop.run(`cat notes; wc -l < ${history}/box.1.jsonl`)).out).toBe('1\n1\n');
});
