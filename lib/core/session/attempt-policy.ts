import type { AttemptCounter } from './scripts/count-attempt.ts';

/**
 * How often somebody may knock. Counted before the work, on all counters at once; a sign-in that succeeds is
 * taken back, so only failures add up. By account alone a stranger could lock a person out: a browser where
 * that person has signed in before (device cookie) counts on a counter of its own instead.
 */
export type AttemptKind = 'sign-in' | 'challenge' | 'password' | 'sign-up' | 'confirm' | 'resend' | 'forgot' | 'reset';

export interface AttemptSubject {
  /** Keyed hash of the address; never the address itself. */
  address: string;
  /** Keyed hash of the account's e-mail address; absent where none is given. */
  account?: string;
  /** Id in the device cookie, when that cookie is for this account. */
  knownDevice?: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Numbers {
  pairPerMinute: number;
  account: { limit: number; windowMs: number; freeOnes?: number };
  addressPerHour: number;
}

const GUESSING: Numbers = { pairPerMinute: 5, account: { limit: 20, windowMs: DAY, freeOnes: 5 }, addressPerHour: 200 };
/** A code has six digits and lives an hour at most: 10 guesses are a chance of 1 in 100,000. */
const CODE: Numbers = { pairPerMinute: 5, account: { limit: 10, windowMs: HOUR }, addressPerHour: 200 };
/** Each sends a mail to somebody. */
const MAIL: Numbers = { pairPerMinute: 3, account: { limit: 6, windowMs: HOUR }, addressPerHour: 200 };

const NUMBERS: Readonly<Record<AttemptKind, Numbers>> = {
  'sign-in': GUESSING,
  password: GUESSING,
  challenge: CODE,
  confirm: CODE,
  reset: CODE,
  'sign-up': MAIL,
  resend: MAIL,
  forgot: MAIL,
};

export function attemptCounters(kind: AttemptKind, subject: AttemptSubject): AttemptCounter[] {
  const { pairPerMinute, account, addressPerHour } = NUMBERS[kind];
  const byAddress = { key: `rl:${kind}:ip:${subject.address}`, limit: addressPerHour, windowMs: HOUR };
  if (subject.account === undefined) return [byAddress];
  const minute = { limit: pairPerMinute, windowMs: MINUTE };
  if (subject.knownDevice !== undefined) {
    // Nothing that a stranger could fill, not even from the same address.
    const device = `rl:${kind}:device:${subject.account}:${subject.knownDevice}`;
    return [{ key: `${device}:minute`, ...minute }, { key: device, ...account }];
  }
  return [
    byAddress,
    { key: `rl:${kind}:both:${subject.account}:${subject.address}`, ...minute },
    { key: `rl:${kind}:account:${subject.account}`, ...account },
  ];
}
