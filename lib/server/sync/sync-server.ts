import 'server-only';
import type { S3Client } from '@aws-sdk/client-s3';
import { parseSyncCall } from '../../core/sync/sync-call.ts';
import { serveLog, StoreUnavailable, type ReceiptSigner } from '../../core/sync/serve-log.ts';
import type { SyncReply } from '../../core/sync/transport.ts';
import { errorKind } from '../../core/observe/failure-kind.ts';
import { log } from '../observe/log.ts';
import { whereThrown } from '../observe/where-thrown.ts';
import { createS3Log, isUserId } from './s3-log.ts';
import { ownAccess, SessionEnded, type StoreAccess } from './store-access.ts';
import { isCreateOnly } from './store-probe.ts';

export interface SyncServer {
  /** Answers every input with a value; `userId` comes from the session, never from the input. `access`: the server's own without it. */
  serve(userId: string, input: unknown, access?: StoreAccess): Promise<SyncReply>;
}

export function createSyncServer(options: { client: S3Client; bucket: string; signer: ReceiptSigner }): SyncServer {
  const { client, bucket, signer } = options;
  /** Once a process; a probe without an answer is repeated. */
  let probe: Promise<boolean> | undefined;
  const probeOnce = (): Promise<boolean> => {
    probe ??= isCreateOnly(client, bucket).catch((error: unknown) => {
      probe = undefined;
      throw error;
    });
    return probe;
  };

  return {
    async serve(userId, input, access = ownAccess(client)) {
      try {
        const call = parseSyncCall(input);
        if (call === undefined) {
          return { status: 'refused', code: 'invalid-call', message: 'The server did not understand this page; reload it.' };
        }
        if (!isUserId(userId) || call.forUser !== userId) {
          return {
            status: 'refused', code: 'other-user',
            message: 'These files belong to another person than the one who is signed in; sign in as that person to sync them.',
          };
        }
        if (!await probeOnce()) {
          log('error', 'sync-store-unsafe', { bucket });
          return {
            status: 'refused', code: 'unsafe-store',
            message: 'The store of this server overwrites what it should refuse, so nothing is synced; tell the operator to use a store with conditional writes.',
          };
        }
        return await serveLog(createS3Log(access, bucket, userId), signer, userId, call);
      } catch (error) {
        if (error instanceof SessionEnded) return { status: 'absent' };
        if (!(error instanceof StoreUnavailable)) {
          log('error', 'sync-failed', { error: errorKind(error), where: whereThrown(error) });
        }
        const retryAfterSeconds = error instanceof StoreUnavailable ? error.retryAfterSeconds : 10;
        return { status: 'unavailable', retryAfterSeconds, message: 'The store cannot be reached; your files stay here and are synced later.' };
      }
    },
  };
}
