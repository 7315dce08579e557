import 'server-only';
import * as v from 'valibot';

/** What the vault of a session holds. The id token is read once at sign-in and not kept. */
export const sessionTokens = v.strictObject({
  accessToken: v.string(),
  refreshToken: v.string(),
  /** By this server's clock at the time of the answer plus Cognito's `ExpiresIn`. */
  accessExpiresAtMs: v.number(),
});

export type SessionTokens = v.InferOutput<typeof sessionTokens>;
