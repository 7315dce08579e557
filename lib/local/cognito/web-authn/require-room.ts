import * as limits from '../../../core/limits.ts';
import { ServiceError } from '../service-error.ts';
import type { User } from '../users.ts';

/** Throws LimitExceededException when the person has as many passkeys as Cognito allows ("Quotas in Amazon Cognito": 20). */
export function requireRoom(user: User): void {
  if (user.passkeys.length >= limits.passkeysPerPerson) {
    throw new ServiceError('LimitExceededException', `A user can have at most ${limits.passkeysPerPerson} passkeys.`);
  }
}
