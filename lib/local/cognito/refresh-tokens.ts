import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { limits } from '../../core/limits.ts';
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
  /** Oldest first; `rotatedAt` is when the token was first exchanged. */
  tokens: { hash: string; rotatedAt?: number }[];
}

export type Rotation =
  | { kind: 'rotated'; family: Family; refreshToken: string }
  | { kind: 'unknown' | 'revoked' | 'expired' | 'reused' };

export interface RefreshTokens {
  begin(sub: string): { family: Family; refreshToken: string };
  /** Exchanges a token. One that was exchanged longer ago than the grace period ends its whole family. */
  rotate(refreshToken: string): Rotation;
  isLive(originJti: string): boolean;
  /** Nothing happens when the token is unknown (RFC 7009 2.2). */
  revoke(refreshToken: string): void;
  revokeAll(sub: string): void;
  /** When the person is deleted: nothing of them stays. */
  remove(sub: string): void;
}

export interface RefreshTokenOptions {
  state: State;
  now: () => number;
  lifeMs: number;
  /** How long an exchanged token may be sent again: 0 to 60 seconds in AWS. */
  graceMs: number;
  /** A family is kept this much longer than its tokens live, because access tokens issued last still ask for it. */
  accessLifeMs: number;
}

export function createRefreshTokens({ state, now, lifeMs, graceMs, accessLifeMs }: RefreshTokenOptions): RefreshTokens {
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
  state.families.forEach(index);

  return {
    begin(sub) {
      drop((family) => now() >= family.expiresAt + accessLifeMs);
      const family: Family = { originJti: randomUUID(), sub, authTime: Math.floor(now() / 1000), expiresAt: now() + lifeMs, revoked: false, tokens: [] };
      state.families.push(family);
      byOrigin.set(family.originJti, family);
      return { family, refreshToken: addToken(family) };
    },
    rotate(refreshToken) {
      const hash = hashOf(refreshToken);
      const family = byHash.get(hash);
      const token = family?.tokens.find((candidate) => candidate.hash === hash);
      if (family === undefined || token === undefined) return { kind: 'unknown' };
      if (family.revoked) return { kind: 'revoked' };
      if (now() >= family.expiresAt) return { kind: 'expired' };
      if (token.rotatedAt !== undefined && now() >= token.rotatedAt + graceMs) {
        family.revoked = true;
        return { kind: 'reused' };
      }
      token.rotatedAt ??= now();
      return { kind: 'rotated', family, refreshToken: addToken(family) };
    },
    isLive(originJti) {
      const family = byOrigin.get(originJti);
      return family !== undefined && !family.revoked;
    },
    revoke(refreshToken) {
      const family = byHash.get(hashOf(refreshToken));
      if (family !== undefined) family.revoked = true;
    },
    revokeAll(sub) {
      for (const family of state.families) if (family.sub === sub) family.revoked = true;
    },
    remove: (sub) => drop((family) => family.sub === sub),
  };
}

function hashOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('base64');
}
