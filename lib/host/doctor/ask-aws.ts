import { CognitoIdentityClient } from '@aws-sdk/client-cognito-identity';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Asked } from './check.ts';
import type { AwsKeys, Context } from './context.ts';
import { silence } from './silence.ts';

/** What STS's refusal of the app's role is called. */
export const ROLE_NOT_TAKEN = 'RoleNotTaken';

/** Clients of AWS as the app has them, and as somebody has them who may read how things are set up. */
export interface AwsClients {
  people: CognitoIdentityProviderClient;
  s3: S3Client;
  sts: STSClient;
  reader: { people: CognitoIdentityProviderClient; identities: CognitoIdentityClient; s3: S3Client };
  s3With(keys: AwsKeys): S3Client;
  dispose(): void;
}

export function awsClients(context: Context): AwsClients {
  const { env, settings: { cognito, s3 }, reader, timeoutMs } = context;
  const opened: Array<{ destroy(): void }> = [];
  const keep = <C extends { destroy(): void }>(client: C): C => {
    opened.push(client);
    return client;
  };
  const common = {
    maxAttempts: 1,
    // The SDK signs by its own clock; ours may be another one in a test.
    systemClockOffset: context.now() - Date.now(),
    requestHandler: { connectionTimeout: Math.min(2_000, timeoutMs), requestTimeout: timeoutMs },
  };
  const given = env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY
    ? { credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY, ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}) } }
    : {};
  const stsOptions = { ...common, region: cognito.region, ...(env.AWS_ENDPOINT_URL_STS ? { endpoint: env.AWS_ENDPOINT_URL_STS } : {}) };
  // As the app does it (lib/server/app-credentials.ts), but for the token that Vercel adds to a request.
  const app = env.AWS_ROLE_ARN && !env.AWS_WEB_IDENTITY_TOKEN_FILE ? { credentials: roleOf(env.AWS_ROLE_ARN, env.VERCEL_OIDC_TOKEN, keep(new STSClient({ ...stsOptions, ...given }))) } : given;
  const reading = reader === undefined ? app : 'keys' in reader ? { credentials: reader.keys } : { profile: reader.profile };
  const ofCognito = { ...common, region: cognito.region, ...(cognito.endpoint !== undefined && { endpoint: cognito.endpoint }) };
  const ofS3 = { ...common, region: s3.region, ...(s3.endpoint !== undefined && { endpoint: s3.endpoint, forcePathStyle: true }) };
  return {
    people: keep(new CognitoIdentityProviderClient({ ...ofCognito, ...app })),
    s3: keep(new S3Client({ ...ofS3, ...app })),
    sts: keep(new STSClient({ ...stsOptions, ...app })),
    reader: {
      people: keep(new CognitoIdentityProviderClient({ ...ofCognito, ...reading })),
      identities: keep(new CognitoIdentityClient({ ...ofCognito, ...reading })),
      s3: keep(new S3Client({ ...ofS3, ...reading })),
    },
    s3With: (credentials) => keep(new S3Client({ ...ofS3, credentials })),
    dispose: () => opened.forEach((client) => client.destroy()),
  };
}

/** The credentials of a role, asked for once: by a token of Vercel's where there is one (`vercel env pull` writes it), else by our own key. */
function roleOf(RoleArn: string, WebIdentityToken: string | undefined, sts: STSClient) {
  let taken: Promise<AwsKeys & { sessionToken: string }> | undefined;
  const role = { RoleArn, RoleSessionName: 'selkie-doctor' };
  const ask = async () => (WebIdentityToken ? await sts.send(new AssumeRoleWithWebIdentityCommand({ ...role, WebIdentityToken })) : await sts.send(new AssumeRoleCommand(role)));
  const take = async () => {
    const { Credentials } = await ask().catch((error: Error & { $metadata?: { httpStatusCode?: number } }) => {
      if ((error.$metadata?.httpStatusCode ?? 500) >= 500) throw error;
      // Under its own name it would look like a refusal of whatever the role was wanted for.
      throw Object.assign(new Error(`${error.name}: ${error.message}`), { name: ROLE_NOT_TAKEN, $metadata: error.$metadata });
    });
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials ?? {};
    if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) throw new Error('STS gave no credentials.');
    return { accessKeyId, secretAccessKey, sessionToken };
  };
  return () => (taken ??= take());
}

/** An answer that AWS's own words came with has a status below 500; all else says nothing. */
export async function askAws<T>(timeoutMs: number, request: (deadline: { abortSignal: AbortSignal }) => Promise<T>): Promise<Asked<T>> {
  try {
    return { kind: 'answer', value: await request({ abortSignal: AbortSignal.timeout(timeoutMs) }) };
  } catch (error) {
    const { name = 'unknown', message = '', $metadata } = error as { name?: string; message?: string; $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    if (name === 'CredentialsProviderError') return { kind: 'refused', code: name, message: 'no AWS credentials were found', status: undefined };
    if (status !== undefined && status < 500) return { kind: 'refused', code: name === 'Unknown' || name === 'UnknownError' ? `HTTP ${status}` : name, message, status };
    // 501 is an answer: the store does not do that.
    if (status === 501) return { kind: 'refused', code: 'NotImplemented', message, status };
    return { kind: 'silent', why: silence(error, status) };
  }
}
