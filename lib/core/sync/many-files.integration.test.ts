import { expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { formatCommit } from './commit.ts';
import { hashOf } from './sha256.ts';
import { createTestCloud, createTestDevice, type TestCloud } from './test-device.ts';
import { applyInPlace, rootHash, type Operation, type TreeEntry } from './tree.ts';

const FILES = limits.treeMaxEntries;
const FILES_AT_ONCE = 1000;
const COMMITS = 100;

/** As many files as may be, then edits of one each. */
function longLog(): TestCloud {
  const cloud = createTestCloud();
  const tree = new Map<string, TreeEntry>();
  let parent = '';
  for (let seq = 1; seq <= COMMITS; seq++) {
    const operations: Operation[] = [];
    const contents = new Map<string, Uint8Array>();
    const first = (seq - 1) * FILES_AT_ONCE;
    const numbers = first < FILES ? Array.from({ length: FILES_AT_ONCE }, (_, index) => first + index) : [(seq * 7919) % FILES];
    for (const number of numbers) {
      const content = new TextEncoder().encode(`file ${number} of commit ${seq}\n${'some text\n'.repeat(number % 20)}`);
      const hash = hashOf(content);
      contents.set(hash, content);
      operations.push({ op: 'put', id: `file-${number}`, path: `/home/me/d${number % 50}-${number}`, mode: 0o644, hash, size: content.length });
    }
    applyInPlace(tree, operations, seq);
    const commit = { device: 'maker', atMs: seq, root: rootHash(tree), operations, contents };
    const bytes = formatCommit({ repo: 'r'.repeat(22), seq, parent, id: hashOf(`id ${seq}`).slice(0, 22) }, commit);
    if (bytes === undefined) throw new Error('a commit is too large');
    cloud.log.commits.set(seq, bytes);
    parent = hashOf(bytes);
  }
  return cloud;
}

test('ten thousand files: a new device starts from a snapshot in three calls, and when nothing happens nothing is looked at', async () => {
  const cloud = longLog();
  const first = createTestDevice(cloud, 'first');
  expect(await first.sync()).toEqual({ result: 'synced' });
  expect(await first.keepSnapshot()).toEqual({ result: 'synced' });
  expect((cloud.log.snapshots.get(COMMITS) ?? new Uint8Array()).length).toBeGreaterThan(0);

  const calls = cloud.calls();
  cloud.requests.clear();
  const device = createTestDevice(cloud, 'new');
  expect(await device.sync()).toEqual({ result: 'synced' });
  expect(device.files.list('/home/me')).toHaveLength(FILES);
  expect(cloud.calls() - calls).toBeLessThanOrEqual(3);
  expect(cloud.requests.get('read')).toBe(1);
  expect(rootHash(device.bases.load().tree)).toBe(rootHash(first.bases.load().tree));

  const { replica } = device.files;
  const entries = replica.entries.bind(replica);
  let looks = 0;
  replica.entries = () => {
    looks++;
    return entries();
  };
  expect([await device.sync(), looks]).toEqual([{ result: 'synced' }, 0]);
  device.write('d1-1', 'edited');
  expect(await device.sync()).toEqual({ result: 'synced' });
  expect([looks > 0, cloud.log.commits.size]).toEqual([true, COMMITS + 1]);
});
