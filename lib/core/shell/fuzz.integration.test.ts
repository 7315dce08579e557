import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { readCases } from './testing/read-cases.ts';
import { createTestShell, runInMemory } from './testing/run-in-memory.ts';

const folder = new URL('./differential/', import.meta.url);
const scripts = readdirSync(folder).flatMap((name) => readCases(readFileSync(new URL(name, folder), 'utf8'))).map(({ script }) => script)
  // They wait, or run for long, once a mutation takes their end away.
  .filter((script) => !/yes|sleep|100000|&\s|fib|f 6|seq 1000/.test(script));
const PIECES = ['|', '&&', ';', '$(', ')', '"', "'", '`', '${', '}', '{', '((', '))', '\\', '\n', '*', '<', '>', '>>', '<<E', '!', '$', '#', 'if', 'fi', 'do', 'done', '\u0000', 'é', '😀', '~', '=', '[', ']', '9', '-'];

const mutated = fc.tuple(
  fc.constantFrom(...scripts),
  fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.integer({ min: 0, max: 6 }), put: fc.constantFrom('', ...PIECES) }), { minLength: 1, maxLength: 4 }),
).map(([script, edits]) => {
  let text = script;
  for (const { at, cut, put } of edits) {
    const index = Math.floor(at * text.length);
    text = text.slice(0, index) + put + text.slice(index + cut);
  }
  return text;
});

test('no line, however broken, throws, hangs, or fails inside', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async (script) => {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), 500);
      const { errors, status } = await runInMemory(script, { signal: controller.signal });
      clearTimeout(timer);
      expect(errors).not.toMatch(/inside Selkie/);
      expect(Number.isInteger(status) && status >= 0 && status <= 255).toBe(true);
    }),
    { numRuns: 80, seed: 20261121 },
  );
}, 60_000);

test('status and completion answer for any text and any cursor', () => {
  const shell = createTestShell({ files: createMemoryFiles({ now: Date.now }) });
  fc.assert(
    fc.property(mutated, fc.nat(), (script, seed) => {
      expect(['complete', 'incomplete', 'error']).toContain(shell.status(script));
      const cursor = seed % (script.length + 1);
      const { start } = shell.complete(script, cursor);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start).toBeLessThanOrEqual(cursor);
    }),
    { numRuns: 100, seed: 7 },
  );
});
