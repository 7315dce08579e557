import { describe, expect, test } from 'vitest';
import * as limits from '../../../limits.ts';
import type { CancelSignal } from '../../command.ts';
import { runInMemory } from '../../testing/run-in-memory.ts';

const jq = async (args: string): Promise<{ text: string; errors: string; status: number }> => {
  const { text, errors, status } = await runInMemory(`jq ${args}`);
  return { text, errors, status };
};

describe('jq, what has no end', () => {
  test('an array without end, a call without end and a pattern without end are refused in one sentence', async () => {
    expect(await jq("-n '[range(1e9)]'")).toEqual({
      text: '', status: 5, errors: `jq: error (at <unknown>): more than ${limits.jqMaxElements} elements in one array; keep fewer, e.g. with limit(100; …), or print each instead of gathering them\n`,
    });
    expect(await jq("-n 'def f: [f]; f'")).toEqual({
      text: '', status: 5, errors: `jq: error (at <unknown>): functions call one another more than ${limits.jqMaxDepth} deep; let the call come last, or use while, until, repeat or reduce\n`,
    });
    const slow = await jq(`-n '"${'a'.repeat(40)}b" | test("(a+)+$")'`);
    expect(slow).toEqual({ text: '', status: 5, errors: `jq: error (at <unknown>): (a+)+$ cannot be matched here: it could take more than ${limits.patternMaxSteps} steps on this text; make it simpler\n` });
  });

  test('counting a hundred thousand different keys does not grow with the square', async () => {
    expect(await jq("-n 'reduce range(100000) as $i ({}; .[\"k\\($i)\"] += 1) | length'")).toEqual({ text: '100000\n', errors: '', status: 0 });
  });
});

test('a call in last place takes no room', async () => {
  expect(await jq("-n 'def f: if . < 20000 then . + 1 | f else . end; 0 | f'")).toEqual({ text: '20000\n', errors: '', status: 0 });
});

test('a filter that never ends gives way to Ctrl-C', async () => {
  for (const filter of ['def f: f; f', 'last(repeat(1))', 'reduce range(1e15) as $x (0; . + $x)', '0 | until(false; . + 1)']) {
    const listeners: (() => void)[] = [];
    const signal = { aborted: false, addEventListener: (_type: 'abort', listener: () => void) => void listeners.push(listener), removeEventListener: () => {} };
    const running = runInMemory(`jq -n '${filter}'`, { signal: signal as CancelSignal });
    await new Promise((resolve) => setImmediate(resolve));
    signal.aborted = true;
    for (const listener of listeners) listener();
    expect((await running).status).toBe(130);
  }
});

test('results come while the input goes on', async () => {
  expect(await runInMemory("yes '{\"a\":1}' | jq -c .a | head -2")).toMatchObject({ text: '1\n1\n', status: 0 });
});

test('what is wrong in a filter is said with its line', async () => {
  expect(await jq("-n '1 +\n| 2'")).toEqual({ text: '', status: 3, errors: 'jq: error: syntax error, unexpected | at <top-level>, line 2:\n1 +\n| 2\njq: 1 compile error\n' });
});
