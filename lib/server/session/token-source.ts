import 'server-only';
import { decodeJwt } from 'jose';
import * as limits from '../../core/limits.ts';
import { randomToken, type CryptoPort } from '../../core/session/crypto-port.ts';
import type { KeyRing } from '../../core/session/key-ring.ts';
import { RedisUnavailable, RETRY_AFTER_SECONDS, type RedisPort } from '../../core/session/redis-port.ts';
import type { AuditEvent } from '../../core/session/scripts/audit-log.ts';
import { commitRefresh, lockRefresh, readTokens, unlockRefresh } from '../../core/session/scripts/refresh-lock.ts';
import { revokeSession } from '../../core/session/scripts/revoke-session.ts';
import { lockVault, openVault } from '../../core/session/token-vault.ts';
import { sessionTokens, type SessionTokens } from './tokens.ts';

/**
 * A valid access or id token for a session, renewed where it is needed and nowhere else.
 *
 *   callers ─► one promise a session in this process ─► lock l:<H> in Redis ─► Cognito ─► commit (compare-and-set)
 *
 * With rotation on, two refreshes of one token look like theft to Cognito, so exactly one goes out however
 * many tabs or instances ask; a loser waits for the winner's tokens. Only Cognito's own word that the token is
 * dead ends the session. A refresh that comes back after a revocation is thrown away, its new token revoked.
 * Rejected: refreshing in the middleware, where every request of a page load would race.
 */
export type AccessTokenReply =
  | { kind: 'token'; accessToken: string }
  | { kind: 'ended' }
  | { kind: 'unknown'; retryAfterSeconds: number };

/** As `AccessTokenReply`; `unknown` as well when Cognito's refresh brings none. */
export type IdTokenReply =
  | { kind: 'token'; idToken: string }
  | { kind: 'ended' }
  | { kind: 'unknown'; retryAfterSeconds: number };

export type RefreshReply =
  | { kind: 'tokens'; accessToken: string; idToken?: string; /** Absent when rotation is off. */ refreshToken?: string; expiresInSeconds: number }
  /** Cognito's word that this refresh token is dead; `reason` is the exception's name. */
  | { kind: 'dead'; reason: string }
  | { kind: 'unavailable' };

export interface TokenSourceDeps {
  redis: RedisPort;
  ring: KeyRing;
  crypto: CryptoPort;
  now(): number;
  wait(ms: number): Promise<void>;
  refresh(refreshToken: string): Promise<RefreshReply>;
  /** Best effort; whether Cognito confirmed. */
  revoke(refreshToken: string): Promise<boolean>;
  note(event: AuditEvent): Promise<void>;
}

export interface TokenOwner {
  /** H of the live record. */
  hash: string;
  id: string;
  userId: string;
  dataKey: string;
}

/** How long a loser of the race waits for the winner; less than a person would. */
const PATIENCE_MS = 6_000;
const POLL_MS = 120;
/** A token this close to its end may die on the way to Cognito. */
const USABLE_MS = 5_000;
const UNKNOWN = { kind: 'unknown', retryAfterSeconds: RETRY_AFTER_SECONDS } as const;

/** Which token somebody waits for; both are renewed together. */
type Need = 'access' | 'id';
type Found = { kind: 'found'; tokens: SessionTokens } | { kind: 'ended' } | typeof UNKNOWN;

export interface TokenSource {
  accessToken(owner: TokenOwner): Promise<AccessTokenReply>;
  /** For the identity pool, which takes no other. */
  idToken(owner: TokenOwner): Promise<IdTokenReply>;
}

