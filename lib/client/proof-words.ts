import 'client-only';

/**
 * How a session was begun (`Proof` of lib/core/session) in plain words, to follow "signed in"; undefined for one that is
 * new to this page. `whose`: the reader's, or somebody else's.
 */
export function proofWords(proof: string | undefined, whose: 'your' | 'their' = 'your'): string | undefined {
  return PROOFS.get(proof ?? '')?.(whose);
}

const PROOFS: ReadonlyMap<string, (whose: string) => string> = new Map<string, (whose: string) => string>([
  ['password', (whose) => `with ${whose} password`],
  ['totp', () => 'with password and authenticator app'],
  ['email-code', (whose) => `with a code from ${whose} mail`],
  ['passkey', () => 'with a passkey'],
  ['managed-login', () => 'through managed login'],
]);
