import { ERASER_ROLE_ARN } from '../local/iam/account.ts';
import type { Environment } from './environment.ts';
import { Stop } from './stop.ts';
import { parsePort } from './ports.ts';
import type { Secrets } from './secrets.ts';

/**
 * Decides between the two ways to run: against real services (all three configured) or against the embedded
 * cloud (none configured). Anything between is a mistake that would otherwise show hours later, so it stops
 * the start. The app itself has no "if local": it only ever sees the environment that is built here.
 */
export type Cloud = 'embedded' | 'configured';

/** What makes a service "configured", and what it needs besides. */
const SERVICES: Record<string, readonly string[]> = {
  Cognito: ['COGNITO_REGION', 'COGNITO_USER_POOL_ID', 'COGNITO_CLIENT_ID', 'COGNITO_CLIENT_SECRET'],
  S3: ['S3_BUCKET', 'S3_REGION'],
  Redis: ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'],
};

/** Variables that only make sense beside their service: alone they are a half configuration too. */
const ALONE: Record<string, readonly string[]> = {
  Cognito: ['COGNITO_ENDPOINT', 'COGNITO_DOMAIN', 'COGNITO_IDENTITY_POOL_ID'],
  S3: ['S3_ENDPOINT', 'S3_ERASER_ROLE_ARN'],
  Redis: [],
};

export function chooseCloud(env: Environment): Cloud {
  const isSet = (name: string) => (env[name] ?? '') !== '';
  const started = Object.keys(SERVICES).filter((s) => [...SERVICES[s]!, ...ALONE[s]!].some(isSet));
  if (started.length === 0) return 'embedded';
  const missing = Object.values(SERVICES).flat().filter((name) => !isSet(name));
  if (missing.length > 0) {
    throw new Stop(
      `${started.join(' and ')} ${started.length === 1 ? 'is' : 'are'} configured, but not everything that is needed. ` +
        `Missing: ${missing.join(', ')}. Set them (.env.example explains each), or unset all of ` +
        `COGNITO_*, S3_* and UPSTASH_* to use the embedded cloud.`,
    );
  }
  return 'configured';
}

export interface Ports {
  app: number;
  /** The control door; S3, Cognito with STS, and Redis follow on the next three. */
  cloud: number;
  /** Whether `SELKIE_CLOUD_PORT` named it; if not, another free block may be taken instead. */
  cloudIsExplicit: boolean;
}

export function parsePorts(env: Environment): Ports {
  try {
    return {
      app: parsePort('PORT', env.PORT, 3000),
      cloud: parsePort('SELKIE_CLOUD_PORT', env.SELKIE_CLOUD_PORT, 3900),
      cloudIsExplicit: (env.SELKIE_CLOUD_PORT ?? '') !== '',
    };
  } catch (error) {
    throw new Stop((error as Error).message);
  }
}

const REGION = 'eu-west-1';
const BUCKET = 'selkie';
/** Fixed, so that people and files survive lost secrets. */
const USER_POOL_ID = `${REGION}_Selkie000`;
const IDENTITY_POOL_ID = `${REGION}:5e1c1e00-0000-4000-8000-000000000000`;
const CLIENT_ID = 'selkielocalclient0000000000';

/** The JSON that `lib/local/main.ts` reads from `SELKIE_CLOUD_CONFIG`. */
export function embeddedCloudConfig(dataDir: string, cloudPort: number, appOrigin: string, secrets: Secrets): Record<string, unknown> {
  return {
    port: cloudPort,
    dataDir,
    region: REGION,
    bucket: BUCKET,
    s3AccessKeyId: secrets.s3AccessKeyId,
    s3SecretAccessKey: secrets.s3SecretAccessKey,
    appAccessKeyId: secrets.appAccessKeyId,
    appSecretAccessKey: secrets.appSecretAccessKey,
    redisToken: secrets.redisToken,
    cognito: {
      userPoolId: USER_POOL_ID,
      clientId: CLIENT_ID,
      clientSecret: secrets.cognitoClientSecret,
      issuer: `https://cognito-idp.${REGION}.amazonaws.com/${USER_POOL_ID}`,
      identityPoolId: IDENTITY_POOL_ID,
      relyingPartyId: new URL(appOrigin).hostname,
      callbackUrls: [`${appOrigin}/api/auth/callback`],
      logoutUrls: [`${appOrigin}/`],
    },
  };
}

/** The app's environment over the embedded cloud: the same variables an operator would set. */
export function embeddedEnvironment(cloudPort: number, secrets: Secrets): Record<string, string> {
  return {
    SESSION_SECRET: secrets.sessionSecret,
    NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: secrets.actionsKey,
    S3_BUCKET: BUCKET,
    S3_REGION: REGION,
    S3_ENDPOINT: `http://127.0.0.1:${cloudPort + 1}`,
    S3_ERASER_ROLE_ARN: ERASER_ROLE_ARN,
    // The app's role; the account's own key is not for the app.
    AWS_ACCESS_KEY_ID: secrets.appAccessKeyId,
    AWS_SECRET_ACCESS_KEY: secrets.appSecretAccessKey,
    // A role of the real AWS, in the shell that started this, is not to be taken here.
    AWS_ROLE_ARN: '',
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${cloudPort + 2}`,
    COGNITO_REGION: REGION,
    COGNITO_USER_POOL_ID: USER_POOL_ID,
    COGNITO_IDENTITY_POOL_ID: IDENTITY_POOL_ID,
    COGNITO_CLIENT_ID: CLIENT_ID,
    COGNITO_CLIENT_SECRET: secrets.cognitoClientSecret,
    COGNITO_ENDPOINT: `http://127.0.0.1:${cloudPort + 2}`,
    // Another host than the app's "localhost": a browser sends cookies to every port of a host.
    COGNITO_DOMAIN: `http://127.0.0.1:${cloudPort + 2}`,
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${cloudPort + 3}`,
    UPSTASH_REDIS_REST_TOKEN: secrets.redisToken,
    OUTBOX_URL: `http://127.0.0.1:${cloudPort}/outbox`,
  };
}
