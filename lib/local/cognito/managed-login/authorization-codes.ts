import { randomBytes } from 'node:crypto';
import * as limits from '../../../core/limits.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

/** Who signed in, when, and what the code may be exchanged for. */
export interface CodeGrant {
  sub: string;
  /** Seconds since 1970. */
  authTime: number;
  request: AuthorizationRequest;
}

export type TakenCode =
  | { kind: 'fresh'; grant: CodeGrant; /** Ties the code to the family that came of it. */ gave(originJti: string): void }
  | { kind: 'used'; originJti: string | undefined }
  | { kind: 'unknown' };

/**
 * Codes that a browser carries back to the app: random, once, for five minutes ("The redirect and authorization
 * endpoint"). Used ones are remembered, because a code that comes twice has been stolen (RFC 6749 4.1.2). In memory:
 * after a restart the person signs in again.
 */
export interface AuthorizationCodes {
  issue(grant: CodeGrant): string;
  /** Burns the code, whatever becomes of the exchange: one that failed its checks has leaked. */
  take(code: string): TakenCode;
}

const LIFE_MS = 5 * 60 * 1000;

export function createAuthorizationCodes(now: () => number): AuthorizationCodes {
  const codes = new Map<string, { grant: CodeGrant; expiresAt: number; used: boolean; originJti?: string }>();
  return {
    issue(grant) {
      const code = randomBytes(32).toString('base64url');
      codes.set(code, { grant, expiresAt: now() + LIFE_MS, used: false });
      for (const oldest of codes.keys()) {
        if (codes.size <= limits.cognitoCountersMax) break;
        codes.delete(oldest);
      }
      return code;
    },
    take(code) {
      const found = codes.get(code);
      if (found === undefined) return { kind: 'unknown' };
      if (found.used) return { kind: 'used', originJti: found.originJti };
      found.used = true;
      if (now() >= found.expiresAt) return { kind: 'unknown' };
      return { kind: 'fresh', grant: found.grant, gave: (originJti) => void (found.originJti = originJti) };
    },
  };
}
