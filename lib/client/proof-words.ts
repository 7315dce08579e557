import 'client-only';

/** How a session was begun (`Proof` of lib/core/session) in plain words, to follow "signed in"; undefined for one that is new to this page. */
export function proofWords(proof: string | undefined): string | undefined {
  return PROOFS.get(proof ?? '');
}

const PROOFS: ReadonlyMap<string, string> = new Map([
  ['password', 'with your password'],
  ['totp', 'with password and authenticator app'],
  ['email-code', 'with a code from your mail'],
  ['passkey', 'with a passkey'],
  ['managed-login', 'through managed login'],
]);
