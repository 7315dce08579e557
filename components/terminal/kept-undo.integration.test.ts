import { history, undo } from '@codemirror/commands';
import { expect, test } from 'vitest';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { keepUndo, stateWithUndo } from './kept-undo.ts';

const config = { extensions: [history()] };

function edited(files: ReturnType<typeof createMemoryFiles>) {
  const state = stateWithUndo(files, '/home/me/a', 'one\r\ntwo', config);
  return state.update({ changes: { from: 0, to: 3, insert: 'ONE' } }).state;
}

function afterUndo(state: ReturnType<typeof edited>): string {
  let next = state;
  undo({ state, dispatch: (transaction) => { next = transaction.state; } });
  return next.doc.toString();
}

test('an unchanged file that is opened again can still be undone', () => {
  const files = createMemoryFiles({ now: () => 0 });
  const before = edited(files);
  keepUndo(files, '/home/me/a', before);
  expect(afterUndo(stateWithUndo(files, '/home/me/a', before.sliceDoc(), config))).toBe('one\ntwo');
});

test('a file that was changed since begins anew, and nobody undoes into another person\'s text', () => {
  const files = createMemoryFiles({ now: () => 0 });
  const before = edited(files);
  keepUndo(files, '/home/me/a', before);
  expect(afterUndo(stateWithUndo(files, '/home/me/a', 'other', config))).toBe('other');
  const theirs = createMemoryFiles({ now: () => 0 });
  expect(afterUndo(stateWithUndo(theirs, '/home/me/a', before.sliceDoc(), config))).toBe('ONE\ntwo');
});
