import { expect, test } from 'vitest';
import type { SettleQuestion } from '../settle-document.ts';
import { createSyncBench, type BenchTerminal } from './testing/sync-bench.ts';

const LINES = ['title\n', 'one\n', 'two\n', 'three\n', 'four\n', 'five\n', 'six\n', 'end\n'];
const changed = (line: number, text: string, from = LINES): string[] => from.map((old, index) => (index === line ? text : old));

/** Both change line 2, and one line each for itself; the phone's version becomes the copy. */
async function conflict(): Promise<{ phone: BenchTerminal; laptop: BenchTerminal; copy: string }> {
  const bench = createSyncBench();
  const [laptop, phone] = [bench.terminal('laptop'), bench.terminal('phone')];
  laptop.write('list', 'a much older version\n');
  await laptop.sync();
  laptop.write('list', LINES.join(''));
  await laptop.sync();
  await phone.sync();
  laptop.write('list', changed(2, 'laptop\n', changed(7, 'laptop end\n')).join(''));
  await laptop.sync();
  phone.write('list', changed(2, 'phone\n', changed(5, 'phone five\n')).join(''));
  await phone.sync();
  const copy = phone.list().map((line) => line.slice(0, line.indexOf('='))).find((name) => name.includes('conflict')) ?? '';
  return { phone, laptop, copy };
}

test('sync resolve asks only about what both changed, with the version both come from, and settles it in one step', async () => {
  const { phone, laptop, copy } = await conflict();
  let asked: SettleQuestion | undefined;
  phone.settle = (question) => {
    asked = question;
    return 'settled\n';
  };
  expect(await phone.run(`sync resolve '${copy}'`, { isTerminalOutput: true })).toMatchObject({ exit: 0, out: 'list is settled and the copy is gone; `sync undo` brings both back.\n' });
  expect(asked).toEqual({ name: 'list', device: 'phone', parts: [
    { kind: 'settled', text: 'title\none\n' }, { kind: 'open', base: 'two\n', yours: 'phone\n', theirs: 'laptop\n' }, { kind: 'settled', text: 'three\nfour\nphone five\nsix\nlaptop end\n' },
  ] });
  await phone.sync();
  await laptop.sync();
  expect([phone.list(), laptop.list()]).toEqual([['list=settled\n'], ['list=settled\n']]);
  await phone.run('sync undo');
  expect(phone.list().map((line) => line.split('=')[0])).toEqual(['list', copy]);
});

test('leaving the view changes nothing', async () => {
  const { phone, copy } = await conflict();
  const before = phone.list();
  expect(await phone.run(`sync resolve '${copy}'`, { isTerminalOutput: true })).toMatchObject({ exit: 1, out: 'Nothing was changed.\n' });
  expect(phone.list()).toEqual(before);
});

test('offline every difference is asked about, and it can be settled all the same', async () => {
  const { phone, copy } = await conflict();
  phone.network.isUp = false;
  let open = 0;
  phone.settle = ({ parts }) => {
    open = parts.filter(({ kind }) => kind === 'open').length;
    return 'offline\n';
  };
  const { out, exit } = await phone.run(`sync resolve '${copy}'`, { isTerminalOutput: true });
  expect([open, exit, phone.list(), out.startsWith('list is settled')]).toEqual([3, 0, ['list=offline\n'], true]);
});

test('when one of the two changes while somebody settles, both stay and what was settled lies beside them', async () => {
  const { phone, copy } = await conflict();
  phone.settle = () => {
    phone.write('list', 'newer\n');
    return 'settled\n';
  };
  const { exit, err } = await phone.run(`sync resolve '${copy}'`, { isTerminalOutput: true });
  expect([exit, err.includes('One of the two was changed meanwhile')]).toEqual([1, true]);
  expect(phone.list().map((line) => line.replace(/ \(conflict settled \w{8}\)/, ' settled'))).toEqual(expect.arrayContaining(['list=newer\n', 'list settled=settled\n', expect.stringContaining(copy)]));
});

test('the only conflict needs no name, several go by their numbers', async () => {
  const { phone, copy } = await conflict();
  const asked: string[] = [];
  phone.settle = ({ name }) => {
    asked.push(name);
    return undefined;
  };
  const say = async (line: string) => (await phone.run(line, { isTerminalOutput: true })).err;
  expect([await say('sync resolve'), asked]).toEqual(['', ['list']]);
  phone.write('b (conflict laptop 00000000)', 'B\n');
  phone.write('b', 'b\n');
  expect(await say('sync resolve')).toBe('sync: 2 files wait for you; name one by its number in `sync conflicts`.\n');
  expect([await say('sync resolve 1'), await say('sync resolve 2'), asked.slice(1)]).toEqual(['', '', ['b', 'list']]);
  expect(await say('sync resolve 3')).toBe('sync: There is no conflict 3; `sync conflicts` lists 1 to 2.\n');
  await phone.run(`rm b*conflict* '${copy}'`);
  expect(await say('sync resolve')).toBe('sync: No file waits for you: nothing is in conflict.\n');
});

test('what is no copy, has no other side or is no text is told, and nothing is asked', async () => {
  const { phone, copy } = await conflict();
  phone.settle = () => { throw new Error('asked'); };
  const say = async (line: string) => {
    const { err, out } = await phone.run(line, { isTerminalOutput: true });
    return err + out;
  };
  expect([await say('sync resolve list'), await say("sync resolve 'x (conflict phone 00000000)'"), (await phone.run(`sync resolve '${copy}'`)).err]).toEqual([
    'sync: list is not the name of a conflict copy; `sync conflicts` lists them.\n', 'sync: There is no file x (conflict phone 00000000); `sync conflicts` lists them.\n',
    'sync: This command asks questions; run it at the prompt.\n',
  ]);
  phone.device.files.write('/home/me/list', Uint8Array.of(0, 1, 2));
  expect(await say(`sync resolve '${copy}'`)).toContain('list is not text, or too long to compare');
  await phone.run('rm list');
  expect(await say(`sync resolve '${copy}'`)).toContain('list is not there any more, so there is nothing to settle');
});
