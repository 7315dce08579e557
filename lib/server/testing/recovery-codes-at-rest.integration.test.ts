import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as limits from '../../core/limits.ts';
import { accountBucket } from '../account/account-bucket.ts';
import { accountPrefix } from '../account/account-record.ts';
import { type RouteStack, startRouteStack } from './route-stack.ts';
import { must, setUpTotp, stepUp } from './signed-in-person.ts';

let stack: RouteStack;

beforeAll(async () => void (stack = await startRouteStack()));
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());
afterAll(() => stack.close());

test('the store holds no recovery code, but ten hashes with a salt each: whoever reads the bucket can use none', async () => {
  const { browser } = await stack.person();
  await stepUp(browser);
  const { user } = await must(browser, 200, 'GET', '/api/auth/session');
  const { recoveryCodes } = await setUpTotp(browser);
  const { client, bucket } = accountBucket();
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: accountPrefix(user.id) }));
  const texts = await Promise.all(Contents.map(async ({ Key }) => (await client.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body!.transformToString()));
  const kept = (JSON.parse(texts[0]!) as { recoveryCodes: Array<{ salt: string; hash: string }> }).recoveryCodes;
  for (const field of ['salt', 'hash'] as const) expect(new Set(kept.map((each) => each[field])).size).toBe(limits.recoveryCodes);
  for (const { salt, hash } of kept) expect([salt, hash]).toEqual([expect.stringMatching(/^[\w-]{22}$/), expect.stringMatching(/^[\w-]{43}$/)]);
  const everything = texts.join('\n').toUpperCase();
  for (const code of recoveryCodes) for (const form of [code, code.replaceAll('-', '')]) expect(everything).not.toContain(form);
});
