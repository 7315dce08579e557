import { expect, test } from 'vitest';
import { createMemoryStore } from '@/lib/core/fs/key-value-store.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { hashOf } from '@/lib/core/sync/sha256.ts';
import { adoptDrafts } from './adopt-drafts.ts';
import { isSaved, openDrafts, type Drafts } from './drafts.ts';
import { storageKeys } from './storage-keys.ts';

const FROM = hashOf('as it was');
const PATH = '/home/me/notes.md';

function setUp(capacityUnits = 100_000) {
  const store = createMemoryStore({ capacityUnits });
  const calls: string[] = [];
  const watched = {
    ...store,
    set(key: string, value: string) {
      store.set(key, value);
      calls.push(`set ${key}`);
    },
    remove(key: string) {
      store.remove(key);
      calls.push(`remove ${key}`);
    },
  };
  let nowMs = 1000;
  let serial = 0;
  const open = (owner: string, tab = 'tab'): Drafts => openDrafts({
    store: watched, owner, prefix: storageKeys.drafts(owner), newName: () => `${++serial}.${tab}`, now: () => nowMs++, isOpen: () => true,
  });
  return { store, calls, open };
}

test('what was typed is kept unit for unit: a mark, line ends, accents, emoji, nothing at all', () => {
  const { open } = setUp();
  const drafts = open('ann');
  for (const text of ['\ufeffmark', 'a\r\nb\n\rc', 'é\n日本 🦭', '', `${'long '.repeat(5000)}end`]) {
    const name = drafts.keep({ path: PATH, from: FROM, text }, undefined);
    expect(drafts.all()[0]).toEqual({ name, path: PATH, from: FROM, atMs: expect.any(Number), text });
  }
});

test('the new is written before the old is removed, and the newest comes first', () => {
  const { open, calls } = setUp();
  const drafts = open('ann');
  const other = open('ann', 'other');
  const first = drafts.keep({ path: PATH, from: FROM, text: 'one' }, undefined);
  other.keep({ path: PATH, from: '', text: 'of another tab' }, undefined);
  calls.length = 0;
  const second = drafts.keep({ path: PATH, from: FROM, text: 'two' }, first);
  expect(calls).toEqual([`set selkie1:ann:t:${second}`, `remove selkie1:ann:t:${first}`]);
  expect(other.all().map(({ text }) => text)).toEqual(['two', 'of another tab']);
  drafts.drop(second ?? '');
  expect([drafts.has(second ?? ''), drafts.all().map(({ text }) => text)]).toEqual([false, ['of another tab']]);
});

test('without room the draft that there was stays, and nothing else is touched', () => {
  const { open, store } = setUp(200);
  store.set('selkie1:ann:f:x:1.t', 'a file');
  const drafts = open('ann');
  const first = drafts.keep({ path: PATH, from: FROM, text: 'fits' }, undefined);
  expect(drafts.keep({ path: PATH, from: FROM, text: 'x'.repeat(500) }, first)).toBeUndefined();
  expect([drafts.all().map(({ text }) => text), store.keys('').length]).toEqual([['fits'], 2]);
});

test('one person never sees the draft of another; those from before a sign-in go along, names and all', () => {
  const { open, store } = setUp();
  open('local').keep({ path: PATH, from: FROM, text: 'before' }, undefined);
  open('bob').keep({ path: PATH, from: FROM, text: 'of Bob' }, undefined);
  const name = open('local').all()[0]?.name;
  expect(open('ann').all()).toEqual([]);
  adoptDrafts(store, storageKeys.drafts('local'), storageKeys.drafts('ann'));
  expect([open('local').all(), open('ann').all().map((draft) => [draft.name, draft.text]), open('bob').all().length]).toEqual([[], [[name, 'before']], 1]);
});

test('drafts that find no room in the account stay where they were', () => {
  const { open, store } = setUp(400);
  open('local').keep({ path: PATH, from: FROM, text: 'x'.repeat(200) }, undefined);
  adoptDrafts(store, storageKeys.drafts('local'), storageKeys.drafts('someone-with-a-long-id'.repeat(10)));
  expect(open('local').all().length).toBe(1);
});

test('what is damaged or of another format is left out and left alone', () => {
  const { open, store } = setUp();
  const drafts = open('ann');
  const name = drafts.keep({ path: PATH, from: FROM, text: 'good' }, undefined);
  const value = store.get(`selkie1:ann:t:${name}`) ?? '';
  const bad = ['', 'no header', '{}\n', '[2,"/x",1,"",0]\n', '[1,"/x",1,"no hash",0]\n', value.slice(0, -1), `${value} `, value.replace(/.$/, '\uffff')];
  for (const [index, text] of bad.entries()) store.set(`selkie1:ann:t:${index}.bad`, text);
  expect([drafts.all().map(({ text }) => text), store.keys('').length]).toEqual([['good'], bad.length + 1]);
});

test('a draft is saved when the file holds this very text, and else is not', () => {
  const files = createMemoryFiles({ now: () => 0 });
  const draft = { name: '1.t', path: '/tmp/x', atMs: 0, from: '', text: 'é\n' };
  const answers: boolean[] = [isSaved(files, draft)];
  files.write('/tmp/x', new TextEncoder().encode('é\n'));
  answers.push(isSaved(files, draft), isSaved(files, { ...draft, text: 'e!\n' }), isSaved(files, { ...draft, path: '/tmp' }));
  files.setMode('/tmp/x', 0);
  expect([...answers, isSaved(files, draft)]).toEqual([false, true, false, false, false]);
});
