import type { AttemptCounter } from './scripts/count-attempt.ts';

/**
 * How often somebody may knock. Counted before the work, on all counters at once; a sign-in that succeeds is
 * taken back, so only failures add up. By account alone a stranger could lock a person out: a browser where
 * that person has signed in before (device cookie) counts on a counter of its own instead.
 *
 * Cognito has a lock of its own, for everybody: from the fifth wrong password on for 2^(n-5) seconds, forgotten
 * after 15 quiet minutes ("Lockout behavior for failed sign-in attempts",
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html). So strangers together get five
 * guesses, and then each further one comes after a pause that is longer than Cognito remembers: they can set
 * that lock off for one second, never for two.
 */
export type AttemptKind =
  | 'sign-in' | 'password' | 'step-up' | 'challenge' | 'confirm' | 'reset' | 'sign-up' | 'resend' | 'forgot' | 'email-code'
  | 'passkey' | 'managed-login';

export interface AttemptSubject {
  /** Keyed hash of the address; never the address itself. */
  address: string;
  /** Keyed hash of the account's e-mail address; absent where none is given. */
  account?: string;
  /** Id in the device cookie, when that cookie is for this account; or of a live session of this account. */
  knownDevice?: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Bound = Omit<AttemptCounter, 'key'>;

interface Numbers {
  /** Kinds of one name share their counters: a password guessed at another door is guessed. */
  counters: string;
  pairPerMinute: number;
  /** For all strangers together, by name of the window. */
  account: Readonly<Record<string, Bound>>;
  /** For one known device; the same as for strangers where absent. */
  device?: Readonly<Record<string, Bound>>;
  addressPerHour: number;
}

/** At most 20 in any 24 hours: the day begins anew with each of them, and is over after one without any. */
const PASSWORD: Numbers = {
  counters: 'password',
  pairPerMinute: 5,
  account: { day: { limit: 20, windowMs: DAY, untilQuiet: true, freeOnes: 4, firstPauseMs: 15.5 * MINUTE, longestPauseMs: HOUR } },
  device: { day: { limit: 20, windowMs: DAY, untilQuiet: true, freeOnes: 5, firstPauseMs: SECOND, longestPauseMs: 15 * MINUTE } },
  addressPerHour: 200,
};
/** A code has six digits: 20 guesses a day are a chance of 1 in 50,000. */
const code = (counters: string): Numbers => ({
  counters,
  pairPerMinute: 5,
  account: { hour: { limit: 10, windowMs: HOUR, untilQuiet: true }, day: { limit: 20, windowMs: DAY, untilQuiet: true } },
  addressPerHour: 200,
});
/** Each sends a mail to somebody. */
const mail = (counters: string): Numbers => ({ counters, pairPerMinute: 3, account: { hour: { limit: 6, windowMs: HOUR } }, addressPerHour: 200 });
/** A signature can't be guessed, so nothing here could be used to lock somebody out; these only spare Cognito. */
const spared = (counters: string): Numbers => ({ counters, pairPerMinute: 20, account: {}, addressPerHour: 200 });

const NUMBERS: Readonly<Record<AttemptKind, Numbers>> = {
  'sign-in': PASSWORD,
  password: PASSWORD,
  'step-up': PASSWORD,
  challenge: code('challenge'),
  confirm: code('confirm'),
  reset: code('reset'),
  'sign-up': mail('sign-up'),
  resend: mail('resend'),
  forgot: mail('forgot'),
  'email-code': mail('email-code'),
  passkey: spared('passkey'),
  'managed-login': spared('managed-login'),
};

export function attemptCounters(kind: AttemptKind, subject: AttemptSubject): AttemptCounter[] {
  const { counters, pairPerMinute, account, device = account, addressPerHour } = NUMBERS[kind];
  const byAddress = { key: `rl:${counters}:ip:${subject.address}`, limit: addressPerHour, windowMs: HOUR };
  if (subject.account === undefined) return [byAddress];
  const named = (prefix: string, bounds: Readonly<Record<string, Bound>>) => Object.entries(bounds).map(([name, bound]) => ({ key: `${prefix}:${name}`, ...bound }));
  const minute = { limit: pairPerMinute, windowMs: MINUTE };
  if (subject.knownDevice !== undefined) {
    // Nothing that a stranger could fill, not even from the same address.
    return named(`rl:${counters}:device:${subject.account}:${subject.knownDevice}`, { minute, ...device });
  }
  return [
    byAddress,
    { key: `rl:${counters}:both:${subject.account}:${subject.address}`, ...minute },
    ...named(`rl:${counters}:account:${subject.account}`, account),
  ];
}
