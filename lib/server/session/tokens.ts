import 'server-only';
import * as v from 'valibot';

/** What the vault of a session holds. */
export const sessionTokens = v.strictObject({
  accessToken: v.string(),
  /** What the identity pool wants to see; absent in sessions from before it was kept. */
  idToken: v.exactOptional(v.string()),
  refreshToken: v.string(),
  /** By this server's clock at the time of the answer plus Cognito's `ExpiresIn`. */
  accessExpiresAtMs: v.number(),
});

export type SessionTokens = v.InferOutput<typeof sessionTokens>;
