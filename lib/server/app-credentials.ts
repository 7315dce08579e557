import 'server-only';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, type Credentials, STSClient } from '@aws-sdk/client-sts';
import { headers } from 'next/headers';
import { errorKind } from '../core/observe/failure-kind.ts';
import * as limits from '../core/limits.ts';
import { serverEnv } from './env.ts';
import { log } from './observe/log.ts';
import { observeClient } from './observe/observe-client.ts';

/**
 * The app's own rights in AWS, for its clients of S3, STS and Cognito:
 *
 *     AWS_ROLE_ARN, on Vercel    that role, by the token that Vercel adds to each request
 *     AWS_ROLE_ARN, elsewhere    that role, by the credentials that the SDK finds by itself
 *     neither                    the credentials that the SDK finds by itself
 *
 * Vercel's token has to be asked for first: its functions also carry keys of their own, good for nothing, which the SDK would
 * take. AWS_WEB_IDENTITY_TOKEN_FILE beside AWS_ROLE_ARN (Kubernetes) is the SDK's own way, and left to it.
 * https://vercel.com/docs/oidc/aws, https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * One set for all clients, renewed before it ends. What fails is not kept: the next request has a token of its own, and a
 * visitor who sends one (where Vercel's is switched off) harms only theirs. Rejected: `@vercel/oidc-aws-credentials-provider`, three packages
 * for one call of STS.
 */
export interface AppCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}
export type AppCredentialProvider = () => Promise<AppCredentials>;

/** What the choice depends on. */
export interface AppCredentialSources {
  roleArn: string | undefined;
  env: Readonly<Record<'AWS_WEB_IDENTITY_TOKEN_FILE' | 'VERCEL' | 'VERCEL_OIDC_TOKEN', string | undefined>>;
  /** The token that this request carries, null without. */
  requestToken(): Promise<string | null>;
  sts(): STSClient;
  now(): number;
}

/** By its name in the log. */
class NoVercelToken extends Error {
  override name = 'NoVercelToken';
}

const SESSION_NAME = 'selkie';
/** A renewal that fails has this long to succeed; the SDK asks again at the same time. */
const AHEAD_MS = 5 * 60_000;
const USABLE_MS = 10_000;

/** Undefined: the SDK finds credentials by itself. */
export function createAppCredentials({ roleArn: RoleArn, env, requestToken, sts, now }: AppCredentialSources): AppCredentialProvider | undefined {
  if (RoleArn === undefined || (env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '') !== '') return undefined;
  const role = { RoleArn, RoleSessionName: SESSION_NAME };
  const deadline = () => ({ abortSignal: AbortSignal.timeout(limits.cognitoTimeoutMs) });
  const ask = async (): Promise<Credentials | undefined> => {
    if (env.VERCEL !== '1') return (await sts().send(new AssumeRoleCommand(role), deadline())).Credentials;
    const WebIdentityToken = (await requestToken()) ?? env.VERCEL_OIDC_TOKEN;
    if (!WebIdentityToken) throw new NoVercelToken('The request carries no token of Vercel: switch on "Secure Backend Access with OIDC Federation" in the project’s settings.');
    return (await sts().send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken }), deadline())).Credentials;
  };

  let kept: AppCredentials | undefined;
  let underWay: Promise<AppCredentials> | undefined;
  const obtain = async (): Promise<AppCredentials> => {
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiration } = (await ask()) ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined || expiration === undefined) throw new Error('STS gave no credentials.');
    kept = { accessKeyId, secretAccessKey, sessionToken, expiration };
    return kept;
  };
  return async () => {
    const leftMs = (kept?.expiration.getTime() ?? 0) - now();
    if (kept !== undefined && leftMs > AHEAD_MS) return kept;
    underWay ??= obtain().finally(() => {
      underWay = undefined;
    });
    try {
      return await underWay;
    } catch (error) {
      log('error', 'app-role-not-taken', { reason: errorKind(error) });
      if (kept !== undefined && leftMs > USABLE_MS) return kept;
      throw error;
    }
  };
}

let provider: { is: AppCredentialProvider | undefined } | undefined;

/** To be spread into the options of a client that acts in the app's own name. */
export function appCredentials(): { credentials?: AppCredentialProvider } {
  let sts: STSClient | undefined;
  provider ??= {
    is: createAppCredentials({
      roleArn: serverEnv().appRoleArn,
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: process.env['AWS_WEB_IDENTITY_TOKEN_FILE'], VERCEL: process.env['VERCEL'], VERCEL_OIDC_TOKEN: process.env['VERCEL_OIDC_TOKEN'] },
      requestToken: async () => (await headers()).get('x-vercel-oidc-token'),
      sts: () => (sts ??= observeClient('sts', new STSClient({ region: serverEnv().cognito.region, maxAttempts: 1, requestHandler: { connectionTimeout: 2_000, requestTimeout: limits.cognitoTimeoutMs } }))),
      now: Date.now,
    }),
  };
  return provider.is === undefined ? {} : { credentials: provider.is };
}
