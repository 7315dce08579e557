import 'server-only';
import { ListObjectsV2Command, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import * as limits from '../../core/limits.ts';
import { type CreateOutcome, StoreUnavailable, type LogStore } from '../../core/sync/serve-log.ts';
import { isHash } from '../../core/sync/sha256.ts';
import { errorKind } from '../../core/observe/failure-kind.ts';
import { log } from '../observe/log.ts';
import { readObject } from './read-object.ts';
import { SessionEnded, withAccess, type StoreAccess } from './store-access.ts';

/**
 * One person's log in S3. Keys are built here from the session's user id and checked parts, never received:
 *
 *   u/<user>/log/<999999999999 - seq>    12 digits, so that listing begins with the newest
 *   u/<user>/pack/<sha256>
 *   u/<user>/snap/<999999999999 - seq>
 *
 * Nothing is ever overwritten, and nothing deleted but with the whole account (account/delete-account.ts). The bucket
 * policy holds everybody to it. Retries are the caller's business, because a retried create answers 412 to its own success.
 */
const HIGHEST = 999_999_999_999;
/** Long enough for 900 KB over a slow link to the store, short enough for a person who waits. */
const TIMEOUT_MS = 5000;

export function isUserId(text: string): boolean {
  return /^[\w-]{1,128}$/.test(text);
}

/** The store says that it does not do conditional writes at all (501, as OpenStack Swift does). */
export class ConditionsUnknown extends StoreUnavailable {}

/**
 * Creates an object that must not exist: S3 answers 412 when it does, 409 while a rival is under way.
 * @throws StoreUnavailable when it was refused; ConditionsUnknown when no store like this one will ever do it.
 */
export async function createObject(client: S3Client, bucket: string, key: string, bytes: Uint8Array): Promise<CreateOutcome> {
  return putNew(client, bucket, key, bytes).catch((error: unknown) => {
    const unavailableNow = unavailable('create', error);
    throw error instanceof S3ServiceException && error.$metadata.httpStatusCode === 501 ? new ConditionsUnknown() : unavailableNow;
  });
}

/** As `createObject`, but throws the refusal itself. */
async function putNew(client: S3Client, bucket: string, key: string, bytes: Uint8Array): Promise<CreateOutcome> {
  try {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, IfNoneMatch: '*', ContentType: 'application/octet-stream' }), deadline());
    return 'created';
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 412) return 'exists';
    // Refused before anything was written: this will not change by asking what the slot holds.
    if (status === 501 || (status !== undefined && status >= 400 && status < 500 && status !== 409 && status !== 408 && status !== 429)) throw error;
    return 'undecided';
  }
}

export function createS3Log(access: StoreAccess, bucket: string, userId: string): LogStore {
  if (!isUserId(userId)) throw new Error('This user id cannot be part of a key.');
  const prefix = `u/${userId}/`;
  const numbered = (folder: 'log' | 'snap', seq: number): string => `${prefix}${folder}/${String(HIGHEST - seq).padStart(12, '0')}`;
  const packKey = (hash: string): string => {
    if (!isHash(hash)) throw new Error('A pack is named by its hash.');
    return `${prefix}pack/${hash}`;
  };
  const run = async <T>(operation: string, work: (client: S3Client) => Promise<T>): Promise<T> => {
    try {
      return await withAccess(access, work);
    } catch (error) {
      throw unavailable(operation, error);
    }
  };
  const read = (key: string) => run('read', (client) => readObject(client, bucket, key, limits.commitMaxBytes, deadline));
  const create = (key: string, bytes: Uint8Array) => run('create', (client) => putNew(client, bucket, key, bytes));

  /** Seqs at or below `atMost`, newest first. */
  const newest = (folder: 'log' | 'snap', count: number, atMost?: number) =>
    run('list', async (client) => {
      const before = atMost === undefined ? {} : { StartAfter: numbered(folder, atMost + 1) };
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}${folder}/`, MaxKeys: count, ...before }), deadline());
      return Contents.map(({ Key = '' }) => {
        const digits = Key.slice(`${prefix}${folder}/`.length);
        if (!/^\d{12}$/.test(digits)) throw new Error(`an object in ${folder} is not ours`);
        return HIGHEST - Number(digits);
      });
    });

  return {
    newest: (count) => newest('log', count),
    read: (seq) => read(numbered('log', seq)),
    create: (seq, bytes) => create(numbered('log', seq), bytes),
    readPack: (hash) => read(packKey(hash)),
    createPack: (hash, bytes) => create(packKey(hash), bytes),
    newestSnapshots: (atMost, count) => newest('snap', count, atMost),
    readSnapshot: (seq) => read(numbered('snap', seq)),
    createSnapshot: (seq, bytes) => create(numbered('snap', seq), bytes),
  };
}

function deadline(): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(TIMEOUT_MS) };
}

/** One line for the operator, without keys or contents; what says already what it is goes on as it is. */
function unavailable(operation: string, error: unknown): Error {
  if (error instanceof StoreUnavailable || error instanceof SessionEnded) return error;
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  log('warn', 'sync-store-unavailable', { operation, error: errorKind(error), status });
  return new StoreUnavailable();
}
