import { createHash } from 'node:crypto';
import { finishSignIn } from '../finish-sign-in.ts';
import type { Pool } from '../pool.ts';
import { refuse } from '../service-error.ts';
import type { User } from '../users.ts';
import { parseAuthentication } from '../web-authn/parse-credential.ts';
import { readClientData } from '../web-authn/read-client-data.ts';
import { ceremonyTimeoutMs, passkeysOf, userHandleOf, userVerificationOf } from '../web-authn/settings.ts';
import { verifyAuthentication } from '../web-authn/verify-authentication.ts';
import type { ChallengeAnswer } from './challenge-answer.ts';

/**
 * The WEB_AUTHN challenge for a person who has a passkey, or undefined: "Passkey sign-in" under "Authentication flows" in the
 * developer guide, and `ChallengeParameters` of API_InitiateAuth.
 */
export async function beginWebAuthn(pool: Pool, user: User): Promise<WebAuthnChallenge | undefined> {
  const passkeys = passkeysOf(pool, user);
  if (passkeys.length === 0) return undefined;
  const session = pool.challenges.begin(user.sub, 'WEB_AUTHN');
  const options = {
    challenge: challengeOf(session),
    timeout: ceremonyTimeoutMs,
    rpId: pool.config.relyingPartyId,
    allowCredentials: passkeys.map(({ credentialId, transports }) => ({ type: 'public-key', id: credentialId, transports })),
    userVerification: userVerificationOf(pool, user),
  };
  return { ChallengeName: 'WEB_AUTHN', Session: session, ChallengeParameters: { USER_ID_FOR_SRP: user.sub, CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(options) } };
}

export interface WebAuthnChallenge {
  ChallengeName: 'WEB_AUTHN';
  Session: string;
  ChallengeParameters: { USER_ID_FOR_SRP: string; CREDENTIAL_REQUEST_OPTIONS: string };
}

/**
 * The answer, in `CREDENTIAL`. The session is used up before the signature is checked, right or wrong: an honest answer is
 * never nearly right, and two copies of one answer must not both be judged.
 */
export const webAuthn: ChallengeAnswer = async ({ user, session, clientId, responses, consume }, pool) => {
  if (!responses.CREDENTIAL) throw refuse.invalid('Missing required parameter CREDENTIAL');
  const response = parseAuthentication(responses.CREDENTIAL);
  const { challenge, origin, isOriginAllowed } = readClientData(response.response.clientDataJSON, 'webauthn.get', pool.config.relyingPartyId);
  consume();

  const passkey = passkeysOf(pool, user).find(({ credentialId }) => credentialId === response.id);
  const { userHandle } = response.response;
  const isTheirs = userHandle === undefined || userHandle === userHandleOf(user.sub);
  if (passkey === undefined || !isTheirs || !isOriginAllowed || challenge !== challengeOf(session)) throw refuse.wrongCredentials();
  const verified = await verifyAuthentication(response, passkey, { challenge, origin, requireUserVerification: userVerificationOf(pool, user) === 'required' });
  if (verified === undefined) throw refuse.wrongCredentials();
  // While the signature was checked another answer may have moved the counter, or the passkey or the person may have gone.
  const isStale = passkey.counter > 0 && verified.counter <= passkey.counter;
  if (isStale || !user.passkeys.includes(passkey) || pool.users.find(user.sub) !== user) throw refuse.wrongCredentials();
  passkey.counter = verified.counter;
  return finishSignIn(pool, user, { clientId, proven: verified.isUserVerified ? 'passkey' : 'first-factor' });
};

/** Bound to the session without being kept: 384 random bits go in, and none of them can be told from the hash. */
function challengeOf(session: string): string {
  return createHash('sha256').update(session).digest('base64url');
}
