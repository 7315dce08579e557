import { describe, expect, test } from 'vitest';
import { createTestCloud, createTestDevice, type TestCloud, type TestDevice } from './test-device.ts';
import type { SyncCall, SyncReply } from './transport.ts';

/** What `work` asked of the server and of the store behind it. */
async function cost(cloud: TestCloud, work: () => Promise<unknown>): Promise<{ calls: number; requests: Record<string, number> }> {
  const before = cloud.calls();
  cloud.requests.clear();
  await work();
  return { calls: cloud.calls() - before, requests: Object.fromEntries(cloud.requests) };
}

describe('what an exchange costs', () => {
  test('one edit is one call and one request, and so is the next; the first look afterwards compares them; no change is one listing', async () => {
    const cloud = createTestCloud();
    const a = createTestDevice(cloud, 'a');
    a.write('x', '1');
    expect(await cost(cloud, () => a.sync())).toEqual({ calls: 2, requests: { newest: 1, create: 1 } });
    for (const text of ['2', '3', '4']) {
      a.write('x', text);
      expect(await cost(cloud, () => a.sync())).toEqual({ calls: 1, requests: { create: 1 } });
    }
    expect(await cost(cloud, () => a.sync())).toEqual({ calls: 1, requests: { newest: 1, read: 4 } });
    expect(await cost(cloud, () => a.sync())).toEqual({ calls: 1, requests: { newest: 1 } });
  });

  test('a page that has not yet heard from the store lists before it writes, and has its newest commit compared', async () => {
    const cloud = createTestCloud();
    const a = createTestDevice(cloud, 'a');
    a.write('x', '1');
    await a.sync();
    a.restart();
    a.write('x', '2');
    expect(await cost(cloud, () => a.sync())).toEqual({ calls: 1, requests: { newest: 1, read: 1, create: 1 } });
    a.write('x', '3');
    expect(await cost(cloud, () => a.sync())).toEqual({ calls: 1, requests: { create: 1 } });
  });

  test('after an outage the store is looked at before anything is written', async () => {
    const cloud = createTestCloud();
    let isUp = true;
    const a = createTestDevice(cloud, 'a', {
      async transport(call) {
        if (!isUp) throw new Error('no network');
        return cloud.serve(call);
      },
    });
    a.write('x', '1');
    await a.sync();
    isUp = false;
    a.write('x', '2');
    expect(await a.sync()).toEqual({ result: 'failed' });
    isUp = true;
    cloud.log.commits.clear();
    expect(await a.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back' });
    expect(cloud.log.commits.size).toBe(0);
  });

  test('two devices that collide on two files: the second needs two calls and three requests of the store', async () => {
    const cloud = createTestCloud();
    const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
    a.write('x', 'base');
    await a.sync();
    await b.sync();
    a.write('x', 'from a');
    b.write('y', 'from b');
    await a.sync();
    expect(await cost(cloud, () => b.sync())).toEqual({ calls: 2, requests: { create: 2, read: 1 } });
    await a.sync();
    expect(a.files.list('/home/me').map(({ name }) => name)).toEqual(['x', 'y']);
  });

  test('two devices that collide in one text: one call and one request more, for what it was before', async () => {
    const cloud = createTestCloud();
    const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
    a.write('t', '1\n2\n3\n');
    await a.sync();
    await b.sync();
    a.write('t', 'one\n2\n3\n');
    b.write('t', '1\n2\nthree\n');
    await a.sync();
    expect(await cost(cloud, () => b.sync())).toEqual({ calls: 3, requests: { create: 2, read: 2 } });
    expect(new TextDecoder().decode(b.files.read('/home/me/t'))).toBe('one\n2\nthree\n');
  });

  test('one who is far behind and has an edit of their own does not climb slot by slot', async () => {
    const cloud = createTestCloud();
    const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
    a.write('x', '0');
    await a.sync();
    await b.sync();
    for (let i = 1; i <= 20; i++) {
      a.write('x', String(i));
      await a.sync();
    }
    b.write('y', 'mine');
    expect((await cost(cloud, () => b.sync())).calls).toBeLessThanOrEqual(4);
    await a.sync();
    expect(a.files.list('/home/me').map(({ name }) => name)).toEqual(['x', 'y']);
  });

  test('names that are only asked for cost one request each', async () => {
    const cloud = createTestCloud();
    const a = createTestDevice(cloud, 'a');
    for (const text of ['1', '2', '3']) {
      a.write('x', text);
      await a.sync();
    }
    const { requests } = await cost(cloud, () => cloud.serve({ forUser: 'person', have: 0, want: { seqs: [1, 3, 3], packs: [] } }));
    expect(requests).toEqual({ read: 2 });
  });
});

describe('a store that was emptied or put back', () => {
  const prepared = async (): Promise<{ cloud: TestCloud; a: TestDevice }> => {
    const cloud = createTestCloud();
    const a = createTestDevice(cloud, 'a');
    for (const text of ['1', '2', '3']) {
      a.write('x', text);
      await a.sync();
    }
    return { cloud, a };
  };

  test('between two edits of one page: nothing is overwritten, and the next look stops it, whatever was written meanwhile', async () => {
    const { cloud, a } = await prepared();
    cloud.log.commits.delete(2);
    cloud.log.commits.delete(3);
    for (const text of ['4', '5', '6']) {
      a.write('x', text);
      expect(await a.sync()).toEqual({ result: 'synced' });
    }
    expect(await a.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back', message: expect.stringContaining('hole') });
    expect([...cloud.log.commits.keys()]).toEqual([1, 4, 5, 6]);
    expect(new TextDecoder().decode(a.files.read('/home/me/x'))).toBe('6');
  });

  test('and others went on from there: a commit that follows none of theirs is noticed by the one who wrote it', async () => {
    for (const left of [1, 2]) {
      const { cloud, a } = await prepared();
      const b = createTestDevice(cloud, 'b');
      for (let seq = left + 1; seq <= 3; seq++) cloud.log.commits.delete(seq);
      for (let seq = left + 1; seq <= 3; seq++) {
        b.write('y', `other ${seq}`);
        await b.sync();
      }
      expect(cloud.log.commits.size).toBe(3);
      a.write('x', '4');
      expect(await a.sync()).toEqual({ result: 'synced' });
      expect([left, await a.sync()]).toMatchObject([left, { result: 'stopped', reason: 'rolled-back' }]);
      a.restart();
      expect(await a.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back' });
      expect(new TextDecoder().decode(a.files.read('/home/me/x'))).toBe('4');
    }
  });

  test('another tab of that browser notices, though it wrote nothing itself', async () => {
    const { cloud, a } = await prepared();
    cloud.log.commits.clear();
    a.write('x', '4');
    await a.sync();
    a.write('x', '5');
    await a.sync();
    a.restart();
    expect(await a.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back' });
  });

  test('every other device finds that a commit is missing, one that holds nothing included', async () => {
    const { cloud, a } = await prepared();
    const [b, late] = [createTestDevice(cloud, 'b'), createTestDevice(cloud, 'late')];
    await b.sync();
    cloud.log.commits.delete(2);
    cloud.log.commits.delete(3);
    for (const text of ['4', '5', '6']) {
      a.write('x', text);
      await a.sync();
      if (text !== '5') expect(await b.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back' });
    }
    expect(await late.sync()).toMatchObject({ result: 'stopped', reason: 'damaged' });
    expect([b, late].map((device) => device.files.list('/home/me').length)).toEqual([1, 0]);
    expect(new TextDecoder().decode(b.files.read('/home/me/x'))).toBe('3');
  });

  test('and goes on as another history: the slot that is taken there stops the push', async () => {
    const { cloud, a } = await prepared();
    cloud.log.commits.clear();
    const stranger = createTestDevice(cloud, 's');
    for (const text of ['p', 'q', 'r', 's']) {
      stranger.write('y', text);
      await stranger.sync();
    }
    a.write('x', '4');
    expect(await a.sync()).toMatchObject({ result: 'stopped', reason: 'other-repository' });
    expect(cloud.log.commits.size).toBe(4);
  });
});

test('a server of the version before, which does not say what it listed, is understood, and nothing leans on its word', async () => {
  const cloud = createTestCloud();
  const sent: SyncCall[] = [];
  const a = createTestDevice(cloud, 'a', {
    async transport(call) {
      sent.push(call);
      const reply = await cloud.serve(call);
      if (reply.status !== 'ok') return reply;
      const { listed: _, ...older } = reply;
      return older as SyncReply;
    },
  });
  for (const text of ['1', '2']) {
    a.write('x', text);
    expect(await a.sync()).toEqual({ result: 'synced' });
  }
  expect(sent.filter((call) => call.checked === true)).toEqual([]);
});
