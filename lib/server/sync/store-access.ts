import 'server-only';
import { S3ServiceException, type S3Client } from '@aws-sdk/client-s3';

/** A way to the store with the rights of somebody, which may end and be got anew. */
export interface StoreAccess {
  /** @throws StoreUnavailable, SessionEnded */
  client(): Promise<S3Client>;
  /** Another client after `refused` was refused; undefined when there is no better one. @throws as `client`. */
  renew(refused: S3Client): Promise<S3Client | undefined>;
}

/** With the server's own rights: where no identity pool is, the keys that the server builds are what parts people. */
export function ownAccess(client: S3Client): StoreAccess {
  return { client: async () => client, renew: async () => undefined };
}

/** Cognito's word that the sign-in is over: as good as no session. */
export class SessionEnded extends Error {
  constructor() {
    super('The sign-in is over.');
    this.name = 'SessionEnded';
  }
}

/** The work, and once more with new credentials when the store refuses those it had. Nothing was done by what was refused. */
export async function withAccess<T>(access: StoreAccess, work: (client: S3Client) => Promise<T>): Promise<T> {
  const client = await access.client();
  try {
    return await work(client);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const other = await access.renew(client);
    if (other === undefined) throw error;
    return work(other);
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const refusals = new Set(['AccessDenied', 'ExpiredToken', 'InvalidToken', 'InvalidAccessKeyId', 'TokenRefreshRequired']);

export function isRefusal(error: unknown): boolean {
  return error instanceof S3ServiceException && refusals.has(error.name);
}
