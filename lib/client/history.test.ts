import { expect, test } from 'vitest';
import * as limits from '@/lib/core/limits.ts';
import { openHistory } from './history.ts';

/** localStorage of a browser, as far as the history uses it. */
class MemoryStorage implements Storage {
  map = new Map<string, string>();
  isFull = false;
  [name: string]: unknown;
  get length() { return this.map.size; }
  key(index: number) { return [...this.map.keys()][index] ?? null; }
  getItem(key: string) { return this.map.get(key) ?? null; }
  setItem(key: string, value: string) {
    if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
    this.map.set(key, value);
  }
  removeItem(key: string) { this.map.delete(key); }
  clear() { this.map.clear(); }
}

let clock = 0;
const now = () => (clock += 1);
const open = (storage: Storage | undefined, tab: string, owner = 'local') => openHistory({ owner, tab, storage, now });

test('two tabs write beside each other, and the next one sees both in order', () => {
  const storage = new MemoryStorage();
  const one = open(storage, 'a');
  const two = open(storage, 'b');
  one.add('first');
  two.add('second');
  one.add('third');
  expect(one.entries()).toEqual(['first', 'third']);
  expect(open(storage, 'c').entries()).toEqual(['first', 'second', 'third']);
});

test('a leading space, an empty line and a repetition are left out', () => {
  const storage = new MemoryStorage();
  const history = open(storage, 'a');
  for (const line of ['ls', 'ls', ' export TOKEN=x', '', '   ', 'pwd  ', 'ls']) history.add(line);
  expect(history.entries()).toEqual(['ls', 'pwd', 'ls']);
  expect(JSON.stringify([...storage.map])).not.toContain('TOKEN');
});

test('full, denied and damaged storage cost nothing but what could not be kept', () => {
  const storage = new MemoryStorage();
  open(storage, 'a').add('kept');
  storage.map.set('selkie1:local:h:x', '{broken');
  storage.map.set('selkie1:local:h:y', '[["no",1]]');
  storage.isFull = true;
  const history = open(storage, 'b');
  history.add('not kept');
  expect(history.entries()).toEqual(['kept', 'not kept']);
  expect(open(storage, 'c').entries()).toEqual(['kept']);
  const none = open(undefined, 'a');
  none.add('here');
  expect(none.entries()).toEqual(['here']);
});

test('owners do not see each other', () => {
  const storage = new MemoryStorage();
  const history = open(storage, 'a', 'ann');
  history.add('anns line');
  history.switchTo('bob');
  expect(history.entries()).toEqual([]);
  history.add('bobs line');
  expect(open(storage, 'b', 'ann').entries()).toEqual(['anns line']);
  expect(open(storage, 'c', 'bob').entries()).toEqual(['bobs line']);
});

test('clearing removes the lines of every tab of this owner', () => {
  const storage = new MemoryStorage();
  open(storage, 'x', 'other').add('stays');
  open(storage, 'b').add('one');
  const history = open(storage, 'a');
  history.add('two');
  history.clear();
  // What stays says when, and nothing of what it was.
  expect([history.entries(), [...storage.map]]).toEqual([[], [['selkie1:other:h:x', storage.map.get('selkie1:other:h:x')], ['selkie1:local:g', `{"before":${clock},"at":[]}`]]]);
});

test('what one tab forgets does not come back with the next line of another', () => {
  const storage = new MemoryStorage();
  const one = open(storage, 'a');
  const two = open(storage, 'b');
  one.add('export TOKEN=x');
  one.add('ls');
  two.add('pwd');
  const [secret] = one.records();
  open(storage, 'c').remove(secret === undefined ? [] : [secret]);
  one.add('cd');
  two.add('date');
  expect(open(storage, 'd').entries()).toEqual(['ls', 'pwd', 'cd', 'date']);
  expect(JSON.stringify([...storage.map])).not.toContain('TOKEN');
});

test('directory, duration and status of a line are kept, and lines of the old format are read', () => {
  const storage = new MemoryStorage();
  storage.map.set('selkie1:local:h:old', '[[-5,"make"],[-4,"make test"]]');
  const history = open(storage, 'a');
  const record = history.add('false', '/home/me/x');
  if (record !== undefined) history.finish(record, 12.4, 1);
  expect(open(storage, 'b').records()).toEqual([
    { at: -5, line: 'make', directory: undefined, durationMs: undefined, status: undefined },
    { at: -4, line: 'make test', directory: undefined, durationMs: undefined, status: undefined },
    { at: record?.at, line: 'false', directory: '/home/me/x', durationMs: 12, status: 1 },
  ]);
});

test('HISTCONTROL decides what is left out', () => {
  const kept = (control: string) => {
    const history = open(new MemoryStorage(), 'a');
    for (const line of [' a', 'b', 'b']) history.add(line, '/', control);
    return history.entries();
  };
  expect([kept(''), kept('ignorespace'), kept('ignoredups'), kept('ignorespace:ignoredups'), kept('ignoreboth')])
    .toEqual([[' a', 'b', 'b'], ['b', 'b'], [' a', 'b'], ['b'], ['b']]);
});

test('a tab that goes on after its key was folded brings no line twice', () => {
  const storage = new MemoryStorage();
  const first = open(storage, 't0');
  first.add('early');
  for (let tab = 1; tab < 12; tab += 1) open(storage, `t${tab}`).add(`line ${tab}`);
  open(storage, 'folder');
  first.add('late');
  const entries = open(storage, 'reader').entries();
  expect(entries.filter((line) => line === 'early')).toEqual(['early']);
  expect(entries.at(-1)).toBe('late');
});

test('a line that another tab adds while keys are folded is not removed with them', () => {
  const storage = new MemoryStorage();
  const other = open(storage, 't0');
  other.add('early');
  const set = storage.setItem.bind(storage);
  storage.setItem = (key, value) => {
    set(key, value);
    if (!key.includes(':all-')) return;
    storage.setItem = set;
    other.add('meanwhile');
  };
  for (let tab = 1; tab < 12; tab += 1) open(storage, `t${tab}`).add(`line ${tab}`);
  expect(open(storage, 'reader').entries()).toContain('meanwhile');
});

test('many tabs are folded into one key and nothing is lost; the newest lines win at the limit', () => {
  const storage = new MemoryStorage();
  for (let tab = 0; tab < 20; tab += 1) open(storage, `t${tab}`).add(`line ${tab}`);
  const entries = open(storage, 'last').entries();
  expect(entries).toEqual(Array.from({ length: 20 }, (_, tab) => `line ${tab}`));
  expect(storage.map.size).toBeLessThan(12);
  const history = open(storage, 'long');
  const long = 'x'.repeat(4000);
  for (let index = 0; index < 75; index += 1) history.add(`${index} ${long}`);
  expect((storage.map.get('selkie1:local:h:long') ?? '').length).toBeLessThanOrEqual(limits.historyMaxUnits);
  expect(open(storage, 'z').entries().at(-1)).toBe(`74 ${long}`);
});
