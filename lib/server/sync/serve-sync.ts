import 'server-only';
import { S3Client } from '@aws-sdk/client-s3';
import type { SyncReply } from '../../core/sync/transport.ts';
import { serverEnv } from '../env.ts';
import { createReceiptSigner } from './receipts.ts';
import { createSyncServer, type SyncServer } from './sync-server.ts';

let server: SyncServer | undefined;

/**
 * One sync call of the person whose session it is. Values only, never throws: an outage of the store is
 * `unavailable`, and a mistake is `refused` with a sentence. The caller has checked session and origin.
 */
export async function serveSync(userId: string, input: unknown): Promise<SyncReply> {
  try {
    server ??= openSyncServer();
  } catch (error) {
    console.error(JSON.stringify({ event: 'sync-not-configured', error: error instanceof Error ? error.message : 'unknown' }));
    return { status: 'unavailable', retryAfterSeconds: 60, message: 'Sync is not set up on this server; your files stay here.' };
  }
  return server.serve(userId, input);
}

function openSyncServer(): SyncServer {
  const { s3, sessionSecrets } = serverEnv();
  // One attempt: a create that the SDK repeats by itself would find its own success and call it a rival.
  const client = new S3Client({
    region: s3.region,
    maxAttempts: 1,
    ...(s3.endpoint === undefined ? {} : { endpoint: s3.endpoint, forcePathStyle: true }),
  });
  return createSyncServer({ client, bucket: s3.bucket, signer: createReceiptSigner(sessionSecrets) });
}
