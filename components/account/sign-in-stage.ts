import type { SignInReply } from '@/lib/client/account.ts';

/** What the sign-in page shows. */
export type SignInStage =
  /** Address, password and the other ways in. */
  | { kind: 'start' }
  | { kind: 'challenge'; challenge: Challenge }
  /** Signed in, and the codes of the new authenticator app are shown this once. */
  | { kind: 'codes'; codes: readonly string[]; email: string }
  /** Signed in with a recovery code: the authenticator app is off. */
  | { kind: 'recovered'; codesLeft: number }
  | { kind: 'leaving' };

/** What the server asks, as contract.md names it, with what it shows for it. */
export type Challenge =
  | { name: 'totp' | 'new-password' }
  | { name: 'email-code'; outbox: string | undefined }
  | { name: 'totp-setup'; secret: string; uri: string }
  | { name: 'unknown' };

/** A recovery code was taken in this sign-in; how many are left. */
export interface Recovery {
  codesLeft: number;
}

/** Where an answer of the server leads; a recovery code that was taken waits for the sign-in after it. */
export function stageAfterReply(reply: Exclude<SignInReply, { status: 'recovered' }>, recovery: Recovery | undefined): SignInStage {
  if (reply.status === 'challenge') return { kind: 'challenge', challenge: challengeOf(reply) };
  // A new app was set up on the way, so nothing is off any more.
  if (reply.recoveryCodes !== undefined) return { kind: 'codes', codes: reply.recoveryCodes, email: reply.user.email };
  return recovery === undefined ? { kind: 'leaving' } : { kind: 'recovered', codesLeft: recovery.codesLeft };
}

function challengeOf({ challenge, secret, uri, outbox }: Extract<SignInReply, { status: 'challenge' }>): Challenge {
  switch (challenge) {
    case 'totp':
    case 'new-password':
      return { name: challenge };
    case 'email-code':
      return { name: challenge, outbox };
    case 'totp-setup':
      return secret === undefined || uri === undefined ? { name: 'unknown' } : { name: challenge, secret, uri };
    default:
      return { name: 'unknown' };
  }
}

/** `3 recovery codes are left.` */
export function codesLeftInWords(count: number): string {
  if (count === 0) return 'No recovery code is left.';
  return count === 1 ? 'One recovery code is left.' : `${count} recovery codes are left.`;
}
