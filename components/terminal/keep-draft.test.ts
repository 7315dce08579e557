import { expect, test } from 'vitest';
import { openDrafts, type Draft } from '@/lib/client/drafts.ts';
import { createMemoryStore } from '@/lib/core/fs/key-value-store.ts';
import { keepDraft } from './keep-draft.ts';

/** An editor with `text`, whose file holds `saved`, and a clock that the test turns. */
function setUp({ owner = 'ann', capacityUnits = 10_000 } = {}) {
  const store = createMemoryStore({ capacityUnits });
  const state = { text: 'saved', saved: 'saved', owner, isOpen: true, nowMs: 0, timers: [] as { at: number; work: () => void }[], rooms: 0 };
  let serial = 0;
  const draftsOf = (of: string) => openDrafts({ store, owner: of, prefix: `${of}:`, newName: () => `${++serial}.t`, now: () => state.nowMs, isOpen: () => state.isOpen });
  const keeper = keepDraft({
    drafts: () => draftsOf(state.owner),
    read: () => (state.text === state.saved ? undefined : { path: '/home/me/x', from: '', text: state.text }),
    after(ms, work) {
      const timer = { at: state.nowMs + ms, work };
      state.timers.push(timer);
      return () => { state.timers = state.timers.filter((other) => other !== timer); };
    },
    monotonic: () => state.nowMs,
    onRoom: () => { state.rooms += 1; },
  });
  return {
    store, state, keeper,
    type(text: string) {
      state.text = text;
      keeper.touch();
    },
    pass(ms: number) {
      state.nowMs += ms;
      for (const timer of state.timers.filter(({ at }) => at <= state.nowMs)) {
        state.timers = state.timers.filter((other) => other !== timer);
        timer.work();
      }
    },
    kept: (of = 'ann') => draftsOf(of).all().map(({ text }) => text),
  };
}

test('what is typed is kept when the person pauses, and every few seconds while they do not', () => {
  const { type, pass, kept, state } = setUp();
  type('a');
  pass(999);
  expect(kept()).toEqual([]);
  pass(1);
  expect(kept()).toEqual(['a']);
  const seen = new Set<string>();
  for (let letter = 0; letter < 20; letter += 1) {
    type(`${state.text}b`);
    pass(500);
    seen.add(kept().join());
  }
  expect([...seen].map((text) => text.length)).toEqual([1, 11, 21]);
});

test('a page that may be about to go keeps it at once, and nothing twice', () => {
  const { type, kept, keeper, store } = setUp();
  type('half a sen');
  keeper.now();
  const keys = store.keys('');
  keeper.now();
  expect([kept(), store.keys('')]).toEqual([['half a sen'], keys]);
  // Thrown away in another tab, while it is still typed here.
  for (const key of keys) store.remove(key);
  keeper.now();
  expect(kept()).toEqual(['half a sen']);
});

test('saved, discarded, or typed back to what the file holds: the draft goes, and no other', () => {
  const { type, pass, kept, keeper, state, store } = setUp();
  const draft = { path: '/home/me/other', from: '', text: 'of another file' };
  openDrafts({ store, owner: 'ann', prefix: 'ann:', newName: () => 'x.y', now: () => 0, isOpen: () => true }).keep(draft, undefined);
  type('new');
  pass(1000);
  state.saved = 'new';
  keeper.now();
  expect(kept()).toEqual(['of another file']);
  type('newer');
  pass(1000);
  type('new');
  pass(1000);
  expect(kept()).toEqual(['of another file']);
  type('newest');
  pass(1000);
  keeper.forget();
  expect(kept()).toEqual(['of another file']);
});

test('a draft that was taken is gone on with: it goes when the next is there', () => {
  const { type, pass, kept, keeper, state, store } = setUp();
  const dead = openDrafts({ store, owner: 'ann', prefix: 'ann:', newName: () => '7.dead', now: () => 0, isOpen: () => true });
  dead.keep({ path: '/home/me/x', from: '', text: 'from the dead tab' }, undefined);
  const [draft] = dead.all() as [Draft];
  state.text = draft.text;
  keeper.takeOver(draft);
  keeper.now();
  expect([dead.has('7.dead'), kept()]).toEqual([true, ['from the dead tab']]);
  type('and more');
  pass(1000);
  expect([dead.has('7.dead'), kept()]).toEqual([false, ['and more']]);
});

test('the draft gives way to the file that needs its room, and is there again when that does not help', () => {
  const { type, pass, kept, keeper, store } = setUp({ capacityUnits: 200 });
  expect(keeper.giveWay(() => true)).toBe(false);
  type('kept');
  pass(1000);
  type('longer '.repeat(100));
  const seen: unknown[] = [];
  for (const isDone of [false, true]) {
    seen.push(keeper.giveWay(() => {
      seen.push(store.keys(''));
      return isDone;
    }), kept());
  }
  expect(seen).toEqual([[], false, ['kept'], [], true, []]);
});

test('in a full browser it says so once, keeps what it had, and goes on when there is room', () => {
  const { type, pass, kept, keeper, state, store } = setUp({ capacityUnits: 200 });
  type('fits');
  pass(1000);
  store.set('file', 'x'.repeat(100));
  for (const text of ['y'.repeat(100), 'z'.repeat(100)]) {
    type(text);
    pass(1000);
  }
  expect([keeper.isFull, state.rooms, kept()]).toEqual([true, 1, ['fits']]);
  store.remove('file');
  keeper.now();
  expect([keeper.isFull, state.rooms, kept()]).toEqual([false, 2, ['z'.repeat(100)]]);
});

test('when another person’s files are open, or the files were wiped in another tab, nothing is kept under any name', () => {
  for (const change of [{ owner: 'bob' }, { owner: 'local' }, { isOpen: false }]) {
    const { type, store, keeper, state } = setUp();
    type('of Ann');
    Object.assign(state, change);
    keeper.now();
    expect(store.keys('')).toEqual([]);
  }
});

test('what was begun before a sign-in goes on in the account', () => {
  const { type, kept, keeper, state } = setUp({ owner: 'local' });
  state.owner = 'ann';
  type('mine');
  keeper.now();
  expect([kept('ann'), kept('local')]).toEqual([['mine'], []]);
});

test('a closed editor keeps nothing more', () => {
  const { type, pass, kept, keeper } = setUp();
  type('a');
  keeper.dispose();
  pass(10_000);
  expect(kept()).toEqual([]);
});
