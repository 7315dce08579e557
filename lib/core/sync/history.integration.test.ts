import { expect, test } from 'vitest';
import { LINK_MODE } from '../fs/link-mode.ts';
import * as limits from '../limits.ts';
import { formatCommit, parseCommit } from './commit.ts';
import { applySteps, contentsNeeded, type FileStep } from './history-plan.ts';
import { LogUnreadable, openCommitReader, type CommitReader } from './history-reader.ts';
import { planRestore } from './history-restore.ts';
import { planUndo } from './history-undo.ts';
import { openHistory } from './history.ts';
import { seededRandom } from './seeded-random.ts';
import { hashOf } from './sha256.ts';
import { createTestCloud, createTestDevice, type TestCloud, type TestDevice } from './test-device.ts';
import { applyOperations, rootHash, type TreeEntry } from './tree.ts';

const readerOf = (cloud: TestCloud): CommitReader => openCommitReader({ forUser: 'person', call: (call) => cloud.serve(call) });

/** `path mode content` of everything in home. */
function listOf({ files: { replica } }: TestDevice): string[] {
  return [...replica.entries().values()]
    .map(({ id, kind, path, mode }) => `${path.slice('/home/me/'.length)} ${kind === 'directory' ? 'directory' : `${mode === LINK_MODE ? 'link' : mode.toString(8)} ${new TextDecoder().decode(replica.content(id))}`}`)
    .sort();
}

/** A day of somebody who writes, renames, removes, links and makes directories; a commit after every few of these. */
async function liveADay(cloud: TestCloud, seed: number, commits: number): Promise<{ device: TestDevice; states: string[][] }> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const device = createTestDevice(cloud, 'laptop');
  const { files } = device;
  const names = ['a', 'b', 'c', 'dir/a', 'dir/b', 'dir/sub/x', 'other/y'];
  const at = (name: string): string => `/home/me/${name}`;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch {
      // Not possible just now: somebody's typing error.
    }
  };
  const acts = [
    () => files.write(at(pick(names)), new TextEncoder().encode(`${Math.floor(random() * 1e6)}\n`)),
    () => files.write(at(pick(names)), new TextEncoder().encode('same\n')),
    () => files.rename(at(pick(names)), at(pick(names))), () => files.rename(at('dir'), at('renamed')), () => files.rename(at('renamed'), at('dir')),
    () => files.remove(at(pick(names))), () => files.setMode(at(pick(names)), pick([0o600, 0o644, 0o755])),
    () => files.link(pick(names), at(pick(names))), () => files.makeDirectory(at(pick(['dir', 'dir/sub', 'other']))),
  ];
  const states: string[][] = [[]];
  while (states.length <= commits) {
    for (let act = 0; act < 1 + random() * 4; act++) attempt(pick(acts));
    const before = cloud.log.commits.size;
    expect(await device.sync()).toEqual({ result: 'synced' });
    if (cloud.log.commits.size > before) states.push(listOf(device));
    if (device.page.owesSnapshot === true) await device.keepSnapshot();
  }
  return { device, states };
}

async function carryOut(device: TestDevice, reader: CommitReader, steps: readonly FileStep[]): Promise<void> {
  const contents = new Map<string, Uint8Array>();
  for await (const [hash, bytes] of reader.contentsOf(contentsNeeded(steps))) contents.set(hash, bytes);
  expect(applySteps(device.files.replica, steps, contents, 0).left).toEqual([]);
}

function foldedTrees(cloud: TestCloud): ReadonlyMap<string, TreeEntry>[] {
  const trees: ReadonlyMap<string, TreeEntry>[] = [new Map()];
  for (let seq = 1; seq <= cloud.log.commits.size; seq++) {
    const parsed = parseCommit(cloud.log.commits.get(seq)!);
    trees.push((parsed.ok ? applyOperations(trees[seq - 1]!, parsed.value.operations, seq) : undefined) ?? new Map());
  }
  return trees;
}

