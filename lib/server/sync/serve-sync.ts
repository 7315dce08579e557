import 'server-only';
import { S3Client } from '@aws-sdk/client-s3';
import * as limits from '../../core/limits.ts';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { StoreUnavailable } from '../../core/sync/serve-log.ts';
import type { SyncReply } from '../../core/sync/transport.ts';
import { personCredentials } from '../cognito/identity-pool.ts';
import { appCredentials } from '../app-credentials.ts';
import { serverEnv } from '../env.ts';
import { log } from '../observe/log.ts';
import { noteSync } from '../observe/note-sync.ts';
import { observeClient } from '../observe/observe-client.ts';
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
    log('error', 'sync-not-configured', { reason: error instanceof Error ? error.message : 'unknown' });
    return { status: 'unavailable', retryAfterSeconds: 60, message: 'Sync is not set up on this server; your files stay here.' };
  }
  const reply = await sync.server.serve(session.user.id, input, sync.accessOf(session));
  noteSync(input, reply);
  return reply;
}

function openSync(): Sync {
  const { s3, cognito, sessionSecrets } = serverEnv();
  const settings = {
    region: s3.region,
    // One attempt: a create that the SDK repeats by itself would find its own success and call it a rival.
    maxAttempts: 1,
    ...(s3.endpoint === undefined ? {} : { endpoint: s3.endpoint, forcePathStyle: true }),
  };
  const own = observeClient('s3', new S3Client({ ...settings, ...appCredentials() }));
  const server = createSyncServer({ client: own, bucket: s3.bucket, signer: createReceiptSigner(sessionSecrets) });
  if (cognito.identityPoolId === undefined) {
    const access = ownAccess(own);
    return { server, accessOf: () => access };
  }
  // One set of sockets for all.
  const { requestHandler } = own.config;
  const open = ({ accessKeyId, secretAccessKey, sessionToken }: PersonCredentials) =>
    observeClient('s3', new S3Client({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken }, requestHandler }));
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
