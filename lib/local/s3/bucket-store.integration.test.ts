import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { BucketStore } from './bucket-store.ts';
import { computeChecksum } from './checksums.ts';
import { judgeWrite } from './conditions.ts';
import { md5Hex } from './new-object.ts';
import type { ObjectMeta } from './object-file.ts';
import { S3Error } from './s3-error.ts';

let store: BucketStore;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'selkie-bucket-'));
  store = await BucketStore.open(join(folder, 'bucket'), (sentence) => expect.fail(sentence));
  return () => rm(folder, { recursive: true, force: true });
});

function metaOf(key: string, data: Buffer): ObjectMeta {
  return { key, size: data.length, etag: md5Hex(data), modifiedMs: 0, contentType: 'text/plain', system: {}, user: {}, checksum: computeChecksum('CRC32', data) };
}

async function put(key: string, text: string, headers: Record<string, string> = {}): Promise<string> {
  const data = Buffer.from(text);
  try {
    await store.write(metaOf(key, data), data, (existing) => judgeWrite(existing, headers), Object.keys(headers).length > 0);
    return 'ok';
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}

const create = { 'if-none-match': '*' };

test('a conditional write beside a rival of the same key is refused with 409, beside another key it is not', async () => {
  const outcomes = await Promise.all([put('k', 'first', create), put('k', 'second', create), put('other', 'x', create)]);
  expect(outcomes).toEqual(['ok', 'ConditionalRequestConflict', 'ok']);
  expect(await put('k', 'third', create)).toBe('PreconditionFailed');
  expect((await store.read('k'))?.data.toString()).toBe('first');
});

test('plain writes of one key wait for each other: the last asked is what stays, and the index agrees with the file', async () => {
  const texts = Array.from({ length: 30 }, (_, at) => `version ${at} `.repeat(1 + ((at * 7) % 5) * 5000));
  await Promise.all(texts.map((text) => put('k', text)));
  const last = Buffer.from(texts.at(-1) ?? '');
  expect((await store.read('k'))?.data.equals(last)).toBe(true);
  expect(store.index.get('k')?.etag).toBe(md5Hex(last));
});

test('a put and a delete that cross leave the index and the disk in agreement', async () => {
  for (let round = 0; round < 10; round++) {
    await put('k', 'x');
    await Promise.all([store.remove('k', () => undefined, false), put('k', `again ${round}`), store.read('k')]);
    expect((await store.read('k'))?.data.toString()).toBe(`again ${round}`);
    await Promise.all([put('k', 'late'), store.remove('k', () => undefined, false)]);
    expect([await store.read('k'), store.index.get('k')]).toEqual([null, undefined]);
  }
});