test('every tree of a log is as it was, read from the beginning, backwards from a base, or from snapshots', async () => {
  const cloud = createTestCloud();
  const { device } = await liveADay(cloud, 1, limits.snapshotEvery + 20);
  expect(cloud.log.commits.size).toBeGreaterThan(limits.snapshotEvery);
  const trees = foldedTrees(cloud);
  const forwards = openHistory({ reader: readerOf(cloud) });
  await forwards.forward();
  const { seq, tree } = device.bases.load();
  const backwards = openHistory({ reader: readerOf(cloud), known: { seq, tree } });
  const { snapshotBefore: _, ...plain } = readerOf(cloud);
  const withoutSnapshots = openHistory({ reader: plain, known: { seq, tree } });
  for (const history of [forwards, backwards, withoutSnapshots]) {
    for (let at = trees.length - 1; at >= 0; at -= 9) expect([at, [...(await history.treeAt(at))].sort()]).toEqual([at, [...trees[at]!].sort()]);
  }
});

test('the newest commits are read from the newest snapshot, not from the beginning', async () => {
  const cloud = createTestCloud();
  const { device } = await liveADay(cloud, 2, limits.snapshotEvery + 10);
  const read: number[] = [];
  const reader = readerOf(cloud);
  const counting: CommitReader = { ...reader, async *commits(from, to) {
    for await (const commit of reader.commits(from, to)) {
      read.push(commit.seq);
      yield commit;
    }
  } };
  const { seq, tree } = device.bases.load();
  const history = openHistory({ reader: counting, known: { seq, tree } });
  await history.forward();
  const newest: number[] = [];
  for await (const entry of history.newestFirst()) {
    newest.push(entry.seq);
    if (newest.length === 5) break;
  }
  expect([newest, Math.min(...read) >= limits.snapshotEvery]).toEqual([[seq, seq - 1, seq - 2, seq - 3, seq - 4], true]);
});

test('a snapshot that lies is not believed: the history is read from the beginning instead', async () => {
  const cloud = createTestCloud();
  const { device } = await liveADay(cloud, 3, 12);
  const trees = foldedTrees(cloud);
  const lie = new Map(trees[8]);
  lie.set('planted', { kind: 'file', path: '/home/me/planted', mode: 0o644, hash: hashOf('x'), size: 1, at: 1 });
  const { seq, tree } = device.bases.load();
  const history = openHistory({ reader: { ...readerOf(cloud), snapshotBefore: async () => ({ seq: 8, tree: lie }) }, known: { seq, tree } });
  for (let at = 0; at < trees.length; at++) expect([...(await history.treeAt(at))].sort()).toEqual([...trees[at]!].sort());
});

test('a commit that is missing, cut, altered, replayed or of another history is told, and no tree is made of it', async () => {
  const attacks: ((commits: Map<number, Uint8Array>) => void)[] = [
    (commits) => commits.delete(3), (commits) => commits.set(3, commits.get(3)!.slice(0, -5)), (commits) => commits.set(3, commits.get(2)!),
    (commits) => commits.set(3, commits.get(4)!), (commits) => { const bytes = commits.get(3)!.slice(); bytes[bytes.length >> 1]! ^= 8; commits.set(3, bytes); },
    // Whole and well-formed, written by somebody who can write in the store: only the next one's parent hash tells.
    (commits) => {
      const parsed = parseCommit(commits.get(3)!);
      if (parsed.ok) commits.set(3, formatCommit(parsed.value, { ...parsed.value, device: 'forged' })!);
    },
  ];
  for (const [index, attack] of attacks.entries()) {
    const cloud = createTestCloud();
    await liveADay(cloud, 4, 6);
    attack(cloud.log.commits);
    const history = openHistory({ reader: readerOf(cloud) });
    const failed = await history.forward().then(() => 'read', (error: unknown) => error);
    expect([index, failed instanceof LogUnreadable]).toEqual([index, true]);
    expect(history.head).toBe(0);
  }
  const [one, other] = [createTestCloud(), createTestCloud()];
  await liveADay(one, 5, 4);
  await liveADay(other, 6, 4);
  one.log.commits.set(3, other.log.commits.get(3)!);
  await expect(openHistory({ reader: readerOf(one) }).forward()).rejects.toThrow(LogUnreadable);
});

