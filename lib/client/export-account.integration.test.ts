import { expect, test } from 'vitest';
import { createTestCloud, createTestDevice } from '../core/sync/test-device.ts';
import type { SyncCall, SyncReply } from '../core/sync/transport.ts';
import { readZip } from '../core/zip/read-zip.ts';
import { exportAccount, type ExportProgress } from './export-account.ts';

async function filledCloud() {
  const cloud = createTestCloud();
  const laptop = createTestDevice(cloud, 'laptop');
  laptop.write('notes.md', 'one');
  laptop.write('same', 'two');
  laptop.files.makeDirectory('/home/me/empty');
  laptop.files.link('notes.md', '/home/me/link');
  await laptop.sync();
  laptop.write('notes.md', 'two');
  laptop.files.setMode('/home/me/notes.md', 0o600);
  await laptop.sync();
  laptop.write('late', 'not pushed');
  return cloud;
}

const run = async (sync: (call: SyncCall) => Promise<SyncReply>, isWithHistory = false, signal: { aborted: boolean } = { aborted: false }) => {
  const steps: ExportProgress[] = [];
  const made = await exportAccount({ forUser: 'person', sync, isWithHistory, nowMs: 0, after: () => () => undefined, signal, onProgress: (step) => steps.push(step) });
  return { made, steps, contents: made.outcome === 'done' ? readZip(new Uint8Array(await made.zip.arrayBuffer())) : undefined };
};

test('the zip holds every file of the account as it is now, with modes, links and folders', async () => {
  const cloud = await filledCloud();
  const { made, contents, steps } = await run((call) => cloud.serve(call));
  expect(made).toMatchObject({ outcome: 'done', files: 3, isHistoryWhole: true });
  const found = contents?.entries.map((entry) => [entry.path, entry.kind, entry.mode, entry.kind === 'directory' ? '' : new TextDecoder().decode(entry.read())]).sort();
  expect([found, contents?.historyObjects]).toEqual([[
    ['empty', 'directory', 0o755, ''], ['link', 'link', 0o777, 'notes.md'], ['notes.md', 'file', 0o600, 'two'], ['same', 'file', 0o644, 'two'],
  ], 0]);
  expect([steps.at(0), steps.at(-1)]).toEqual([{ what: 'reading', done: 1, total: 2 }, { what: 'packing', done: 3, total: 3 }]);
});

test('with the history it also holds every object of the log', async () => {
  const cloud = await filledCloud();
  const { contents } = await run((call) => cloud.serve(call), true);
  expect([contents?.entries.length, contents?.historyObjects]).toEqual([4, 1 + cloud.log.commits.size]);
});

test('nothing is saved of an empty account, after a stop, without an answer, without a session, or of a damaged log', async () => {
  const cloud = await filledCloud();
  const serve = (call: SyncCall) => cloud.serve(call);
  expect((await run((call) => createTestCloud().serve(call))).made).toEqual({ outcome: 'empty' });
  expect((await run(serve, false, { aborted: true })).made).toEqual({ outcome: 'stopped' });
  const late = { aborted: false };
  let calls = 0;
  const stopping = (call: SyncCall) => {
    late.aborted = ++calls === 2;
    return cloud.serve(call);
  };
  // Stopped while the last answer was on its way.
  expect([(await run(stopping, false, late)).made, calls]).toEqual([{ outcome: 'stopped' }, 2]);
  expect((await run(() => Promise.reject(new TypeError('Failed to fetch')))).made).toMatchObject({ outcome: 'failed', reason: 'offline' });
  expect((await run(async () => ({ status: 'absent' }))).made).toMatchObject({ outcome: 'failed', reason: 'absent' });
  expect((await run((call) => cloud.serve({ ...call, forUser: 'somebody else' }))).made).toMatchObject({ outcome: 'failed', reason: 'stopped' });
  const second = cloud.log.commits.get(2)!.slice();
  second[second.length - 3]! ^= 1;
  cloud.log.commits.set(2, second);
  for (const isWithHistory of [false, true]) expect((await run(serve, isWithHistory)).made).toMatchObject({ outcome: 'failed', reason: 'stopped' });
});
