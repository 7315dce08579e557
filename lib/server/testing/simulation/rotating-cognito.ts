import type { RefreshReply } from '../../session/token-source.ts';
import { Violation } from './violation.ts';

/**
 * Cognito's refresh-token rotation, as far as races can see it, on the simulation's clock: each use makes a new
 * token, the used one still answers for a grace of 60 s, after that its use is noticed and nothing is given.
 * Stricter than AWS says it is: a token that was issued but overtaken by another of the same family is dead.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
export interface Family {
  name: string;
  current: string;
  currentFromMs: number;
  /** The used token and the end of its grace. */
  previous: { token: string; untilMs: number } | undefined;
  isRevoked: boolean;
  /** Cognito said that its tokens are dead. */
  isDead: boolean;
  refreshes: number;
  /** Requests that arrived and whose answer is still on its way. */
  inFlight: number;
  /** A fault hit somebody who had the new token in hand: one more refresh, or a dead family, may follow. */
  mayRepeat: boolean;
}

export const TOKEN_LIFE_MS = 100_000;
/** What `limits.refreshAheadMs` leaves of it: nobody may ask again earlier. */
export const WINDOW_MS = 40_000;
const GRACE_MS = 60_000;

export interface RotatingCognito {
  families: Family[];
  signIn(nowMs: number): { family: Family; accessToken: string; refreshToken: string; accessExpiresAtMs: number };
  familyOf(token: string): Family | undefined;
  refresh(token: string, nowMs: number): RefreshReply;
  revoke(token: string): void;
}

export function createRotatingCognito(): RotatingCognito {
  const families: Family[] = [];
  const familyOf = (token: string) => families.find((family) => token.startsWith(`${family.name}:`));
  return {
    families,
    familyOf,
    signIn(nowMs) {
      const name = `family${families.length}`;
      const family: Family = {
        name, current: `${name}:refresh0`, currentFromMs: nowMs, previous: undefined, isRevoked: false, isDead: false, refreshes: 0, inFlight: 0, mayRepeat: false,
      };
      families.push(family);
      return { family, accessToken: `${name}:access0`, refreshToken: family.current, accessExpiresAtMs: nowMs + TOKEN_LIFE_MS };
    },
    refresh(token, nowMs) {
      const family = familyOf(token);
      if (family === undefined) throw new Violation(`a token that Cognito never gave was presented: ${token}`);
      if (family.isRevoked) return { kind: 'dead', reason: 'NotAuthorizedException' };
      if (!family.mayRepeat) {
        if (family.inFlight > 0) throw new Violation(`two refreshes of ${family.name} at one time`);
        if (token !== family.current) throw new Violation(`the used-up token ${token} was presented again`);
        if (nowMs < family.currentFromMs + WINDOW_MS) throw new Violation(`a second refresh of ${family.name} in one window`);
      }
      const isInGrace = family.previous?.token === token && nowMs < family.previous.untilMs;
      if (token !== family.current && !isInGrace) {
        family.isDead = true;
        return { kind: 'dead', reason: 'RefreshTokenReuseException' };
      }
      if (token === family.current) family.previous = { token, untilMs: nowMs + GRACE_MS };
      family.refreshes += 1;
      family.current = `${family.name}:refresh${family.refreshes}`;
      family.currentFromMs = nowMs;
      return { kind: 'tokens', accessToken: `${family.name}:access${family.refreshes}`, refreshToken: family.current, expiresInSeconds: TOKEN_LIFE_MS / 1000 };
    },
    revoke(token) {
      const family = familyOf(token);
      if (family !== undefined) family.isRevoked = true;
    },
  };
}
