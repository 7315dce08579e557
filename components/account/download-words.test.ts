import { expect, test } from 'vitest';
import { downloadWords, progressWords } from './download-words.ts';

test('every end of a download is one sentence that says whether there is a file now', () => {
  const zip = new Blob();
  expect([
    downloadWords({ outcome: 'done', zip, files: 1, isHistoryWhole: true }, 'a.zip'), downloadWords({ outcome: 'done', zip, files: 1200, isHistoryWhole: false }, 'a.zip'),
    downloadWords({ outcome: 'empty' }, 'a.zip'), downloadWords({ outcome: 'stopped' }, 'a.zip'),
    downloadWords({ outcome: 'failed', reason: 'offline', message: 'x' }, 'a.zip'), downloadWords({ outcome: 'failed', reason: 'stopped', message: 'It is damaged.' }, 'a.zip'),
  ]).toEqual([
    'Saved as a.zip, with 1 file.', 'Saved as a.zip, with 1,200 files. The history has more parts than a zip can name; its beginning is in it, the rest is left out.',
    'There is nothing in your account yet.', 'Stopped; nothing was saved.', 'Selkie can’t be reached, so nothing was saved. Try again when you are online.', 'Nothing was saved. It is damaged.',
  ]);
  expect([progressWords({ what: 'reading', done: 5, total: 1000 }), progressWords({ what: 'packing', done: 1, total: 2 })]).toEqual(['Reading the history: 5 of 1,000 commits', 'Packing: 1 of 2 files']);
});
