import { describe, expect, test } from 'vitest';
import { limits } from '../../../limits.ts';
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
