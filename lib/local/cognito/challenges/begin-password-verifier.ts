import type { Pool } from '../pool.ts';
import { refuse } from '../service-error.ts';
import { beginExchange } from '../srp.ts';
import type { User } from '../users.ts';

/**
 * The first half of SRP: the PASSWORD_VERIFIER challenge. Its SECRET_BLOCK, which AWS leaves opaque, is the session in
 * base64, because clients exist that send back the one and not the other.
 *
 * Who has no verifier yet (kept by a version without SRP) is answered as nobody is; one sign-in with the plain password
 * makes it.
 */
export function beginPasswordVerifier(pool: Pool, user: User, clientPublic: string): object {
  const { salt, verifier } = user.password.srp ?? pool.decoys.find(user.sub).password.srp!;
  const srp = beginExchange(verifier, clientPublic);
  if (srp === undefined) throw refuse.invalid('Invalid SRP_A');
  const session = pool.challenges.begin(user.sub, 'PASSWORD_VERIFIER', { srp });
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    Session: session,
    ChallengeParameters: {
      USERNAME: user.sub,
      USER_ID_FOR_SRP: user.sub,
      SALT: salt,
      SRP_B: srp.serverPublic,
      SECRET_BLOCK: secretBlockOf(session),
    },
  };
}

export function secretBlockOf(session: string): string {
  return Buffer.from(session).toString('base64');
}

/** The session of a SECRET_BLOCK; nonsense gives one that no table knows. */
export function sessionOf(secretBlock: string): string {
  return Buffer.from(secretBlock, 'base64').toString();
}
