import 'server-only';
import { setTimeout as wait } from 'node:timers/promises';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { audit } from '../audit.ts';
import { refreshTokens, revokeRefreshToken } from '../cognito/refresh.ts';
import { secretsOf } from '../current-session.ts';
import { keyRing } from '../keys.ts';
import { metrics } from '../observe/metrics.ts';
import { redis } from '../redis.ts';
import { createTokenSource, type AccessTokenReply, type IdTokenReply, type RefreshReply, type TokenOwner, type TokenSource } from './token-source.ts';

let source: TokenSource | undefined;

/** A valid Cognito access token of a live session; it stays on the server. */
export function accessToken(session: SessionFacts): Promise<AccessTokenReply> {
  return theSource().accessToken(ownerOf(session));
}

/** A valid Cognito id token of a live session; it stays on the server. */
export function idToken(session: SessionFacts): Promise<IdTokenReply> {
  return theSource().idToken(ownerOf(session));
}

function theSource(): TokenSource {
  source ??= createTokenSource({
    redis: redis(), ring: keyRing(), crypto, now: Date.now, wait: (ms) => wait(ms),
    refresh: refreshAndCount, revoke: revokeRefreshToken, note: audit,
  });
  return source;
}

const OUTCOMES = { tokens: 'renewed', dead: 'refused', unavailable: 'unavailable' } as const satisfies Record<RefreshReply['kind'], string>;

async function refreshAndCount(refreshToken: string): Promise<RefreshReply> {
  const reply = await refreshTokens(refreshToken);
  metrics.add('refreshes', { outcome: OUTCOMES[reply.kind] });
  return reply;
}

function ownerOf(session: SessionFacts): TokenOwner {
  return { hash: session.hash, id: session.id, userId: session.user.id, dataKey: secretsOf(session).seal.dataKey };
}
