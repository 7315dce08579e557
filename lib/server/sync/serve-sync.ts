import 'server-only';
import { S3Client } from '@aws-sdk/client-s3';
import { limits } from '../../core/limits.ts';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { StoreUnavailable } from '../../core/sync/serve-log.ts';
import type { SyncReply } from '../../core/sync/transport.ts';
import { personCredentials } from '../cognito/identity-pool.ts';
import { serverEnv } from '../env.ts';
import { idToken } from '../session/access-token.ts';
import { createPersonClients, type PersonClients, type PersonCredentials } from './person-clients.ts';
import { createReceiptSigner } from './receipts.ts';
import { ownAccess, SessionEnded, type StoreAccess } from './store-access.ts';
import { createSyncServer, type SyncServer } from './sync-server.ts';

interface Sync {
  server: SyncServer;
  accessOf(session: SessionFacts): StoreAccess;
}

let sync: Sync | undefined;

/**
 * One sync call of the person whose session it is. Values only, never throws: an outage of the store is
 * `unavailable`, and a mistake is `refused` with a sentence. The caller has checked session and origin.
 */
export async function serveSync(session: SessionFacts, input: unknown): Promise<SyncReply> {
  try {
    sync ??= openSync();
  } catch (error) {
    console.error(JSON.stringify({ event: 'sync-not-configured', error: error instanceof Error ? error.message : 'unknown' }));
    return { status: 'unavailable', retryAfterSeconds: 60, message: 'Sync is not set up on this server; your files stay here.' };
  }
  return sync.server.serve(session.user.id, input, sync.accessOf(session));
}

function openSync(): Sync {
  const { s3, cognito, sessionSecrets } = serverEnv();
  const settings = {
    region: s3.region,
    // One attempt: a create that the SDK repeats by itself would find its own success and call it a rival.
    maxAttempts: 1,
    ...(s3.endpoint === undefined ? {} : { endpoint: s3.endpoint, forcePathStyle: true }),
  };
  const own = new S3Client(settings);
  const server = createSyncServer({ client: own, bucket: s3.bucket, signer: createReceiptSigner(sessionSecrets) });
  if (cognito.identityPoolId === undefined) {
    const access = ownAccess(own);
    return { server, accessOf: () => access };
  }
  // One set of sockets for all.
  const { requestHandler } = own.config;
  const open = ({ accessKeyId, secretAccessKey, sessionToken }: PersonCredentials) =>
    new S3Client({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken }, requestHandler });
  const people: PersonClients = createPersonClients({ open, now: Date.now, max: limits.personClientsMax });
  return { server, accessOf: (session) => people.of(session.user.id, () => credentialsOf(session)) };
}

/** @throws SessionEnded, StoreUnavailable */
async function credentialsOf(session: SessionFacts): Promise<PersonCredentials> {
  const token = await idToken(session);
  if (token.kind === 'ended') throw new SessionEnded();
  if (token.kind === 'unknown') throw new StoreUnavailable(token.retryAfterSeconds);
  const credentials = await personCredentials(session.user.id, token.idToken);
  if (credentials === 'unavailable') throw new StoreUnavailable();
  return credentials;
}
