import 'server-only';
import { sha256 } from '../../core/session/crypto-port.ts';
import type { SessionSeal } from '../../core/session/seal.ts';
import { revokeSession } from '../../core/session/scripts/revoke-session.ts';
import { openVault } from '../../core/session/token-vault.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { revokeRefreshToken } from '../cognito/refresh.ts';
import { keyRing } from '../keys.ts';
import { redis } from '../redis.ts';
import { sessionTokens } from './tokens.ts';

/**
 * Ends the session behind a cookie. The record goes first, and with it every way in; telling Cognito is best
 * effort, with its outcome in the audit. Throws `RedisUnavailable` when the record could not be removed.
 */
export async function endSession(seal: SessionSeal, caller: Caller): Promise<void> {
  const ended = await revokeSession(redis(), await sha256(crypto, seal.id));
  if (ended === undefined) return;
  const tokens = await openVault(crypto, keyRing(), seal.dataKey, ended.hash, ended.envelope, sessionTokens);
  const revoked = tokens !== undefined && (await revokeRefreshToken(tokens.refreshToken));
  await audit({
    kind: 'sign-out', user: ended.user, session: ended.id, device: caller.device, address: caller.address,
    detail: revoked ? 'refresh token revoked' : 'refresh token not revoked: Cognito did not confirm',
  });
}
