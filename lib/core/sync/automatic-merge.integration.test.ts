import { describe, expect, test } from 'vitest';
import { FsError } from '../fs/files.ts';
import { snapshot } from '../fs/files-contract.ts';
import { parseCommit, type ParsedCommit } from './commit.ts';
import { hashOf } from './sha256.ts';
import { createTestCloud, createTestDevice, type TestCloud, type TestDevice } from './test-device.ts';

const text = (bytes: unknown): string => (bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : 'absent');
const home = (device: TestDevice): string[] => snapshot(device.files, '/home/me');

function commitAt(cloud: TestCloud, seq: number): ParsedCommit {
  const parsed = parseCommit(cloud.log.commits.get(seq) ?? new Uint8Array());
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}

/** Both have the same text, and have changed different lines of it; `a` has pushed. */
async function prepared(): Promise<{ cloud: TestCloud; a: TestDevice; b: TestDevice }> {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  a.write('t', '1\n2\n3\n');
  await a.sync();
  await b.sync();
  a.write('t', 'one\n2\n3\n');
  b.write('t', '1\n2\nthree\n');
  await a.sync();
  return { cloud, a, b };
}

describe('a text that is merged by itself', () => {
  test('stays as it was here in the log, with what came from there, and is kept in the browser until then', async () => {
    const { cloud, b } = await prepared();
    const round = b.round();
    let effect = round.next();
    let sawKept = false;
    while (effect.done !== true) {
      const kept = b.bases.kept();
      sawKept ||= kept.length > 0;
      // Never the merged text without what it was before.
      if (text(b.files.read('/home/me/t')) === 'one\n2\nthree\n' && cloud.log.commits.size < 3) {
        expect(kept.map((merge) => text(b.bases.keptContent(merge)))).toEqual(['1\n2\nthree\n']);
      }
      effect = effect.value.kind === 'call' ? round.next(await cloud.serve(effect.value.call)) : round.next(undefined);
    }
    expect([effect.value, sawKept, b.bases.kept()]).toEqual([{ result: 'synced' }, true, []]);
    const commit = commitAt(cloud, 3);
    const [local, theirs] = [hashOf('1\n2\nthree\n'), hashOf('one\n2\n3\n')];
    expect(commit.merges).toEqual([{ id: commit.operations[0]?.id, path: '/home/me/t', local, theirs }]);
    expect([text(commit.contents.get(local)), text(commit.contents.get(hashOf('one\n2\nthree\n')))]).toEqual(['1\n2\nthree\n', 'one\n2\nthree\n']);
  });

  test('is kept over a crash at any point, and sent once', async () => {
    for (let stopAt = 1; stopAt < 12; stopAt++) {
      const { cloud, b } = await prepared();
      const round = b.round();
      let effect = round.next();
      for (let step = 1; step < stopAt && effect.done !== true; step++) {
        effect = effect.value.kind === 'call' ? round.next(await cloud.serve(effect.value.call)) : round.next(undefined);
      }
      b.restart();
      expect([stopAt, await b.sync()]).toEqual([stopAt, { result: 'synced' }]);
      const merges = [...cloud.log.commits.keys()].flatMap((seq) => commitAt(cloud, seq).merges.map(({ local }) => local));
      expect([stopAt, home(b), merges, b.bases.kept()]).toEqual([stopAt, ['t=one\n2\nthree\n'], [hashOf('1\n2\nthree\n')], []]);
    }
  });

  test('whose commit got in though its reply was lost is not sent again', async () => {
    const { cloud, a, b } = await prepared();
    let commits = 0;
    const lossy = createTestDevice(cloud, 'b', {
      store: b.store,
      async transport(call) {
        const reply = await cloud.serve(call);
        if (call.commit !== undefined && ++commits === 2) throw new Error('lost');
        return reply;
      },
    });
    expect(await lossy.sync()).toEqual({ result: 'failed' });
    expect(lossy.bases.kept()).toHaveLength(1);
    lossy.restart();
    expect(await lossy.sync()).toEqual({ result: 'synced' });
    await a.sync();
    expect([cloud.log.commits.size, lossy.bases.kept(), home(a)]).toEqual([3, [], ['t=one\n2\nthree\n']]);
  });

  test('and gives what the other side has already still leaves the local text in the log', async () => {
    const cloud = createTestCloud();
    const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
    a.write('t', '1\n2\n3\n');
    await a.sync();
    await b.sync();
    a.write('t', 'one\n2\nthree\n');
    await a.sync();
    b.write('t', 'one\n2\n3\n');
    expect(await b.sync()).toEqual({ result: 'synced' });
    const last = commitAt(cloud, cloud.log.commits.size);
    expect([last.operations, last.merges.map(({ local }) => text(last.contents.get(local))), b.bases.kept()]).toEqual([[], ['one\n2\n3\n'], []]);
    expect(await a.sync()).toEqual({ result: 'synced' });
    expect([home(a), home(b), cloud.log.commits.size]).toEqual([['t=one\n2\nthree\n'], ['t=one\n2\nthree\n'], 3]);
  });

  test('without room for what it was before becomes two files, as far as there is room for them', async () => {
    const { a, b } = await prepared();
    const { bases } = b;
    bases.keep = () => false;
    expect(await b.sync()).toEqual({ result: 'synced' });
    await a.sync();
    expect(home(b)).toEqual(['t=one\n2\n3\n', expect.stringMatching(/^t \(conflict b [0-9a-z]{8}\)=1\n2\nthree\n$/)]);
    expect([home(a), bases.kept()]).toEqual([home(b), []]);
  });
});

test('where there is no room for the merged text either, nothing is changed and nothing is kept twice', async () => {
  const { b } = await prepared();
  const { replica } = b.files;
  const put = replica.put.bind(replica);
  replica.put = () => {
    throw new FsError('ENOSPC', '/home/me/t');
  };
  expect(await b.sync()).toMatchObject({ result: 'stopped', reason: 'full' });
  expect([home(b), b.bases.kept()]).toEqual([['t=1\n2\nthree\n'], []]);
  replica.put = put;
  expect(await b.sync()).toEqual({ result: 'synced' });
  expect(home(b)).toEqual(['t=one\n2\nthree\n']);
});

describe('a kept text that is not what was written', () => {
  test.each([
    ['cut', (value: string) => value.slice(0, -2)],
    ['altered', (value: string) => `${value.slice(0, -1)}${value.endsWith('a') ? 'b' : 'a'}`],
    ['of another form', () => '[2,"/home/me/t"]\nx'],
    ['empty', () => ''],
  ])('%s: it is left out, and syncing goes on', async (_, change) => {
    const { cloud, b } = await prepared();
    const round = b.round();
    for (let effect = round.next(); effect.done !== true && b.bases.kept().length === 0;) {
      effect = effect.value.kind === 'call' ? round.next(await cloud.serve(effect.value.call)) : round.next(undefined);
    }
    const [key = ''] = b.store.keys('kept:');
    b.store.set(key, change(b.store.get(key) ?? ''));
    b.restart();
    expect(await b.sync()).toEqual({ result: 'synced' });
    expect(home(b)).toEqual(['t=one\n2\nthree\n']);
  });
});
