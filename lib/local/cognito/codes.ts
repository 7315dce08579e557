import { randomInt } from 'node:crypto';
import type { Outbox } from '../outbox/outbox.ts';
import { createAttemptWindow } from './attempt-window.ts';
import { refuse } from './service-error.ts';
import { canonical, type CodePurpose, type User } from './users.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Cognito's lives of a code: 24 hours to confirm a sign-up, 1 hour to reset a password. */
const kinds: Record<CodePurpose, { lifeMs: number; subject: string }> = {
  'sign-up': { lifeMs: 24 * HOUR_MS, subject: 'Your Selkie confirmation code' },
  reset: { lifeMs: HOUR_MS, subject: 'Your Selkie password reset code' },
  // As long as the sign-in that waits for it ("Authentication session duration", 3 minutes by default).
  'email-otp': { lifeMs: 3 * 60 * 1000, subject: 'Your Selkie sign-in code' },
};

export interface CodeDelivery {
  CodeDeliveryDetails: { Destination: string; DeliveryMedium: 'EMAIL'; AttributeName: 'email' };
}

/** Six-digit codes by mail. Limits count for names of nobody too, so that they don't tell who exists. */
export interface Codes {
  /** Makes a code that replaces any older one. The caller saves the state, then calls `deliver`. */
  issue(user: User, purpose: CodePurpose): { deliver(): Promise<void> };
  /** A code that the caller keeps. */
  draw(email: string, purpose: CodePurpose): { code: string; deliver(): Promise<void> };
  /** Throws LimitExceededException when this name asked for too many codes in an hour; else counts one. */
  countRequest(username: string, purpose: CodePurpose): void;
  /** Throws LimitExceededException after too many wrong codes in an hour. */
  requireGuess(username: string, purpose: CodePurpose): void;
  countWrongGuess(username: string, purpose: CodePurpose): void;
  /** Takes the code away if it is right; throws CodeMismatch or ExpiredCode otherwise. */
  redeem(user: User, purpose: CodePurpose, code: string): void;
}

export function createCodes(outbox: Outbox, now: () => number): Codes {
  const requests = createAttemptWindow({ max: 20, windowMs: HOUR_MS, now });
  const guesses = createAttemptWindow({ max: 5, windowMs: HOUR_MS, now });
  const nameOf = (username: string, purpose: CodePurpose) => `${purpose} ${canonical(username)}`;

  const draw = (email: string, purpose: CodePurpose) => {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    return { code, deliver: () => outbox.deliver({ to: email, subject: kinds[purpose].subject, code }) };
  };

  return {
    issue(user, purpose) {
      const { code, deliver } = draw(user.email, purpose);
      user.codes[purpose] = { code, expiresAt: now() + kinds[purpose].lifeMs };
      return { deliver };
    },
    draw,
    countRequest(username, purpose) {
      const name = nameOf(username, purpose);
      requests.require(name);
      requests.add(name);
    },
    requireGuess: (username, purpose) => guesses.require(nameOf(username, purpose)),
    countWrongGuess: (username, purpose) => guesses.add(nameOf(username, purpose)),
    redeem(user, purpose, code) {
      const pending = user.codes[purpose];
      if (pending === undefined || now() >= pending.expiresAt) throw refuse.expiredCode();
      if (pending.code !== code) {
        guesses.add(nameOf(user.sub, purpose));
        throw refuse.wrongCode();
      }
      delete user.codes[purpose];
      guesses.forget(nameOf(user.sub, purpose));
    },
  };
}

/** How AWS describes a delivery: `a***@e***`. Made from what was typed, so it is the same for nobody's address. */
export function deliveryTo(email: string): CodeDelivery {
  const at = email.lastIndexOf('@');
  return {
    CodeDeliveryDetails: {
      Destination: `${email.charAt(0)}***@${email.charAt(at + 1)}***`,
      DeliveryMedium: 'EMAIL',
      AttributeName: 'email',
    },
  };
}
