import { randomBytes } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import { ServiceError } from './service-error.ts';
import type { SrpExchange } from './srp.ts';
import type { SecondFactor } from './users.ts';

/** What a challenge must remember for its answer. */
export interface ChallengeData {
  /** PASSWORD_VERIFIER. */
  srp?: SrpExchange;
  /** EMAIL_OTP: the code that was mailed for this very sign-in, and whether a first factor was right before. */
  code?: string;
  isSecond?: boolean;
  /** SELECT_CHALLENGE and SELECT_MFA_TYPE: what was offered. */
  offered?: readonly string[];
  /** MFA_SETUP: the authenticator's secret that AssociateSoftwareToken made, and whether VerifySoftwareToken saw a code. */
  secret?: string;
  factor?: SecondFactor;
}

export interface ChallengeSession {
  sub: string;
  challenge: string;
  /** Who was given the session; only that app client may answer. Absent: nobody yet. */
  clientId?: string;
  data: ChallengeData;
}

/**
 * `Session` strings between the steps of a sign-in: random, for one person, one challenge and one app client, for
 * three minutes (Cognito's default), and once. In memory only: after a restart the person signs in from the start.
 */
export interface ChallengeSessions {
  begin(sub: string, challenge: string, data?: ChallengeData): string;
  /** Throws NotAuthorizedException unless the session is that person's (when given), for that challenge, and alive. */
  require(session: string, sub: string | undefined, challenge: string): ChallengeSession;
  /** For the operations that name nobody: the session alone says who it is. */
  open(session: string, challenge: string): ChallengeSession;
  /** Keeps a session to the app client that it is handed to. */
  bind(session: string, clientId: string): void;
  /** Ends a session for a new one of the same person, challenge and app client. Throws when it has been used meanwhile. */
  replace(session: string, data: ChallengeData): string;
  /** Ends a session; false when it has been used meanwhile. */
  consume(session: string): boolean;
}

const LIFE_MS = 3 * 60 * 1000;
/** "Within a few seconds", says API_RespondToAuthChallenge; AWS names no number, and slow clients need several. */
const SRP_LIFE_MS = 60 * 1000;

export function createChallengeSessions(now: () => number): ChallengeSessions {
  const sessions = new Map<string, ChallengeSession & { expiresAt: number }>();

  const open = (session: string, isIt: (found: ChallengeSession) => boolean) => {
    const found = sessions.get(session);
    if (found === undefined || !isIt(found)) throw new ServiceError('NotAuthorizedException', 'Invalid session for the user.');
    if (now() >= found.expiresAt) {
      sessions.delete(session);
      throw new ServiceError('NotAuthorizedException', 'Invalid session for the user, session is expired.');
    }
    return found;
  };

  const add = (entry: ChallengeSession) => {
    const session = randomBytes(48).toString('base64url');
    const lifeMs = entry.challenge === 'PASSWORD_VERIFIER' ? SRP_LIFE_MS : LIFE_MS;
    sessions.set(session, { ...entry, expiresAt: now() + lifeMs });
    for (const oldest of sessions.keys()) {
      if (sessions.size <= limits.cognitoCountersMax) break;
      sessions.delete(oldest);
    }
    return session;
  };

  return {
    begin: (sub, challenge, data = {}) => add({ sub, challenge, data }),
    replace(session, data) {
      const found = open(session, () => true);
      sessions.delete(session);
      return add({ ...found, data });
    },
    require: (session, sub, challenge) => open(session, (found) => found.sub === sub && found.challenge === challenge),
    open: (session, challenge) => open(session, (found) => found.challenge === challenge),
    bind(session, clientId) {
      const found = sessions.get(session);
      if (found !== undefined) found.clientId = clientId;
    },
    consume: (session) => sessions.delete(session),
  };
}
