import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import { HOME } from '../../fs/places.ts';
import { runInMemory } from '../testing/run-in-memory.ts';

/** Texts made by chance, through the machine's diff and patch and through ours. The seed is in the test's name, so a failure can be replayed. */
const hasDiff = spawnSync('diff', ['--version']).status === 0 && spawnSync('patch', ['--version']).status === 0;
const ROUNDS = 25;
const DIFF_FLAGS = ['', '-u', '-c', '-U1', '-U0', '-C1', '-y', '-y -W 40 --suppress-common-lines', '-e', '-d -u', '-w', '-b', '-i -u', '-B', '-B -u', '-I a', '-Z -u', '-E', '-yt', '-p -u', '--color=always -u'];
const PATCH_FLAGS = ['', '-R', '-F0', '-N', '-t', '-b', '--dry-run', '-l', '-f', '-s', '-F3'];
const LINES = ['a', 'b', 'c', '', 'x y', 'x  y', 'A', '\tq', 'd ', 'if (x)', '}', 'foo(', 'longer line of text that goes on for a very long way indeed, beyond half the screen'];

function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

const edited = (lines: readonly string[], pick: (below: number) => number, rarely: number, words: readonly string[]): string[] =>
  lines.flatMap((line) => [[], [line, words[pick(words.length)]!], [words[pick(words.length)]!], [`new ${pick(9)}`]][pick(rarely)] ?? [line]);

const joined = (lines: readonly string[], isOpen: boolean): string => lines.join('\n') + (lines.length > 0 && !isOpen ? '\n' : '');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selkie-diff-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  text: string;
  status: number;
  files: Record<string, string>;
}

/** The same files and the same line, there and here. */
async function both(files: Record<string, string>, line: string): Promise<[theirs: Outcome, ours: Outcome]> {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  const home = createMemoryFiles({ now: Date.now });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    home.write(`${HOME}/${name}`, new TextEncoder().encode(text));
  }
  const result = spawnSync('setsid', ['bash', '-c', line], { cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  const ours = await runInMemory(line, { files: home });
  return [
    { text: result.stdout.toString(), status: result.status ?? -1, files: Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')])) },
    { text: ours.text, status: ours.status, files: Object.fromEntries(home.list(HOME).map(({ name }) => [name, new TextDecoder().decode(home.read(`${HOME}/${name}`))])) },
  ];
}

describe.skipIf(!hasDiff)('texts made by chance', () => {
  for (const seed of [1, 2, 3]) {
    test(`diff writes letter by letter what GNU diff writes (seed ${seed})`, async () => {
      const pick = chance(seed);
      for (let round = 0; round < ROUNDS; round += 1) {
        const words = LINES.slice(0, 2 + pick(LINES.length - 1));
        const size = pick(4) === 0 ? 200 : 1 + pick(20);
        const old = Array.from({ length: pick(size) }, () => words[pick(words.length)]!);
        const fresh = pick(3) === 0 ? Array.from({ length: pick(size) }, () => words[pick(words.length)]!) : edited(old, pick, 12, words);
        const [a, b] = [joined(old, pick(8) === 0), joined(fresh, pick(8) === 0)];
        const line = `diff ${DIFF_FLAGS[pick(DIFF_FLAGS.length)]!} -L 1 -L 2 a b`;
        const [theirs, ours] = await both({ a, b }, line);
        expect({ ...ours, round, line, a, b }, line).toEqual({ ...theirs, round, line, a, b });
      }
    });

    test(`patch leaves the files that GNU patch leaves, and says the same (seed ${seed})`, async () => {
      const pick = chance(seed);
      for (let round = 0; round < ROUNDS; round += 1) {
        const old = Array.from({ length: 1 + pick(40) }, (_, at) => (pick(3) > 0 ? `line ${at}` : ['a', 'b', '}', '', 'x y'][pick(5)]!));
        const fresh = edited(old, pick, 12, ['chg', 'chh']);
        const meanwhile = pick(3) === 0 ? old : pick(4) === 0 ? fresh : edited(old, pick, 25, ['mmm']);
        // Rejects in the context form hold half of the context or all of it by chance of what GNU patch tried before.
        const form = (meanwhile === old ? ['-u', '-c', '', '-U1', '-C1'] : ['-u', '-u', '', '-U1', '-U2'])[pick(5)]!;
        const [made] = await both({ a: joined(old, false), b: joined(fresh, false) }, `diff ${form} -L a -L a a b`);
        const line = `patch ${PATCH_FLAGS[pick(PATCH_FLAGS.length)]!} a < p`;
        const a = joined(meanwhile, false);
        const [theirs, ours] = await both({ a, p: made.text }, line);
        expect({ ...ours, round, line, a, p: made.text }, line).toEqual({ ...theirs, round, line, a, p: made.text });
      }
    });
  }

  test('a thousand lines that have nothing in common, and twenty thousand that have, are compared without holding the page', async () => {
    const files = createMemoryFiles({ now: Date.now });
    const { text, status } = await runInMemory(
      'seq 20000 > a; seq 20000 | sed "s/7$/seven/" > b; diff a b | wc -l; seq 1000 > c; seq 2000 3000 > d; diff c d | wc -l; diff -u a b > p; patch -s a < p; diff a b',
      { files },
    );
    expect({ text, status }).toEqual({ text: '8000\n2003\n', status: 0 });
  });
});
