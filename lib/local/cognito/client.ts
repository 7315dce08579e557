import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Pool } from './pool.ts';
import { ServiceError } from './service-error.ts';

/** The refusals about the app client: every public operation that names a client starts with these. */
export function requireClient(pool: Pool, clientId: string): void {
  if (clientId !== pool.config.clientId) {
    throw new ServiceError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
  }
}

/**
 * `SECRET_HASH`: HMAC-SHA256 of user name + client id under the client secret, base64. The name is the one that
 * the request carries; after the first step of a sign-in it is the real user name ("Computing secret hash values").
 */
export function requireSecretHash(pool: Pool, username: string, secretHash: string | undefined): void {
  const { clientId, clientSecret } = pool.config;
  if (secretHash === undefined) {
    throw new ServiceError('NotAuthorizedException', `Client ${clientId} is configured with secret but SECRET_HASH was not received`);
  }
  const expected = createHmac('sha256', clientSecret).update(username + clientId).digest('base64');
  if (!isSame(expected, secretHash)) {
    throw new ServiceError('NotAuthorizedException', `Unable to verify secret hash for client ${clientId}`);
  }
}

/** Whether the plain secret, which the token operations take, is the client's. */
export function isClientSecret(pool: Pool, clientSecret: string | undefined): boolean {
  return clientSecret !== undefined && isSame(pool.config.clientSecret, clientSecret);
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
