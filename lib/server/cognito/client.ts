import 'server-only';
import { createHmac } from 'node:crypto';
import { CognitoIdentityProviderClient, CognitoIdentityProviderServiceException } from '@aws-sdk/client-cognito-identity-provider';
import * as limits from '../../core/limits.ts';
import { createCircuitBreaker } from '../../core/session/circuit-breaker.ts';
import { appCredentials } from '../app-credentials.ts';
import { serverEnv } from '../env.ts';
import { log } from '../observe/log.ts';
import { noteCall } from '../observe/note-call.ts';
import { observeClient } from '../observe/observe-client.ts';
import { judgeCognitoError, type Refusal } from './fault.ts';

let client: CognitoIdentityProviderClient | undefined;

/** One try: the SDK's own repeats would outlast the person, and repeat what must happen once (a refresh). */
export function cognito(): CognitoIdentityProviderClient {
  if (client === undefined) {
    const { region, endpoint } = serverEnv().cognito;
    client = observeClient('cognito', new CognitoIdentityProviderClient({
      region,
      ...appCredentials(),
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts: 1,
      requestHandler: { connectionTimeout: 2_000, requestTimeout: limits.cognitoTimeoutMs },
    }));
  }
  return client;
}

export type Asked<T> = { ok: true; value: T } | ({ ok: false } & Refusal);

const breaker = createCircuitBreaker();

/**
 * Asks Cognito within the deadline; a refusal is a value. While Cognito is down the breaker answers for it, so that
 * only the first few wait for the deadline. A refusal in Cognito's own words is an answer: nobody can open the
 * breaker by asking for what is refused.
 */
export async function ask<T>(request: (client: CognitoIdentityProviderClient, deadline: { abortSignal: AbortSignal }) => Promise<T>): Promise<Asked<T>> {
  if (!breaker.admits(Date.now())) {
    noteCall('cognito', 'none', 0, 'circuit-open');
    return { ok: false, fault: 'unavailable', name: 'CircuitOpen', message: '' };
  }
  try {
    const value = await request(cognito(), { abortSignal: AbortSignal.timeout(limits.cognitoTimeoutMs) });
    breaker.succeeded();
    return { ok: true, value };
  } catch (error) {
    if (wasAnswered(error)) breaker.succeeded();
    else breaker.failed(Date.now());
    const refusal = judgeCognitoError(error);
    if (refusal.fault === 'unavailable') log('warn', 'cognito-unavailable', { reason: refusal.name });
    return { ok: false, ...refusal };
  }
}

function wasAnswered(error: unknown): boolean {
  const status = error instanceof CognitoIdentityProviderServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  return status >= 400 && status < 500;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash */
export function secretHash(username: string): string {
  const { clientId, clientSecret } = serverEnv().cognito;
  return createHmac('sha256', clientSecret).update(username + clientId).digest('base64');
}
