import { expect, test } from 'vitest';
import { openHistory } from './history.ts';
import { lateHistory } from './late-history.ts';

const opened = (owner = 'local') => openHistory({ owner, tab: 't', storage: undefined, now: () => 0 });

test('it is opened once for all who ask, and is there for who cannot wait', async () => {
  let count = 0;
  const history = lateHistory(async () => {
    count += 1;
    return opened();
  });
  const before = history.here;
  const [one, other] = await Promise.all([history.fetch(), history.fetch()]);
  one.add('ls');
  expect([count, before, history.here?.entries(), other.entries()]).toEqual([1, undefined, ['ls'], ['ls']]);
});

test('what could not be fetched is fetched again when somebody asks again', async () => {
  let isOnline = false;
  const history = lateHistory(async () => {
    if (!isOnline) throw new Error('offline');
    return opened();
  });
  await expect(history.fetch()).rejects.toThrow('offline');
  isOnline = true;
  expect((await history.fetch()).entries()).toEqual([]);
});

test('an owner that changes before it is here is nobody it has to switch from', async () => {
  let owner = 'local';
  const history = lateHistory(async () => opened(owner));
  owner = 'ann';
  history.switchTo(owner);
  const here = await history.fetch();
  here.add('of ann');
  history.switchTo('local');
  expect(here.entries()).toEqual([]);
});

test('one that comes after its page is gone is closed', async () => {
  let isOpen = true;
  const history = lateHistory(async () => ({ ...opened(), dispose: () => { isOpen = false; } }));
  const coming = history.fetch();
  history.dispose();
  await coming;
  expect(isOpen).toBe(false);
});
