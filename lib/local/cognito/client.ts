import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Pool } from './pool.ts';
import { ServiceError } from './service-error.ts';

/** One app client of the pool: "Application-specific settings with app clients" in the developer guide. */
export interface AppClient {
  id: string;
  /** A public client has none; two while one replaces the other, and both are good. */
  secrets: readonly string[];
  /** `ExplicitAuthFlows`. */
  flows: readonly string[];
  /** Refresh tokens are exchanged by GetTokensFromRefreshToken only, which turns REFRESH_TOKEN_AUTH off. */
  rotates: boolean;
}

/**
 * The confidential client of the app's server, and the public one of browser libraries when the configuration has it.
 * @throws ServiceError ResourceNotFoundException. Every public operation that names a client starts here.
 */
export function requireClient(pool: Pool, clientId: string): AppClient {
  const { config } = pool;
  if (clientId === config.clientId) {
    return { id: clientId, secrets: pool.clientSecrets.list().map(({ value }) => value), flows: ['USER_PASSWORD_AUTH', 'USER_SRP_AUTH', 'USER_AUTH'], rotates: true };
  }
  if (config.publicClientId !== undefined && clientId === config.publicClientId) {
    return { id: clientId, secrets: [], flows: ['USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'], rotates: false };
  }
  throw new ServiceError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
}

/**
 * `SECRET_HASH`: HMAC-SHA256 of user name + client id under the client secret, base64. The name is the one that
 * the request carries; after the first step of a sign-in it is the real user name ("Computing secret hash values").
 */
export function requireSecretHash(client: AppClient, username: string, secretHash: string | undefined): void {
  const wrong = () => new ServiceError('NotAuthorizedException', `Unable to verify secret hash for client ${client.id}`);
  if (client.secrets.length === 0) {
    // A hash under a secret that does not exist cannot be right.
    if (secretHash !== undefined) throw wrong();
    return;
  }
  if (secretHash === undefined) {
    throw new ServiceError('NotAuthorizedException', `Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  }
  if (!client.secrets.some((secret) => isSame(secretHashOf(secret, client.id, username), secretHash))) throw wrong();
}

/** Whether the plain secret, which the token operations take, is the client's; a public client has to send none. */
export function isClientSecret(client: AppClient, clientSecret: string | undefined): boolean {
  if (clientSecret === undefined) return client.secrets.length === 0;
  return client.secrets.some((secret) => isSame(secret, clientSecret));
}

export function secretHashOf(secret: string, clientId: string, username: string): string {
  return createHmac('sha256', secret).update(username + clientId).digest('base64');
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
