import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { mergeText } from './merge-text.ts';
import { seededRandom } from './seeded-random.ts';
import { editText, generateMerge, type GeneratedMerge } from './testing/generated-text.ts';

/** The judge is git's own three-way merge, `git merge-file`, on texts made up from seeds. */
const SEEDS = Number(process.env['SELKIE_MERGES'] ?? 3000);
const HISTORIES = 100;
const ROUNDS = 8;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'selkie-merge-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What git makes of each; undefined where it sees a conflict. One shell for all: a process each from here would take minutes. */
function mergeByGit(merges: readonly GeneratedMerge[]): (string | undefined)[] {
  for (const [index, { base, local, remote }] of merges.entries()) {
    writeFileSync(join(folder, `${index}.base`), base);
    writeFileSync(join(folder, `${index}.local`), local);
    writeFileSync(join(folder, `${index}.remote`), remote);
  }
  const script = 'i=0; while [ $i -lt $1 ]; do git merge-file -p $i.local $i.base $i.remote > $i.merged 2>/dev/null; echo $?; i=$((i+1)); done';
  const codes = execFileSync('sh', ['-c', script, 'sh', String(merges.length)], { cwd: folder, encoding: 'utf8' }).trim().split('\n').map(Number);
  return codes.map((code, index) => {
    // The number of conflicts, or 255 when it could not be done at all.
    expect(code).toBeLessThan(128);
    return code === 0 ? readFileSync(join(folder, `${index}.merged`), 'utf8') : undefined;
  });
}

function merge({ base, local, remote }: GeneratedMerge): string | undefined {
  const encoder = new TextEncoder();
  const merged = mergeText(encoder.encode(base), encoder.encode(local), encoder.encode(remote));
  return merged === undefined ? undefined : new TextDecoder().decode(merged);
}

function countLines(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const words = line.replace(/\r?\n$/, '');
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return counts;
}

/** The lines that a merge must have: written by a side, or there before and removed by none. Lines that repeat are left out. */
function requiredLines({ base, local, remote }: GeneratedMerge): string[] {
  const [b, l, r] = [base, local, remote].map(countLines) as [Map<string, number>, Map<string, number>, Map<string, number>];
  const isSingle = (line: string): boolean => [b, l, r].every((counts) => (counts.get(line) ?? 0) <= 1);
  const isRequired = (line: string): boolean => (b.has(line) ? l.has(line) && r.has(line) : true);
  return [...new Set([...l.keys(), ...r.keys()])].filter((line) => isSingle(line) && isRequired(line));
}

test('no line that git keeps is lost, there is no conflict where git sees none, and merging again changes nothing', { timeout: 300_000 }, () => {
  const merges = Array.from({ length: SEEDS }, (_, seed) => generateMerge(seededRandom(seed)));
  const counts = { same: 0, otherOrder: 0, bothConflict: 0, onlyGitConflicts: 0 };
  for (const [seed, git] of mergeByGit(merges).entries()) {
    const input = merges[seed]!;
    const ours = merge(input);
    if (ours === undefined) {
      expect(git, `seed ${seed}: git merges this`).toBeUndefined();
      counts.bothConflict++;
      continue;
    }
    const lines = countLines(ours);
    for (const line of requiredLines(input)) expect(lines.has(line), `seed ${seed}: ${line} is lost`).toBe(true);
    expect(merge({ ...input, base: input.remote, local: ours }), `seed ${seed}: merged again`).toBe(ours);
    expect(merge({ ...input, base: input.local, remote: ours }), `seed ${seed}: merged again by the other`).toBe(ours);
    if (git === undefined) counts.onlyGitConflicts++;
    else if (git === ours) counts.same++;
    else {
      // A line added between lines that repeat may stand at another of them; it is there, and as often.
      expect([...lines].sort(), `seed ${seed}: other lines than git's`).toEqual([...countLines(git)].sort());
      counts.otherOrder++;
    }
  }
  console.log(`Merges by git's side: ${JSON.stringify(counts)}`);
  expect(counts.same).toBeGreaterThan(SEEDS * 0.5);
  expect(counts.bothConflict).toBeGreaterThan(SEEDS * 0.2);
  expect(counts.otherOrder).toBeLessThan(SEEDS * 0.005);
});

test('two devices that edit one text for long have in the end what git would have made of it', { timeout: 300_000 }, () => {
  const random = seededRandom(4);
  let texts = Array.from({ length: HISTORIES }, () => generateMerge(random).base);
  let compared = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const merges = texts.map((base) => ({ base, local: editText(base, random), remote: editText(base, random) }));
    texts = mergeByGit(merges).map((git, index) => {
      const input = merges[index]!;
      const ours = merge(input);
      if (ours === undefined) expect(git, `round ${round}, history ${index}`).toBeUndefined();
      if (ours !== undefined && git !== undefined) {
        compared++;
        expect([...countLines(ours)].sort(), `round ${round}, history ${index}`).toEqual([...countLines(git)].sort());
      }
      // In a conflict the remote version keeps the name.
      return ours ?? input.remote;
    });
  }
  expect(compared).toBeGreaterThan((HISTORIES * ROUNDS) / 3);
});

test('texts that differ in more lines than can be compared are not merged', () => {
  const text = (mark: string): string => Array.from({ length: limits.mergeMaxChanges }, (_, i) => `${mark}${i}\n`).join('');
  expect(merge({ base: `${text('a')}.\nend\n`, local: `${text('b')}.\nend\n`, remote: `${text('a')}.\nEND\n` })).toBeUndefined();
});
