import { randomBytes } from 'node:crypto';
import * as limits from '../../../core/limits.ts';
import { ServiceError } from '../service-error.ts';

/**
 * The challenges of StartWebAuthnRegistration until CompleteWebAuthnRegistration: each for one person and one app
 * client, for three minutes, and once. In memory only: after a restart the person starts the registration again.
 */
export interface RegistrationChallenges {
  begin(sub: string, clientId: string): string;
  /** Ends the challenge. Throws WebAuthnChallengeNotFoundException or WebAuthnClientMismatchException. */
  take(challenge: string, sub: string, clientId: string): void;
}

const LIFE_MS = 3 * 60 * 1000;

export function createRegistrationChallenges(now: () => number): RegistrationChallenges {
  const pending = new Map<string, { sub: string; clientId: string; expiresAt: number }>();
  return {
    begin(sub, clientId) {
      const challenge = randomBytes(32).toString('base64url');
      pending.set(challenge, { sub, clientId, expiresAt: now() + LIFE_MS });
      for (const oldest of pending.keys()) {
        if (pending.size <= limits.cognitoCountersMax) break;
        pending.delete(oldest);
      }
      return challenge;
    },
    take(challenge, sub, clientId) {
      const found = pending.get(challenge);
      // Another person's challenge stays usable for them.
      if (found === undefined || found.sub !== sub || now() >= found.expiresAt) {
        throw new ServiceError('WebAuthnChallengeNotFoundException', 'The registration challenge was not found or has expired.');
      }
      if (found.clientId !== clientId) {
        throw new ServiceError('WebAuthnClientMismatchException', 'The access token is for a different client than the one that started the registration.');
      }
      pending.delete(challenge);
    },
  };
}
