import { expect, test } from 'vitest';
import { parseCommit } from './commit.ts';
import { hashOf } from './sha256.ts';
import { snapshot } from '../fs/files-contract.ts';
import { createTestCloud, createTestDevice } from './test-device.ts';

test('a thousand small files take three requests, and as many to a new device', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  for (let i = 0; i < 1000; i++) a.write(`f${i}`, `file ${i}\n${'a line of text that is like the others\n'.repeat(25)}`);
  expect(await a.sync()).toEqual({ result: 'synced' });
  expect(cloud.calls()).toBeLessThanOrEqual(3);
  const before = cloud.calls();
  await b.sync();
  expect(cloud.calls() - before).toBeLessThanOrEqual(3);
  expect(snapshot(b.files, '/home/me')).toEqual(snapshot(a.files, '/home/me'));
});

test('a file too large for a commit travels in packs', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  let seed = 1;
  const noise = Uint8Array.from({ length: 950_000 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 255);
  a.files.write('/home/me/large', noise);
  // So even that a reader would take its compressed form for a bomb.
  a.files.write('/home/me/zeros', new Uint8Array(950_000));
  expect(await a.sync()).toEqual({ result: 'synced' });
  expect(await b.sync()).toEqual({ result: 'synced' });
  expect(Buffer.from(b.files.read('/home/me/large')).equals(noise)).toBe(true);
  expect(b.files.stat('/home/me/zeros')?.size).toBe(950_000);
  expect(cloud.log.packs.size).toBe(4);
  expect([...cloud.log.commits.values()].every((bytes) => bytes.length <= 900_000)).toBe(true);
});

test('the largest text that is merged still gets into the log as it was, together with a file that fills a commit', async () => {
  const cloud = createTestCloud();
  const [a, b] = [createTestDevice(cloud, 'a'), createTestDevice(cloud, 'b')];
  let seed = 5;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  // Lines that deflate cannot shorten much.
  const lines = Array.from({ length: 8000 }, () => Array.from({ length: 60 }, () => String.fromCharCode(33 + (random() % 90))).join(''));
  const join = (first: string, last: string): string => [first, ...lines, last, ''].join('\n');
  a.write('t', join('1', '2'));
  await a.sync();
  await b.sync();
  a.write('t', join('one', '2'));
  b.write('t', join('1', 'two'));
  b.files.write('/home/me/noise', Uint8Array.from({ length: 880_000 }, () => random() & 255));
  await a.sync();
  expect(await b.sync()).toEqual({ result: 'synced' });
  expect([new TextDecoder().decode(b.files.read('/home/me/t')) === join('one', 'two'), b.bases.kept()]).toEqual([true, []]);
  const merges = [...cloud.log.commits.values()].flatMap((bytes) => {
    const parsed = parseCommit(bytes);
    return parsed.ok ? parsed.value.merges : [];
  });
  expect(merges.map(({ local }) => local)).toEqual([hashOf(join('1', 'two'))]);
});
