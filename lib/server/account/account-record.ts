import 'server-only';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';
import { randomToken } from '../../core/session/crypto-port.ts';
import { readObject } from '../sync/read-object.ts';
import { createObject, isUserId } from '../sync/s3-log.ts';
import { accountBucket, logStoreFault } from './account-bucket.ts';

/**
 * The small facts about a person that Cognito cannot keep and that must outlive Redis. One JSON text, written
 * whole each time under the next number and never overwritten:
 *
 *   accounts/<user>/<999999999999 - number>    12 digits, so that a listing of one entry is the newest
 *
 * A change is a compare-and-set: who reads number 7 may only create number 8, and S3 lets one of all that try.
 * Not under the person's sync prefix, to which the person may get credentials of their own. What cannot be
 * read, is damaged, or was written by a later version is "unavailable": taken for empty, it would be written
 * over, and the recovery codes in it with it.
 */
const HIGHEST = 999_999_999_999;

const recoveryCode = v.strictObject({ salt: v.pipe(v.string(), v.regex(/^[\w-]{22}$/)), hash: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)) });
const accountRecord = v.strictObject({
  version: v.literal(1),
  /** Those that were not used yet. */
  recoveryCodes: v.pipe(v.array(recoveryCode), v.maxLength(limits.recoveryCodes)),
  /** By credential id. */
  passkeyNames: v.pipe(v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(1_400)), v.pipe(v.string(), v.maxLength(limits.passkeyNameMaxChars))), v.check((names) => Object.keys(names).length <= limits.passkeysPerPerson)),
});
/** `write` names the attempt that made it, so that a lost reply can be told from a rival. */
const storedRecord = v.strictObject({ ...accountRecord.entries, write: v.pipe(v.string(), v.regex(/^[\w-]{22}$/)) });

export type AccountRecord = v.InferOutput<typeof accountRecord>;

const EMPTY: AccountRecord = { version: 1, recoveryCodes: [], passkeyNames: {} };

/** What a change wants: a new record and what to tell the caller, or nothing to write. */
export type Changed<T> = { record: AccountRecord; result: T } | { record?: never; result: T };

export function accountPrefix(userId: string): string {
  if (!isUserId(userId)) throw new Error('This user id cannot be part of a key.');
  return `accounts/${userId}/`;
}

/** The person's record; an empty one for somebody who never had any. */
export async function readAccount(userId: string): Promise<AccountRecord | 'unavailable'> {
  const found = await readNewest(userId);
  return found === 'unavailable' ? found : found.record;
}

/**
 * Applies a change to the newest record and stores the outcome; when somebody else was quicker, again to theirs.
 * `change` is pure and may run several times.
 */
export async function changeAccount<T>(userId: string, change: (record: AccountRecord) => Changed<T>): Promise<{ result: T } | 'unavailable'> {
  for (let tries = 0; tries < limits.accountChangeTries; tries += 1) {
    const found = await readNewest(userId);
    if (found === 'unavailable') return found;
    const changed = change(found.record);
    if (changed.record === undefined) return { result: changed.result };
    const stored = await store(userId, found.number + 1, changed.record);
    if (stored === 'unavailable') return stored;
    if (stored === 'stored') return { result: changed.result };
  }
  return 'unavailable';
}

async function store(userId: string, number: number, record: AccountRecord): Promise<'stored' | 'rival' | 'unavailable'> {
  const { client, bucket } = accountBucket();
  const write = randomToken(crypto, 16);
  const bytes = new TextEncoder().encode(JSON.stringify({ ...v.parse(accountRecord, record), write }));
  try {
    for (let tries = 0; tries < 5; tries += 1) {
      // S3 answers 409 while a rival's write is under way and undecided: who asks at once only hears it again.
      if (tries > 0) await wait(10 * 2 ** tries * (1 + Math.random()));
      const outcome = await createObject(client, bucket, keyOf(userId, number), bytes);
      if (outcome === 'created') return 'stored';
      // A lost reply, a rival under way, or a rival who was first: what the slot holds decides.
      const there = await readNumber(userId, number);
      if (there !== undefined) return there.write === write ? 'stored' : 'rival';
    }
  } catch (error) {
    logStoreFault('store', error);
  }
  return 'unavailable';
}

async function readNewest(userId: string): Promise<{ number: number; record: AccountRecord } | 'unavailable'> {
  const { client, bucket, deadline } = accountBucket();
  const prefix = accountPrefix(userId);
  try {
    const reply = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }), deadline());
    const newest = reply.Contents?.[0]?.Key;
    if (newest === undefined) return { number: 0, record: EMPTY };
    const digits = newest.slice(prefix.length);
    if (!/^\d{12}$/.test(digits)) throw new Error('an object among the account records is not ours');
    const number = HIGHEST - Number(digits);
    const stored = await readNumber(userId, number);
    if (stored === undefined) throw new Error('the newest record vanished');
    const { write: _, ...record } = stored;
    return { number, record };
  } catch (error) {
    logStoreFault('read', error);
    return 'unavailable';
  }
}

/** Undefined when there is none of that number; throws for anything that is not a record of this version. */
async function readNumber(userId: string, number: number): Promise<v.InferOutput<typeof storedRecord> | undefined> {
  const { client, bucket, deadline } = accountBucket();
  const bytes = await readObject(client, bucket, keyOf(userId, number), limits.accountRecordMaxBytes, deadline);
  return bytes && v.parse(storedRecord, JSON.parse(new TextDecoder().decode(bytes)));
}

function keyOf(userId: string, number: number): string {
  return accountPrefix(userId) + String(HIGHEST - number).padStart(12, '0');
}
