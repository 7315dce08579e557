import { createHash, randomBytes, randomUUID } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import type { State } from './state.ts';

/**
 * All tokens that descend from one sign-in. Its name is the `origin_jti` of every access token, so revoking the
 * family revokes those as well. Refresh tokens are kept as SHA-256 only: they are 384 random bits, which needs
 * no slow hash.
 */
export interface Family {
  originJti: string;
  sub: string;
  /** Seconds since 1970, for `auth_time`. */
  authTime: number;
  /** Milliseconds since 1970; rotation does not prolong it. */
  expiresAt: number;
  revoked: boolean;
  /** The app client that it was issued to; absent in an older file: the confidential one. */
  clientId?: string;
  /** What managed login granted; absent: signed in through the API, which grants `aws.cognito.signin.user.admin`. */
  scopes?: string[];
  /** Oldest first; `rotatedAt` is when the token was first exchanged. */
  tokens: { hash: string; rotatedAt?: number }[];
}

export type Rotation =
  | { kind: 'rotated'; family: Family; refreshToken: string }
  | { kind: 'unknown' | 'revoked' | 'expired' | 'reused' };

export type Use = { kind: 'live'; family: Family } | { kind: 'unknown' | 'revoked' | 'expired' };

export interface RefreshTokens {
  begin(sub: string, grant?: Partial<Pick<Family, 'clientId' | 'scopes' | 'authTime'>>): { family: Family; refreshToken: string };
  /**
   * Exchanges a token. One that was exchanged longer ago than the grace period ends its whole family. Another
   * client's token is unknown (RFC 6749 10.4); without a client id it is the confidential client's.
   */
  rotate(refreshToken: string, clientId?: string): Rotation;
  /** The same for a client without rotation: the token stays. */
  use(refreshToken: string, clientId: string): Use;
  isLive(originJti: string): boolean;
  /** Nothing happens when the token is unknown (RFC 7009 2.2); false when it is another client's. */
  revoke(refreshToken: string, clientId?: string): boolean;
  revokeAll(sub: string): void;
  revokeFamily(originJti: string): void;
  /** Forgets a family that nobody was told of. */
  discard(originJti: string): void;
  /** When the person is deleted: nothing of them stays. */
  remove(sub: string): void;
}

export interface RefreshTokenOptions {
  state: State;
  /** Whose the families are that name no client. */
  clientId: string;
  now: () => number;
  lifeMs: number;
  /** How long an exchanged token may be sent again: 0 to 60 seconds in AWS. */
  graceMs: number;
  /** A family is kept this much longer than its tokens live, because access tokens issued last still ask for it. */
  accessLifeMs: number;
}

export function createRefreshTokens({ state, clientId: confidential, now, lifeMs, graceMs, accessLifeMs }: RefreshTokenOptions): RefreshTokens {
  const byHash = new Map<string, Family>();
  const byOrigin = new Map<string, Family>();
  const index = (family: Family) => {
    byOrigin.set(family.originJti, family);
    for (const { hash } of family.tokens) byHash.set(hash, family);
  };
  const drop = (isDropped: (family: Family) => boolean) => {
    const dropped = state.families.filter(isDropped);
    if (dropped.length === 0) return;
    state.families = state.families.filter((family) => !isDropped(family));
    for (const family of dropped) {
      byOrigin.delete(family.originJti);
      for (const { hash } of family.tokens) byHash.delete(hash);
    }
  };
  const addToken = (family: Family): string => {
    const refreshToken = randomBytes(48).toString('base64url');
    const hash = hashOf(refreshToken);
    family.tokens.push({ hash });
    byHash.set(hash, family);
    while (family.tokens.length > limits.cognitoRotationsMax) byHash.delete(family.tokens.shift()!.hash);
    return refreshToken;
  };
  const isOf = (family: Family, clientId: string) => (family.clientId ?? confidential) === clientId;
  const look = (refreshToken: string, clientId: string) => {
    const hash = hashOf(refreshToken);
    const family = byHash.get(hash);
    const token = family?.tokens.find((candidate) => candidate.hash === hash);
    if (family === undefined || token === undefined || !isOf(family, clientId)) return { kind: 'unknown' as const };
    if (family.revoked) return { kind: 'revoked' as const };
    if (now() >= family.expiresAt) return { kind: 'expired' as const };
    return { kind: 'live' as const, family, token };
  };
  state.families.forEach(index);

  return {
    begin(sub, grant = {}) {
      drop((family) => now() >= family.expiresAt + accessLifeMs);
      const family: Family = { originJti: randomUUID(), sub, authTime: Math.floor(now() / 1000), expiresAt: now() + lifeMs, revoked: false, ...grant, tokens: [] };
      state.families.push(family);
      byOrigin.set(family.originJti, family);
      return { family, refreshToken: addToken(family) };
    },
    rotate(refreshToken, clientId = confidential) {
      const found = look(refreshToken, clientId);
      if (found.kind !== 'live') return { kind: found.kind };
      const { family, token } = found;
      if (token.rotatedAt !== undefined && now() >= token.rotatedAt + graceMs) {
        family.revoked = true;
        return { kind: 'reused' };
      }
      token.rotatedAt ??= now();
      return { kind: 'rotated', family, refreshToken: addToken(family) };
    },
    use(refreshToken, clientId) {
      const found = look(refreshToken, clientId);
      return found.kind === 'live' ? { kind: 'live', family: found.family } : { kind: found.kind };
    },
    isLive(originJti) {
      const family = byOrigin.get(originJti);
      return family !== undefined && !family.revoked;
    },
    revoke(refreshToken, clientId = confidential) {
      const family = byHash.get(hashOf(refreshToken));
      if (family === undefined) return true;
      if (!isOf(family, clientId)) return false;
      family.revoked = true;
      return true;
    },
    revokeAll(sub) {
      for (const family of state.families) if (family.sub === sub) family.revoked = true;
    },
    revokeFamily(originJti) {
      const family = byOrigin.get(originJti);
      if (family !== undefined) family.revoked = true;
    },
    discard: (originJti) => drop((family) => family.originJti === originJti),
    remove: (sub) => drop((family) => family.sub === sub),
  };
}

function hashOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('base64');
}