export function createTokenSource(deps: TokenSourceDeps): TokenSource {
  const { redis, ring, crypto, now } = deps;
  const underWay = new Map<string, Promise<Found>>();
  const open = (owner: TokenOwner, envelope: string) => openVault(crypto, ring, owner.dataKey, owner.hash, envelope, sessionTokens);
  const left = (tokens: SessionTokens, need: Need) => (need === 'access' ? tokens.accessExpiresAtMs : idExpiresAtMs(tokens)) - now();
  const token = (tokens: SessionTokens): Found => ({ kind: 'found', tokens });

  async function find(owner: TokenOwner, need: Need): Promise<Found> {
    const stored = await readTokens(redis, owner.hash);
    if (stored.kind === 'absent') return { kind: 'ended' };
    // Another tab has just replaced the id; the browser has, or will have, the cookie to come again with.
    if (stored.kind === 'moved') return UNKNOWN;
    const tokens = await open(owner, stored.envelope);
    if (tokens !== undefined && left(tokens, need) > limits.refreshAheadMs) return token(tokens);
    const giveUpAtMs = now() + PATIENCE_MS;
    for (;;) {
      const lock = randomToken(crypto, 16);
      const held = await lockRefresh(redis, owner.hash, lock);
      if (held.kind === 'absent') return { kind: 'ended' };
      if (held.kind === 'moved') return UNKNOWN;
      const current = await open(owner, held.envelope);
      if (held.kind === 'locked') return refreshLocked(owner, need, lock, held.generation, current);
      if (current !== undefined && left(current, need) > USABLE_MS) return token(current);
      if (now() >= giveUpAtMs) return UNKNOWN;
      await deps.wait(POLL_MS);
    }
  }

  async function refreshLocked(owner: TokenOwner, need: Need, lock: string, generation: number, tokens: SessionTokens | undefined): Promise<Found> {
    let isLocked = true;
    try {
      // Nothing opens: the cookie holds a replaced data key, or its pepper is gone. Cognito said nothing, so nothing ends.
      if (tokens === undefined) return UNKNOWN;
      // Somebody else was quicker between our reading and our lock.
      if (left(tokens, need) > limits.refreshAheadMs) return token(tokens);
      const reply = await deps.refresh(tokens.refreshToken);
      if (reply.kind === 'unavailable') return left(tokens, need) > USABLE_MS ? token(tokens) : UNKNOWN;
      if (reply.kind === 'dead') {
        await revokeSession(redis, owner.hash);
        isLocked = false;
        await deps.note({ kind: 'refresh-refused', user: owner.userId, session: owner.id, detail: reply.reason });
        return { kind: 'ended' };
      }
      const fresh: SessionTokens = {
        accessToken: reply.accessToken,
        ...(reply.idToken !== undefined && { idToken: reply.idToken }),
        refreshToken: reply.refreshToken ?? tokens.refreshToken,
        accessExpiresAtMs: now() + reply.expiresInSeconds * 1000,
      };
      const envelope = await lockVault(crypto, ring, owner.dataKey, owner.hash, fresh);
      const outcome = await commit({ hash: owner.hash, lock, generation, envelope });
      isLocked = outcome === 'changed';
      if (outcome === 'absent') {
        const revoked = await deps.revoke(fresh.refreshToken);
        const detail = revoked ? 'the new token was revoked' : 'the new token could not be revoked';
        await deps.note({ kind: 'refresh-discarded', user: owner.userId, session: owner.id, detail });
        return { kind: 'ended' };
      }
      if (outcome === 'changed') return UNKNOWN;
      await deps.note({ kind: 'refresh', user: owner.userId, session: owner.id });
      return token(fresh);
    } finally {
      if (isLocked) await unlockRefresh(redis, owner.hash, lock).catch(() => undefined);
    }
  }

  /** The old token is used up by now, so a commit that Redis did not answer is worth repeating; it is idempotent. */
  async function commit(change: Parameters<typeof commitRefresh>[1]): ReturnType<typeof commitRefresh> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await commitRefresh(redis, change);
      } catch (error) {
        if (!(error instanceof RedisUnavailable) || tries === 4) throw error;
        await deps.wait(tries * 500);
      }
    }
  }

  function findOnce(owner: TokenOwner, need: Need): Promise<Found> {
    // By data key as well: who cannot open the vault must not ride on somebody who can.
    const name = `${need} ${owner.hash} ${owner.dataKey}`;
    const running = underWay.get(name);
    if (running !== undefined) return running;
    const started = find(owner, need)
      .catch((error: unknown) => {
        if (error instanceof RedisUnavailable) return UNKNOWN;
        throw error;
      })
      .finally(() => underWay.delete(name));
    underWay.set(name, started);
    return started;
  }

  return {
    async accessToken(owner) {
      const found = await findOnce(owner, 'access');
      return found.kind === 'found' ? { kind: 'token', accessToken: found.tokens.accessToken } : found;
    },
    async idToken(owner) {
      const found = await findOnce(owner, 'id');
      if (found.kind !== 'found') return found;
      return found.tokens.idToken === undefined ? UNKNOWN : { kind: 'token', idToken: found.tokens.idToken };
    },
  };
}

/** As the token says it, for a pool may give id tokens another life than access tokens; long past when there is none. */
function idExpiresAtMs({ idToken }: SessionTokens): number {
  try {
    return idToken === undefined ? 0 : (decodeJwt(idToken).exp ?? 0) * 1000;
  } catch {
    return 0;
  }
}
