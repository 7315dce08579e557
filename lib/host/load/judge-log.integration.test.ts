import { expect, test } from 'vitest';
import type { S3Client } from '@aws-sdk/client-s3';
import { createTestCloud, createTestDevice } from '../../core/sync/test-device.ts';
import { judgeLog } from './judge-log.ts';

/** The log of somebody who wrote two files, as the store has it, changed by `edit`. */
async function judgeAfter(edit: (commits: Map<number, Uint8Array>) => void, written = new Map([['/home/me/a.txt', 'a\n'], ['/home/me/b.txt', 'b\n']])): Promise<string[]> {
  const cloud = createTestCloud();
  const device = createTestDevice(cloud, 'd1');
  for (const name of ['a', 'b']) {
    device.write(`${name}.txt`, `${name}\n`);
    await device.sync();
  }
  const commits = new Map(cloud.log.commits);
  edit(commits);
  const keyOf = (seq: number) => `u/p/log/${String(999_999_999_999 - seq)}`;
  const client = {
    send: async ({ input }: { input: { Key?: string } }) => input.Key === undefined
      ? { Contents: [...commits.keys()].map((seq) => ({ Key: keyOf(seq) })) }
      : { Body: { transformToByteArray: async () => [...commits].find(([seq]) => keyOf(seq) === input.Key)![1] } },
  };
  return (await judgeLog(client as unknown as S3Client, 'bucket', 'p', written)).wrong;
}

test('a log that holds what was written is right', async () => {
  expect(await judgeAfter(() => undefined)).toEqual([]);
});

test('a lost commit is seen, at the end and in the middle', async () => {
  expect(await judgeAfter((commits) => commits.delete(2))).toEqual(['p: /home/me/b.txt is lost']);
  expect(await judgeAfter((commits) => commits.delete(1))).toEqual([expect.stringMatching(/^p: commit 1 /), 'p: /home/me/a.txt is lost']);
});

test('a doubled commit, a foreign file and another content are seen', async () => {
  expect(await judgeAfter((commits) => commits.set(3, commits.get(2)!))).toEqual([expect.stringMatching(/^p: commit 3 /), 'p: /home/me/b.txt is in 2 commits']);
  expect(await judgeAfter(() => undefined, new Map([['/home/me/a.txt', 'a\n']]))).toEqual(['p: /home/me/b.txt was written by nobody']);
  expect(await judgeAfter(() => undefined, new Map([['/home/me/a.txt', 'x\n'], ['/home/me/b.txt', 'b\n']]))).toEqual(['p: /home/me/a.txt has another content']);
});
