import 'server-only';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { limits } from '../../core/limits.ts';
import { StoreUnavailable, type LogStore } from '../../core/sync/serve-log.ts';
import { isHash } from '../../core/sync/sha256.ts';

/**
 * One person's log in S3. Keys are built here from the session's user id and checked parts, never received:
 *
 *   u/<user>/log/<999999999999 - seq>   12 digits, so that listing begins with the newest
 *   u/<user>/pack/<sha256>
 *
 * Nothing is ever overwritten, and nothing deleted but with the whole account (account/delete-account.ts). Retries are
 * the caller's business, because a retried create answers 412 to its own success.
 */
const HIGHEST = 999_999_999_999;
/** Long enough for 900 KB over a slow link to the store, short enough for a person who waits. */
const TIMEOUT_MS = 5000;

export function isUserId(text: string): boolean {
  return /^[\w-]{1,128}$/.test(text);
}

export type CreateOutcome = 'created' | 'exists' | 'undecided';

/** Creates an object that must not exist: S3 answers 412 when it does, 409 while a rival is under way. */
export async function createObject(client: S3Client, bucket: string, key: string, bytes: Uint8Array): Promise<CreateOutcome> {
  try {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, IfNoneMatch: '*', ContentType: 'application/octet-stream' }),
      { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
    );
    return 'created';
  } catch (error) {
    const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
    if (status === 412) return 'exists';
    // Refused before anything was written: this will not change by asking what the slot holds.
    if (status !== undefined && status >= 400 && status < 500 && status !== 409 && status !== 408 && status !== 429) {
      throw unavailable('create', error);
    }
    return 'undecided';
  }
}

export function createS3Log(client: S3Client, bucket: string, userId: string): LogStore {
  if (!isUserId(userId)) throw new Error('This user id cannot be part of a key.');
  const prefix = `u/${userId}/`;
  const logKey = (seq: number): string => `${prefix}log/${String(HIGHEST - seq).padStart(12, '0')}`;
  const packKey = (hash: string): string => {
    if (!isHash(hash)) throw new Error('A pack is named by its hash.');
    return `${prefix}pack/${hash}`;
  };

  const read = async (key: string): Promise<Uint8Array | undefined> => {
    try {
      const reply = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
      if (reply.Body === undefined || (reply.ContentLength ?? 0) > limits.commitMaxBytes) throw new Error('not an object of ours');
      return await reply.Body.transformToByteArray();
    } catch (error) {
      // Only this very answer means that the object is not there; a missing bucket is a missing store.
      if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return undefined;
      throw unavailable('read', error);
    }
  };

  return {
    async head() {
      try {
        const reply = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}log/`, MaxKeys: 1 }),
          { abortSignal: AbortSignal.timeout(TIMEOUT_MS) },
        );
        const newest = reply.Contents?.[0]?.Key;
        if (newest === undefined) return 0;
        const digits = newest.slice(`${prefix}log/`.length);
        if (!/^\d{12}$/.test(digits)) throw new Error('an object in the log is not ours');
        return HIGHEST - Number(digits);
      } catch (error) {
        throw unavailable('head', error);
      }
    },
    read: (seq) => read(logKey(seq)),
    create: (seq, bytes) => createObject(client, bucket, logKey(seq), bytes),
    readPack: (hash) => read(packKey(hash)),
    createPack: (hash, bytes) => createObject(client, bucket, packKey(hash), bytes),
  };
}

/** One line for the operator, without keys or contents. */
function unavailable(operation: string, error: unknown): StoreUnavailable {
  const name = error instanceof Error ? error.name : 'unknown';
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  console.error(JSON.stringify({ event: 'sync-store-unavailable', operation, error: name, status }));
  return new StoreUnavailable();
}
