import { expect, test } from 'vitest';
import { createTestCloud } from '../core/sync/test-device.ts';
import { lateSyncClient } from './late-sync-client.ts';
import { startSyncClient } from './sync-client.ts';
import { createTestBrowser } from './test-browser.ts';
import { openWorkspace } from './workspace.ts';

const ANN = { id: 'person', email: 'ann@example.org' };

function setUp(answers: (typeof startSyncClient | undefined)[]) {
  const cloud = createTestCloud();
  const browser = createTestBrowser();
  const workspace = openWorkspace({
    transport: { sync: async (call) => cloud.serve(call) },
    sessionState: async () => 'live',
    startSync: lateSyncClient(async () => {
      const start = answers.shift();
      if (start === undefined) throw new TypeError('Failed to fetch dynamically imported module');
      return start;
    }),
  }, browser.openTab());
  return { cloud, browser, workspace };
}

test('what is written and asked before the code of sync is there is pushed when it comes', async () => {
  const { cloud, workspace } = setUp([startSyncClient]);
  const opened = workspace.signedIn(ANN);
  expect(workspace.status.state).toBe('syncing');
  await opened;
  workspace.files.write('/home/me/early', new TextEncoder().encode('x'));
  expect(await workspace.syncNow()).toEqual({ state: 'synced', pending: 0, message: undefined });
  expect(cloud.log.commits.size).toBe(1);
});

test('code that cannot be fetched is "offline", fetched again later, and a session that ended meanwhile stays ended', async () => {
  const { browser, cloud, workspace } = setUp([undefined, undefined, undefined, startSyncClient]);
  await workspace.signedIn(ANN);
  workspace.files.write('/home/me/early', new TextEncoder().encode('x'));
  expect((await workspace.syncNow()).state).toBe('offline');
  expect((await workspace.unsynced()).isHeard).toBe(false);
  workspace.sessionEnded();
  await browser.pass(60_000);
  expect(workspace.status).toEqual({ state: 'signed-out', pending: 1, message: undefined });
  expect(cloud.log.commits.size).toBe(0);
  await workspace.signedIn(ANN);
  await browser.pass(1000);
  expect(workspace.status.state).toBe('synced');
  expect(cloud.log.commits.size).toBe(1);
});

test('paused before the code is there, it stays paused', async () => {
  const { browser, cloud, workspace } = setUp([startSyncClient]);
  const opened = workspace.signedIn(ANN);
  workspace.pause();
  await opened;
  workspace.files.write('/home/me/early', new TextEncoder().encode('x'));
  await browser.pass(60_000);
  expect(workspace.status.state).toBe('paused');
  expect(cloud.log.commits.size).toBe(0);
});
