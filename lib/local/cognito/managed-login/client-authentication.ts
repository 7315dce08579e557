import type { ServiceRequest } from '../../service.ts';
import { isClientSecret, requireClient, type AppClient } from '../client.ts';
import type { Pool } from '../pool.ts';
import { isClient } from './authorization-request.ts';
import type { Parameters } from './parameters.ts';

/**
 * `client_secret_basic` or `client_secret_post` ("The token issuer endpoint"); never both (RFC 6749 2.3). A client
 * without a secret names itself in the body.
 */
export function authenticateClient(request: ServiceRequest, form: Parameters, pool: Pool): { kind: 'client'; client: AppClient } | { kind: 'invalid_request' | 'invalid_client' } {
  const { authorization } = request.headers;
  let clientId = form.get('client_id');
  let secret = form.get('client_secret');
  if (authorization !== undefined) {
    const basic = parseBasic(authorization);
    if (basic === undefined) return { kind: 'invalid_client' };
    if (secret !== undefined || (clientId !== undefined && clientId !== basic.clientId)) return { kind: 'invalid_request' };
    ({ clientId, secret } = basic);
  }
  if (clientId === undefined || !isClient(clientId, pool.config)) return { kind: 'invalid_client' };
  const client = requireClient(pool, clientId);
  return isClientSecret(client, secret) ? { kind: 'client', client } : { kind: 'invalid_client' };
}

/** RFC 6749 2.3.1: both parts are form-encoded before they are joined. */
function parseBasic(header: string): { clientId: string; secret: string } | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(header) ?? [];
  const text = Buffer.from(encoded ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  try {
    const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '));
    return { clientId: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
  } catch {
    return undefined;
  }
}
