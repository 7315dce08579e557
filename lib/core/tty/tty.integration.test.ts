import { expect, test } from 'vitest';
import { setUpTty } from './testing/set-up-tty.ts';

test('a paste of a megabyte is there at once, shown around the cursor, and sent whole', async () => {
  const { head, prompt, type } = setUpTty(40, 6);
  const line = prompt({ isIncomplete: () => false, continuation: '> ' });
  const text = Array.from({ length: 100_000 }, (_, index) => `line ${index}`).join('\n');
  await type(`\x1b[200~${text}\x1b[201~`, 'x', '\x7f', '\x1b[D', '\x05');
  expect(head.screen()).toEqual({ rows: [5, 4, 3, 2, 1, 0].map((back) => `> line ${99_999 - back}`), cursor: '12,5' });
  await type('\r');
  expect(await line).toEqual({ type: 'line', line: text });
});
