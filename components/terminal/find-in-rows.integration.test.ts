import { expect, test } from 'vitest';
import { headlessTerminal } from '@/lib/core/tty/headless-terminal.ts';
import { compileFind, findAll, type FindOptions } from './find-in-rows.ts';

async function find(screen: string, options: Partial<FindOptions> & { text: string }, columns = 20) {
  const head = headlessTerminal(columns, 5);
  head.terminal.write(screen);
  await head.settled();
  const matcher = compileFind({ isExpression: false, matchesCase: false, ...options });
  if (matcher === undefined || 'problem' in matcher) return matcher;
  const buffer = head.terminal.buffer.active as unknown as Parameters<typeof findAll>[0];
  const { found, isCut } = await findAll(buffer, matcher, columns, () => undefined);
  return [...found.map(({ row, column, length }) => `${row}:${column}+${length}`), ...(isCut ? ['cut'] : [])];
}

test('every place is found, oldest first, in the scrollback too', async () => {
  expect(await find('seal\nno\nsealseal\n1\n2\n3\n4\n5\nSEAL', { text: 'seal' })).toEqual(['0:0+4', '2:0+4', '2:4+4', '8:0+4']);
  expect(await find('seal SEAL', { text: 'SEAL', matchesCase: true })).toEqual(['0:5+4']);
});

test('a line that wrapped is one line, and places are in cells, not in characters', async () => {
  expect(await find('0123456789abcdef', { text: '89ab' }, 10)).toEqual(['0:8+4']);
  expect(await find('日本 👍🏽 e\u0301t fin', { text: 'fin' })).toEqual(['0:11+3']);
  expect(await find('日本語', { text: '本' })).toEqual(['0:2+2']);
});

test('an expression is one of grep -E; without it the same signs are text', async () => {
  expect(await find('a1 b22 c', { text: '[a-z][0-9]+', isExpression: true })).toEqual(['0:0+2', '0:3+3']);
  expect(await find('a.c abc', { text: 'a.c' })).toEqual(['0:0+3']);
  expect(await find('x', { text: '(', isExpression: true })).toEqual({ problem: 'Unmatched ( or \\(' });
  expect(await find('x', { text: 'x*', isExpression: true })).toEqual(['0:0+1']);
  expect(await find('x', { text: '' })).toBeUndefined();
});

test('an expression made to hang comes to its end', async () => {
  expect(await find(`${'a'.repeat(900)}!`, { text: '(a+)+$', isExpression: true })).toEqual([]);
});

test('past the limit it says that there are more', async () => {
  const found = await find(`${'x'.repeat(5_050)}\n`.repeat(2), { text: 'x' }, 500);
  expect([(found as string[]).length, (found as string[]).at(-1)]).toEqual([10_001, 'cut']);
});
