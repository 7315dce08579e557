import { expect, test } from 'vitest';
import { snapshot } from '../fs/files-contract.ts';
import { parseCommit } from './commit.ts';
import { parseIgnoreRules } from './ignore-rules.ts';
import { hashOf } from './sha256.ts';
import { createTestCloud, createTestDevice, type TestDevice } from './test-device.ts';

const home = (device: TestDevice): string[] => snapshot(device.files, '/home/me').filter((line) => !line.startsWith('.selkieignore'));

test('what .selkieignore names stays in this browser; the rules themselves are synced', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  a.write('.selkieignore', '# secrets\n*.key\nbuild/\n!keep.key\n/top\n');
  a.files.makeDirectory('/home/me/build');
  a.files.makeDirectory('/home/me/d');
  for (const name of ['x.key', 'keep.key', 'build/out', 'd/y.key', 'd/top', 'top', 'plain']) a.write(name, name);
  expect(await a.sync()).toEqual({ result: 'synced' });
  await b.sync();
  expect(home(b)).toEqual(['d/', 'd/top=d/top', 'keep.key=keep.key', 'plain=plain']);
  expect(home(a)).toHaveLength(9);
  b.write('z.key', 'of b');
  expect(await b.sync()).toEqual({ result: 'synced' });
  await a.sync();
  expect(a.files.stat('/home/me/z.key')).toBeUndefined();
});

test('what is in the account already stays there, follows renames and removals, and sends no more changes', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  for (const name of ['edited.key', 'moved.key', 'removed.key']) a.write(name, 'old');
  await a.sync();
  a.write('.selkieignore', '*.key');
  a.write('edited.key', 'new');
  a.files.rename('/home/me/moved.key', '/home/me/renamed.key');
  a.write('moved.key', 'another file, under the old name');
  a.files.remove('/home/me/removed.key');
  await a.sync();
  await b.sync();
  expect(home(b)).toEqual(['edited.key=old', 'renamed.key=old']);
  expect(home(a)).toEqual(['edited.key=new', 'moved.key=another file, under the old name', 'renamed.key=old']);
  a.write('.selkieignore', '');
  await a.sync();
  await b.sync();
  expect(home(b)).toEqual(home(a));
});

test('a conflict copy of what must not leave this browser does not leave it either', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  a.write('token.key', 'of a');
  await a.sync();
  b.write('.selkieignore', '*.key\nsecret\n');
  b.write('token.key', 'of b');
  b.write('secret', 'of b');
  a.write('secret', 'of a');
  await a.sync();
  expect(await b.sync()).toEqual({ result: 'synced' });
  await a.sync();
  expect(home(a)).toEqual(['secret=of a', 'token.key=of a']);
  expect(home(b)).toEqual([
    'secret=of a', expect.stringMatching(/^secret \(conflict b [0-9a-z]{8}\)=of b$/),
    expect.stringMatching(/^token \(conflict b [0-9a-z]{8}\)\.key=of b$/), 'token.key=of a',
  ]);
});

test('an ignored text that is in the account and was changed on both sides is not merged: what it was here would go into the log', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  a.write('x.key', '1\n2\n3\n');
  await a.sync();
  await b.sync();
  a.write('x.key', 'one\n2\n3\n');
  await a.sync();
  b.write('.selkieignore', '*.key');
  b.write('x.key', '1\n2\nsecret\n');
  expect(await b.sync()).toEqual({ result: 'synced' });
  expect(home(b)).toEqual(['x.key=one\n2\n3\n', expect.stringMatching(/^x \(conflict b [0-9a-z]{8}\)\.key=1\n2\nsecret\n$/)].sort());
  const inLog = [...cloud.log.commits.values()].flatMap((bytes) => {
    const parsed = parseCommit(bytes);
    return parsed.ok ? [...parsed.value.contents.keys()] : [];
  });
  expect(inLog).not.toContain(hashOf('1\n2\nsecret\n'));
});

test('rules that this browser has lost send nothing new until they are back', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  a.write('.selkieignore', 'secret');
  await a.sync();
  a.write('secret', 'S');
  a.write('plain', 'P');
  for (const key of a.store.keys('')) if (a.store.get(key)?.includes('/home/me/.selkieignore"') === true && key.includes(':f:')) a.store.remove(key);
  a.restart();
  expect(await a.sync()).toEqual({ result: 'synced' });
  await b.sync();
  expect(home(b)).toEqual(['plain=P']);
});

test('the syntax is that of gitignore(5)', () => {
  const { isIgnored } = parseIgnoreRules('*.log\n/a/b\nc/**/d\n\\#x\n\\!y\nTrail \\ \ndir/\n**/deep\n!important.log\n.selkieignore', 'h');
  const table: [string, 'file' | 'directory', boolean][] = [
    ['x.log', 'file', true], ['q/x.log', 'file', true], ['important.log', 'file', false], ['a/b', 'file', true], ['z/a/b', 'file', false],
    ['c/1/2/d', 'file', true], ['#x', 'file', true], ['!y', 'file', true], ['dir', 'file', false], ['dir', 'directory', true], ['dir/in', 'file', true],
    ['p/q/deep', 'file', true], ['X.LOG', 'file', false], ['.selkieignore', 'file', false], ['sub/.selkieignore', 'file', true],
  ];
  expect(table.map(([name, kind]) => [name, kind, isIgnored(`/home/me/${name}`, kind)])).toEqual(table);
});
