import { expect, test } from 'vitest';
import { snapshot } from '../fs/files-contract.ts';
import { createTestCloud, createTestDevice, type TestDevice } from './test-device.ts';

const home = (device: TestDevice): string[] => snapshot(device.files, '/home/me');

test('a store put back to an old state: nothing is dropped, both versions stay where they differ, and all devices agree again', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  a.write('same', 'S');
  a.write('edited', 'old');
  a.write('removed', 'R');
  await a.sync();
  a.write('edited', 'new');
  a.write('later', 'L');
  a.files.remove('/home/me/removed');
  await a.sync();
  await b.sync();
  cloud.log.commits.delete(2);
  for (const device of [a, b]) expect(await device.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back' });
  b.write('unpushed', 'U');
  expect(await a.rejoin()).toEqual({ result: 'synced' });
  expect(await b.rejoin()).toEqual({ result: 'synced' });
  await a.sync();
  const copy = expect.stringMatching(/^edited \(conflict [ab] [0-9a-z]{8}\)=new$/);
  expect(home(a)).toEqual(['edited=old', copy, 'later=L', 'removed=R', 'same=S', 'unpushed=U']);
  expect(home(b)).toEqual(home(a));
});

test('an emptied store: everything goes there again', async () => {
  const cloud = createTestCloud();
  const [a, fresh] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'c')];
  for (const name of ['x', 'y']) {
    a.write(name, name);
    await a.sync();
  }
  cloud.log.commits.clear();
  expect(await a.sync()).toMatchObject({ result: 'stopped' });
  expect(await a.rejoin()).toEqual({ result: 'synced' });
  await fresh.sync();
  expect([home(a), home(fresh)]).toEqual([['x=x', 'y=y'], ['x=x', 'y=y']]);
});

test('another history in the store: the files of both are there', async () => {
  const cloud = createTestCloud();
  const [a, stranger] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 's')];
  a.write('x', 'mine');
  await a.sync();
  cloud.log.commits.clear();
  stranger.write('x', 'other');
  stranger.write('y', 'Y');
  await stranger.sync();
  a.restart();
  // It has come to the same number, and nothing is pending: that alone must not look like being synced.
  expect(await a.sync()).toMatchObject({ result: 'stopped', reason: 'other-repository' });
  expect(await a.rejoin()).toEqual({ result: 'synced' });
  expect(home(a)).toEqual(['x=other', expect.stringMatching(/^x \(conflict a [0-9a-z]{8}\)=mine$/), 'y=Y']);
});

test('a history that cannot be continued is said to be so, and the files stay', async () => {
  const cloud = createTestCloud();
  const a = createTestDevice(cloud, 'a');
  for (const text of ['1', '2', '3', '4', '5', '6']) {
    a.write('x', text);
    await a.sync();
  }
  cloud.log.commits.delete(3);
  a.restart();
  expect(await a.rejoin()).toMatchObject({ result: 'stopped', message: expect.stringMatching(/cannot be continued.*`export`/) });
  expect(home(a)).toEqual(['x=6']);
});

test('cut off anywhere, the files stay, and doing it again ends as if nothing had happened', async () => {
  for (let stopAt = 1; stopAt < 8; stopAt++) {
    const cloud = createTestCloud();
    const a = createTestDevice(cloud, 'a');
    a.write('x', 'old');
    await a.sync();
    a.write('x', 'new');
    a.write('y', 'Y');
    await a.sync();
    cloud.log.commits.delete(2);
    const round = a.rejoining();
    let effect = round.next();
    for (let step = 1; step < stopAt && effect.done !== true; step++) {
      effect = effect.value.kind === 'call' ? round.next(await cloud.serve(effect.value.call)) : round.next(undefined);
    }
    a.restart();
    expect([stopAt, await a.rejoin()]).toEqual([stopAt, { result: 'synced' }]);
    expect([stopAt, home(a)]).toEqual([stopAt, ['x=old', expect.stringMatching(/^x \(conflict a .*=new$/), 'y=Y']]);
  }
});

test('ended by a crash while it forgets, it has not begun: the next round is stopped as before, and no file is taken for a removed one', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  for (const name of ['x', 'y', 'z']) {
    a.write(name, name);
    await a.sync();
  }
  await b.sync();
  const all = home(b);
  cloud.log.commits.delete(2);
  cloud.log.commits.delete(3);
  const { replica } = b.files;
  const put = replica.put.bind(replica);
  let puts = 0;
  replica.put = (...args) => {
    if (++puts === 2) throw new Error('crash');
    return put(...args);
  };
  await expect(b.rejoin()).rejects.toThrow('crash');
  b.restart();
  expect(await b.sync()).toMatchObject({ result: 'stopped', reason: 'rolled-back' });
  expect(home(b)).toEqual(all);
  expect(await b.rejoin()).toEqual({ result: 'synced' });
  expect([home(b), all]).toEqual([all, ['x=x', 'y=y', 'z=z']]);
});