test('a content in packs is joined; one that is not what its name says is never handed out', async () => {
  const [whole, parts] = [new TextEncoder().encode('first and second'), ['first ', 'and second'].map((text) => new TextEncoder().encode(text))];
  const packs = new Map(parts.map((bytes) => [hashOf(bytes), bytes]));
  const tree = new Map([['id', { kind: 'file' as const, path: '/home/me/large', mode: 0o644, hash: hashOf(whole), size: whole.length, at: 1 }]]);
  const object = formatCommit({ repo: 'r'.repeat(22), seq: 1, parent: '', id: 'i'.repeat(22) }, {
    device: 'laptop', atMs: 0, root: rootHash(tree), contents: new Map([[hashOf(whole), [...packs.keys()]]]),
    operations: [{ op: 'put', id: 'id', path: '/home/me/large', mode: 0o644, hash: hashOf(whole), size: whole.length }],
  })!;
  const cloud = createTestCloud();
  await cloud.log.create(1, object);
  for (const [hash, bytes] of packs) await cloud.log.createPack(hash, bytes);
  expect(await readerOf(cloud).contentsOf([tree.get('id')!]).next()).toEqual({ done: false, value: [hashOf(whole), whole] });
  cloud.log.packs.set(hashOf(parts[1]!), new TextEncoder().encode('AND SECOND'));
  await expect(readerOf(cloud).contentsOf([tree.get('id')!]).next()).rejects.toThrow(LogUnreadable);
  cloud.log.packs.delete(hashOf(parts[1]!));
  await expect(readerOf(cloud).contentsOf([tree.get('id')!]).next()).rejects.toThrow(LogUnreadable);
});

test('restoring everything gives exactly each older state, and restoring the newest gives that back', async () => {
  for (const seed of [11, 12, 13, 14]) {
    const cloud = createTestCloud();
    const { device, states } = await liveADay(cloud, seed, 8);
    const { replica } = device.files;
    for (const seq of [1, 5, 3, 8, 2, 8]) {
      const reader = readerOf(cloud);
      const history = openHistory({ reader });
      await history.forward();
      const plan = planRestore({ local: replica.entries(), logged: device.bases.load().tree, target: await history.treeAt(seq), scope: '/home/me', device: 'laptop' });
      if (typeof plan !== 'object' || !('steps' in plan)) throw new Error('refused');
      await carryOut(device, reader, plan.steps);
      expect([seed, seq, plan.kept, plan.notices, listOf(device)]).toEqual([seed, seq, [], [], states[seq]]);
      expect([await device.sync(), listOf(device)]).toEqual([{ result: 'synced' }, states[seq]]);
    }
  }
});

test('taking back commit after commit, newest first, goes through every older state down to nothing', async () => {
  for (const seed of [21, 22, 23, 24]) {
    const cloud = createTestCloud();
    const { device, states } = await liveADay(cloud, seed, 8);
    const reader = readerOf(cloud);
    const history = openHistory({ reader });
    await history.forward();
    for (let seq = 8; seq >= 1; seq--) {
      const plan = planUndo({ local: device.files.replica.entries(), entry: await history.entry(seq), device: 'laptop', deviceOf: () => undefined });
      await carryOut(device, reader, plan.steps);
      expect([seed, seq, plan.skipped, plan.notices, listOf(device)]).toEqual([seed, seq, [], [], states[seq - 1]]);
      expect([await device.sync(), listOf(device)]).toEqual([{ result: 'synced' }, states[seq - 1]]);
    }
  }
});

test('a step is not done when the file has changed since it was planned', async () => {
  const cloud = createTestCloud();
  const device = createTestDevice(cloud, 'laptop');
  device.write('a', '1');
  device.write('b', '1');
  await device.sync();
  device.write('a', '2');
  device.write('b', '2');
  await device.sync();
  const reader = readerOf(cloud);
  const history = openHistory({ reader });
  await history.forward();
  const { steps } = planUndo({ local: device.files.replica.entries(), entry: await history.entry(2), device: 'laptop', deviceOf: () => undefined });
  device.write('a', 'typed in the meantime');
  const contents = new Map<string, Uint8Array>();
  for await (const [hash, bytes] of reader.contentsOf(contentsNeeded(steps))) contents.set(hash, bytes);
  expect(applySteps(device.files.replica, steps, contents, 0).left).toEqual(['/home/me/a']);
  expect(listOf(device)).toEqual(['a 644 typed in the meantime', 'b 644 1']);
});
