import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { parseScript } from './parse.ts';
import { readCases } from './testing/read-cases.ts';
import { createTestShell, runInMemory } from './testing/run-in-memory.ts';
import { scripts as scriptsFromGrammar } from './testing/script-grammar.ts';

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

/** `SELKIE_FUZZ_RUNS=20000` for a long run; `SELKIE_FUZZ_SEED` to repeat one. */
const runs = Number(process.env.SELKIE_FUZZ_RUNS ?? '80');
const seed = Number(process.env.SELKIE_FUZZ_SEED ?? (runs > 80 ? Date.now() % 2_147_483_647 : 20_261_121));
// At once: a run that ends with the process names no test.
if (runs > 80) process.stderr.write(`SELKIE_FUZZ_SEED=${seed}\n`);

/** Runs a script, which Ctrl-C ends after a while; one that does not even end then is a hang. */
async function survives(script: string): Promise<void> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 500);
  let hung: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<never>((_, reject) => (hung = setTimeout(() => reject(new Error('it hangs')), 10_000)));
  const { errors, status } = await Promise.race([runInMemory(script, { signal: controller.signal }), hang]);
  clearTimeout(timer);
  clearTimeout(hung);
  expect(errors).not.toMatch(/inside Selkie|Maximum call stack|\bundefined\b.*(reading|function)/);
  expect(Number.isInteger(status) && status >= 0 && status <= 255).toBe(true);
}

for (const [what, made] of [['line, however broken,', mutated], ['script that the grammar makes', scriptsFromGrammar]] as const) {
  test(`no ${what} throws, hangs, or fails inside (seed ${seed})`, async () => {
    await fc.assert(fc.asyncProperty(made, survives), { numRuns: runs, seed });
  }, 60_000 + runs * 200);
}

test('of what the grammar makes, four in five are understood', () => {
  const made = fc.sample(scriptsFromGrammar, { numRuns: 300, seed: 5 });
  expect(made.filter((script) => parseScript(script).kind !== 'ok').length).toBeLessThan(60);
});

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
