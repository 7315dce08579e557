import { randomBytes } from 'node:crypto';
import { limits } from '../../core/limits.ts';
import { ServiceError } from './service-error.ts';

/**
 * `Session` strings between the steps of a sign-in: random, for one person and one challenge, for three minutes
 * (Cognito's default), and once. In memory only: after a restart the person signs in from the start.
 */
export interface ChallengeSessions {
  begin(sub: string, challenge: string): string;
  /** Throws NotAuthorizedException unless the session is that person's, for that challenge, and alive. */
  require(session: string, sub: string | undefined, challenge: string): void;
  /** Ends a session; false when it has been used meanwhile. */
  consume(session: string): boolean;
}

const LIFE_MS = 3 * 60 * 1000;

export function createChallengeSessions(now: () => number): ChallengeSessions {
  const sessions = new Map<string, { sub: string; challenge: string; expiresAt: number }>();
  return {
    begin(sub, challenge) {
      const session = randomBytes(48).toString('base64url');
      sessions.set(session, { sub, challenge, expiresAt: now() + LIFE_MS });
      for (const oldest of sessions.keys()) {
        if (sessions.size <= limits.cognitoCountersMax) break;
        sessions.delete(oldest);
      }
      return session;
    },
    require(session, sub, challenge) {
      const found = sessions.get(session);
      if (found === undefined || found.sub !== sub || found.challenge !== challenge) {
        throw new ServiceError('NotAuthorizedException', 'Invalid session for the user.');
      }
      if (now() >= found.expiresAt) {
        sessions.delete(session);
        throw new ServiceError('NotAuthorizedException', 'Invalid session for the user, session is expired.');
      }
    },
    consume: (session) => sessions.delete(session),
  };
}
