import 'server-only';
import type { S3Client } from '@aws-sdk/client-s3';
import { StoreUnavailable } from '../../core/sync/serve-log.ts';
import { ConditionsUnknown, createObject } from './s3-log.ts';

/**
 * Whether the store honours `If-None-Match: *`. Several S3 look-alikes answer 200 and overwrite, and with those
 * two devices that push at once would lose one of the commits. The key is always the same one, so that nothing
 * piles up: whoever made it, the second create must be refused.
 */
const PROBE_KEY = 'probe/create-only';

/** @throws StoreUnavailable when the store does not say. */
export async function isCreateOnly(client: S3Client, bucket: string): Promise<boolean> {
  const create = () => createObject(client, bucket, PROBE_KEY, new TextEncoder().encode('selkie')).catch((error: unknown) => {
    if (error instanceof ConditionsUnknown) return 'never' as const;
    throw error;
  });
  const first = await create();
  if (first === 'never') return false;
  const second = await create();
  if (first === 'undecided' || second === 'undecided') throw new StoreUnavailable();
  return second === 'exists';
}
