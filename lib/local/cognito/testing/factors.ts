import { Secret, TOTP } from 'otpauth';
import { config, secretHash, type TestPool } from './test-pool.ts';

/** What the confidential client sends as the answer to a challenge, under the real user name. */
export function answerInput(ChallengeName: string, asked: { Session: string }, sub: string, responses: Record<string, string>) {
  return { ClientId: config.clientId, ChallengeName, Session: asked.Session, ChallengeResponses: { USERNAME: sub, SECRET_HASH: secretHash(sub), ...responses } };
}

/** USER_AUTH of the confidential client. */
export function choiceInput(username: string, parameters: Record<string, string> = {}) {
  return { ClientId: config.clientId, AuthFlow: 'USER_AUTH', AuthParameters: { USERNAME: username, SECRET_HASH: secretHash(username), ...parameters } };
}

/** What an authenticator app shows. */
export function codeAt(secret: string, ms: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp: ms });
}

/** Six digits that are not this code. */
export function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** Sets an authenticator up and switches it on; its first code is used up, so the clock moves on to the next step. */
export async function useAuthenticator(pool: TestPool, accessToken: string): Promise<string> {
  const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken: accessToken });
  await pool.must('VerifySoftwareToken', { AccessToken: accessToken, UserCode: codeAt(SecretCode, pool.clock.now) });
  await pool.must('SetUserMFAPreference', { AccessToken: accessToken, SoftwareTokenMfaSettings: { Enabled: true } });
  pool.clock.now += 30_000;
  return SecretCode;
}
