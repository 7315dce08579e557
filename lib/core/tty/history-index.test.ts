import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryRecord } from '../shell/command.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { HistoryIndex } from './history-index.ts';

let clock = 0;
const record = (line: string, directory?: string): HistoryRecord => ({ line, at: (clock += 1), directory, durationMs: undefined, status: undefined });
const index = (...lines: string[]) => new HistoryIndex(lines.map((line) => record(line)));
const found = (from: HistoryIndex, query: string, directory?: string) => from.find(query, directory).matches.map((match) => match.record.line);

test('the last line of this directory is suggested, else the last of any; a line itself is none', () => {
  const history = new HistoryIndex([record('make old', '/a'), record('make here', '/a'), record('make there', '/b'), record('make', '/b')]);
  expect([history.suggest('ma', '/a'), history.suggest('ma', '/b'), history.suggest('ma', '/c'), history.suggest('make', '/b'), history.suggest('make o', '/b'), history.suggest('x', '/a'), history.suggest('', '/a')])
    .toEqual(['make here', 'make', 'make', 'make there', 'make old', undefined, undefined]);
  history.add(record('make new', '/a'));
  expect([history.suggest('ma', '/a'), history.suggest('make n', '/b')]).toEqual(['make new', 'make new']);
});

test('of hundreds of lines that were used again and again the one that was used last is suggested', () => {
  const history = index('make first');
  expect(history.suggest('make')).toBe('make first');
  for (let number = 0; number < 602; number += 1) history.add(record(`make ${number % 5}`));
  for (let number = 0; number < 300; number += 1) history.add(record(`mend ${number % 4}`));
  expect([history.suggest('make'), history.suggest('make 0'), history.suggest('make f'), history.suggest('me')]).toEqual(['make 1', undefined, 'make first', 'mend 3']);
});

test('what a search finds comes by how well it fits: together, at the start of words, here, new', () => {
  const history = index('a long sentence', 'git log --all', 'cat list.md', 'ls -la', 'echo also');
  expect(found(history, 'ls')).toEqual(['ls -la', 'echo also', 'a long sentence', 'cat list.md']);
  expect(found(history, 'gl')).toEqual(['git log --all']);
  expect(found(history, 'LS')).toEqual([]);
  expect(found(history, '')).toEqual(['echo also', 'ls -la', 'cat list.md', 'git log --all', 'a long sentence']);
  const [first] = history.find('gla').matches;
  expect([first?.record.line, first?.positions]).toEqual(['git log --all', [0, 4, 10]]);
  const placed = new HistoryIndex([record('make a', '/a'), record('make b', '/b')]);
  expect([found(placed, 'make', '/a'), found(placed, 'make', '/b')]).toEqual([['make a', 'make b'], ['make b', 'make a']]);
});

test('a line that was used several times is found once, where it was used last', () => {
  const history = index('one', 'two', 'one');
  expect([found(history, ''), history.find('o').total]).toEqual([['one', 'two'], 2]);
  history.add(record('two'));
  expect(found(history, '')).toEqual(['two', 'one']);
});

test('made ready in pieces, it finds the same', () => {
  const records = Array.from({ length: 5_000 }, (_, number) => record(`line ${number}`));
  const [whole, pieces] = [new HistoryIndex(records), new HistoryIndex(records)];
  let count = 0;
  for (const _ of pieces.prepare()) count += 1;
  expect([count > 1, pieces.find('line 4321')]).toEqual([true, whole.find('line 4321')]);
});

const letters = fc.string({ unit: fc.constantFrom(...'abg AB-_/1é日\n'), maxLength: 12 });

test('whatever was asked before, a search finds the lines that have its letters in order, and a suggestion the newest line that begins so', () => {
  fc.assert(fc.property(fc.array(fc.record({ line: letters.filter((line) => line !== ''), directory: fc.constantFrom('/a', '/b') }), { maxLength: 40 }), fc.array(letters, { maxLength: 6 }), (lines, queries) => {
    const records = lines.map(({ line, directory }) => record(line, directory));
    // The last ones come while somebody asks.
    const history = new HistoryIndex(records.slice(0, records.length >> 1));
    history.suggest('a', '/a');
    history.find('a');
    for (const late of records.slice(records.length >> 1)) history.add(late);
    for (const query of queries) {
      for (let length = 0; length <= query.length; length += 1) {
        const asked = query.slice(0, length);
        const isExact = asked !== asked.toLowerCase();
        const pattern = [...asked].map((letter) => letter.replace(/[/\-\n]/, (mark) => (mark === '\n' ? '\\n' : `\\${mark}`))).join('[^]*');
        const unique = [...new Set(lines.map(({ line }) => line))];
        const { total, matches } = history.find(asked, '/a');
        expect(matches.map((match) => match.record.line).sort()).toEqual(unique.filter((line) => new RegExp(pattern, isExact ? '' : 'i').test(line)).sort());
        expect(total).toBe(matches.length);
        for (const match of matches) {
          const at = match.positions.map((position) => match.record.line[position]).join('');
          expect(isExact ? at : at.toLowerCase()).toBe(asked);
        }
        const begins = records.filter(({ line }) => asked !== '' && line.startsWith(asked) && line.length > asked.length).toReversed();
        expect(history.suggest(asked, '/a')).toBe((begins.find(({ directory }) => directory === '/a') ?? begins[0])?.line);
      }
    }
  }), { numRuns: propertyRuns(4) });
});
