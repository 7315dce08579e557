import 'server-only';
import { GetTokensFromRefreshTokenCommand, RevokeTokenCommand } from '@aws-sdk/client-cognito-identity-provider';
import { serverEnv } from '../env.ts';
import type { RefreshReply } from '../session/token-source.ts';
import { ask } from './client.ts';
import type { CognitoFault } from './fault.ts';

/** Words that end a session; anything else is an outage and ends nothing. */
const DEAD: ReadonlySet<CognitoFault> = new Set(['not-authorized', 'token-reuse', 'unknown-user', 'not-confirmed', 'reset-required']);

/** With rotation on, this operation and no other: REFRESH_TOKEN_AUTH is then refused. It takes the plain client secret. */
export async function refreshTokens(refreshToken: string): Promise<RefreshReply> {
  const { clientId, clientSecret } = serverEnv().cognito;
  const input = { RefreshToken: refreshToken, ClientId: clientId, ClientSecret: clientSecret };
  const asked = await ask((client, deadline) => client.send(new GetTokensFromRefreshTokenCommand(input), deadline));
  if (!asked.ok) return DEAD.has(asked.fault) ? { kind: 'dead', reason: asked.name } : { kind: 'unavailable' };
  const result = asked.value.AuthenticationResult;
  if (result?.AccessToken === undefined) return { kind: 'unavailable' };
  return {
    kind: 'tokens',
    accessToken: result.AccessToken,
    ...(result.IdToken !== undefined && { idToken: result.IdToken }),
    ...(result.RefreshToken !== undefined && { refreshToken: result.RefreshToken }),
    expiresInSeconds: result.ExpiresIn ?? 0,
  };
}

/** Whether Cognito confirmed that the token is dead. */
export async function revokeRefreshToken(refreshToken: string): Promise<boolean> {
  const { clientId, clientSecret } = serverEnv().cognito;
  const input = { Token: refreshToken, ClientId: clientId, ClientSecret: clientSecret };
  return (await ask((client, deadline) => client.send(new RevokeTokenCommand(input), deadline))).ok;
}
