import { S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { beforeEach, expect, test } from 'vitest';
import { createPersonClients, type PersonClients, type PersonCredentials } from './person-clients.ts';
import { SessionEnded, withAccess } from './store-access.ts';

const HOUR = 3_600_000;
let nowMs: number;
let fetched: string[];
let people: PersonClients;
beforeEach(() => {
  nowMs = 1_000_000;
  fetched = [];
  people = createPersonClients({ open: ({ accessKeyId }) => ({ key: accessKeyId }) as unknown as S3Client, now: () => nowMs, max: 3 });
});

const credentials = (key: string): PersonCredentials => ({ accessKeyId: key, secretAccessKey: 's', sessionToken: 't', expiresAtMs: nowMs + HOUR });
const fetchFor = (user: string) => async (): Promise<PersonCredentials> => {
  fetched.push(user);
  return credentials(`${user}-${fetched.length}`);
};
const of = (user: string, fetch = fetchFor(user)) => people.of(user, fetch);
const keyOf = async (client: S3Client | undefined | Promise<S3Client | undefined>) => ((await client) as unknown as { key: string } | undefined)?.key;
const refusal = (name: string) => new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 403 } });

test('a person’s key is asked for once, however many ask at one time, and another person gets another', async () => {
  const keys = await Promise.all([...Array.from({ length: 10 }, () => keyOf(of('ada').client())), keyOf(of('eve').client())]);
  expect([new Set(keys), fetched]).toEqual([new Set(['ada-1', 'eve-2']), ['ada', 'eve']]);
  expect([await keyOf(of('ada').client()), await keyOf(of('eve').client())]).toEqual(['ada-1', 'eve-2']);
});

test('shortly before its end a key is renewed beside the work, and one that has ended is not used any more', async () => {
  await of('ada').client();
  nowMs += HOUR - 4 * 60_000;
  expect([await keyOf(of('ada').client()), fetched]).toEqual(['ada-1', ['ada', 'ada']]);
  await Promise.resolve();
  expect(await keyOf(of('ada').client())).toBe('ada-2');
  nowMs += 2 * HOUR;
  expect(await keyOf(of('ada').client())).toBe('ada-3');
});

test('while a renewal fails the old key serves until its end, and then the fault is told', async () => {
  await of('ada').client();
  const failing = of('ada', () => Promise.reject(new Error('outage')));
  nowMs += HOUR - 60_000;
  expect(await keyOf(failing.client())).toBe('ada-1');
  nowMs += 60_000;
  await expect(failing.client()).rejects.toThrow('outage');
});

test('a key that the store refuses is dropped, got anew once, and the work is done again with the new one', async () => {
  await of('ada').client();
  nowMs += HOUR / 2;
  const seen: string[] = [];
  const work = async (client: S3Client) => {
    seen.push((await keyOf(client))!);
    if (seen.length === 1) throw refusal('ExpiredToken');
    return 'done';
  };
  expect([await withAccess(of('ada'), work), seen]).toEqual(['done', ['ada-1', 'ada-2']]);
  expect(await keyOf(of('ada').client())).toBe('ada-2');
});

test.each(['AccessDenied', 'ExpiredToken', 'InvalidToken', 'InvalidAccessKeyId'])('a refusal that new keys share (%s) is told after one more try, not asked for ever', async (name) => {
  await of('ada').client();
  nowMs += HOUR / 2;
  let tries = 0;
  const work = () => {
    tries += 1;
    return Promise.reject(refusal(name));
  };
  await expect(withAccess(of('ada'), work)).rejects.toMatchObject({ name });
  expect([tries, fetched.length]).toEqual([2, 2]);
  // A minute later at the earliest is it worth asking again.
  await expect(withAccess(of('ada'), work)).rejects.toMatchObject({ name });
  expect([tries, fetched.length]).toEqual([3, 2]);
});

test('of many whose key is refused at one time, all go on with one new key', async () => {
  const old = await of('ada').client();
  nowMs += HOUR / 2;
  const keys = await Promise.all(Array.from({ length: 8 }, () => keyOf(of('ada').renew(old))));
  expect([new Set(keys), fetched]).toEqual([new Set(['ada-2']), ['ada', 'ada']]);
});

test('what is no refusal of the key renews nothing', async () => {
  for (const error of [refusal('NoSuchBucket'), refusal('SlowDown'), new Error('socket hang up')]) {
    await expect(withAccess(of('ada'), () => Promise.reject(error))).rejects.toBe(error);
  }
  expect(fetched).toEqual(['ada']);
});

test('past the bound the least recently used is forgotten, and comes back with a key of its own', async () => {
  for (const user of ['a', 'b', 'c']) await of(user).client();
  await of('a').client();
  await of('d').client();
  expect(fetched).toEqual(['a', 'b', 'c', 'd']);
  await of('a').client();
  expect(fetched).toEqual(['a', 'b', 'c', 'd']);
  expect(await keyOf(of('b').client())).toBe('b-5');
});

test('a sign-in that is over takes nobody along: another session of the same person asks for itself', async () => {
  let end: (error: Error) => void = () => undefined;
  const ended = of('ada', () => new Promise((_, reject) => void (end = reject))).client();
  const living = keyOf(of('ada').client());
  end(new SessionEnded());
  await expect(ended).rejects.toBeInstanceOf(SessionEnded);
  expect(await living).toBe('ada-1');
});
