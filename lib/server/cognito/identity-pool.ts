import 'server-only';
import { CognitoIdentityClient, GetCredentialsForIdentityCommand, GetIdCommand } from '@aws-sdk/client-cognito-identity';
import { decodeJwt } from 'jose';
import * as limits from '../../core/limits.ts';
import { errorKind } from '../../core/observe/failure-kind.ts';
import { serverEnv } from '../env.ts';
import { log } from '../observe/log.ts';
import { observeClient } from '../observe/observe-client.ts';
import type { PersonCredentials } from '../sync/person-clients.ts';

let client: CognitoIdentityClient | undefined;

function identityPool(): CognitoIdentityClient {
  if (client === undefined) {
    const { region, endpoint } = serverEnv().cognito;
    client = observeClient('identity-pool', new CognitoIdentityClient({
      region,
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: limits.cognitoTimeoutMs },
    }));
  }
  return client;
}

/**
 * Temporary credentials for S3 of the person whose id token it is, good for an hour. Refused before anything is asked when the
 * token is somebody else's: then what would come back is that person's key.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html ("Enhanced")
 */
export async function personCredentials(userId: string, idToken: string): Promise<PersonCredentials | 'unavailable'> {
  const { identityPoolId: IdentityPoolId, issuer } = serverEnv().cognito;
  try {
    if (IdentityPoolId === undefined) throw new Error('There is no identity pool.');
    if (decodeJwt(idToken).sub !== userId) throw new Error('The id token is another person’s.');
    const Logins = { [issuer.replace('https://', '')]: idToken };
    const deadline = () => ({ abortSignal: AbortSignal.timeout(limits.cognitoTimeoutMs) });
    const { IdentityId } = await identityPool().send(new GetIdCommand({ IdentityPoolId, Logins }), deadline());
    const { Credentials } = await identityPool().send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }), deadline());
    const { AccessKeyId: accessKeyId, SecretKey: secretAccessKey, SessionToken: sessionToken, Expiration } = Credentials ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined || Expiration === undefined) throw new Error('The identity pool gave no credentials.');
    return { accessKeyId, secretAccessKey, sessionToken, expiresAtMs: Expiration.getTime() };
  } catch (error) {
    // The service's own words may hold ids; its name for the fault says enough.
    log('warn', 'identity-pool-unavailable', { reason: error instanceof Error && error.name === 'Error' ? error.message : errorKind(error) });
    return 'unavailable';
  }
}
