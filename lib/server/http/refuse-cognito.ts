import 'server-only';
import type { Refusal } from '../cognito/fault.ts';
import { refuse, refuseUnavailable } from './answer.ts';

/** What the person hears when a code or a new password is refused. Faults that name an account sound like a wrong code. */
export function refuseCognito({ fault, message }: Refusal): Response {
  switch (fault) {
    case 'password-policy':
      return refuse('password-policy', passwordSentence(message));
    case 'limit':
      return refuse('too-many-attempts', 'There were too many attempts; try again in 15 minutes.', { retryAfterSeconds: 900 });
    case 'unavailable':
      return refuseUnavailable(5);
    case 'invalid':
      return refuse('invalid-request', 'The sign-in service does not accept that; check what you typed.');
    // "Expired" is said of existing accounts only (also when no code is under way), "mismatch" of unknown ones
    // too: the difference would tell who has an account.
    case 'code-expired':
    case 'code-mismatch':
    case 'unknown-user':
    case 'not-authorized':
    case 'not-confirmed':
    case 'reset-required':
    case 'exists':
    case 'token-reuse':
      return refuse('wrong-code', 'That code is not right, or no longer valid; check it, or ask for a new one.');
  }
}

/** Cognito names the rule, e.g. "Password did not conform with policy: Password must have uppercase characters". */
export function passwordSentence(message: string): string {
  const [, rule] = /policy: ([\w ,.'-]{3,160}?)\.?$/.exec(message) ?? [];
  if (rule === undefined) return 'The password was refused; make it longer, and mix letters, digits and symbols.';
  return `Choose another password; this one was refused: ${rule.charAt(0).toLowerCase()}${rule.slice(1)}.`;
}
