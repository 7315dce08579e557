import { createHash, randomBytes } from 'node:crypto';
import { appKey, rootKey } from '../../../local/iam/testing/test-rules.ts';
import { ERASER_ROLE_ARN } from '../../../local/iam/account.ts';
import type { Environment } from '../../environment.ts';
import type { Finding } from '../check.ts';
import { examine, type Examination } from '../examine.ts';
import { makeAuthority, type Authority, type Certified } from './certificates.ts';
import { startFrontDoor, type FrontDoor } from './front-door.ts';
import { bucket, clientId, clientSecret, identityPoolId, region, startServices, startTestRedis, userPoolId, type Services, type ServiceSettings } from './services.ts';
import { startTwistedProxy, type TwistedProxy, type Twist } from './twisted-proxy.ts';

/** How one deployment is broken; one thing at a time. */
export interface Breakage {
  /** Variables that are other ones; `undefined` unsets. */
  env?: Environment;
  /** Milliseconds that this machine's clock is ahead. */
  clockMs?: number;
  /** Lies of whoever stands before a service. */
  cognito?: Twist;
  s3?: Twist;
  redis?: Twist;
  /** What the proxy before the app does to requests and answers. */
  front?: Twist;
  hops?: number;
  plain?: { status: number; location?: string };
  certificate?: (authority: Authority) => Certified;
  /** Services that are set up otherwise. */
  services?: ServiceSettings;
  /** With the app's own rights only. */
  reader?: 'app';
  instances?: Examination['instances'];
}

/** One healthy deployment on loopback, and doctor run on it, or on it broken. */
export interface Stand {
  env: Environment;
  origin: string;
  redisEngine: string;
  /** Breaks it and leaves it so; its environment. Once only before it is mended. */
  breakIt(breakage: Breakage): Promise<Environment>;
  mend(): Promise<void>;
  /** With `url`, the deployment as a browser gets it as well. */
  examine(breakage?: Breakage, options?: { url?: boolean }): Promise<Finding[]>;
  close(): Promise<void>;
}

const secret = (name: string) => createHash('sha512').update(`${name} of this test`).digest();

export async function startStand(): Promise<Stand> {
  const authority = makeAuthority();
  const good = authority.certify('localhost', 90);
  const door: FrontDoor = await startFrontDoor(good);
  const redisToken = secret('redis').toString('base64url');
  const [services, redis] = await Promise.all([startServices(door.origin), startTestRedis(redisToken)]);
  const proxies: Record<'cognito' | 's3' | 'redis', TwistedProxy> = {
    cognito: await startTwistedProxy(services.cognito), s3: await startTwistedProxy(services.s3), redis: await startTwistedProxy(redis.url),
  };
  const env: Environment = {
    APP_ORIGIN: door.origin, TRUSTED_PROXY_HOPS: '1', SESSION_SECRET: secret('session').subarray(0, 32).toString('base64'),
    NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: secret('actions').subarray(0, 32).toString('base64'),
    COGNITO_REGION: region, COGNITO_USER_POOL_ID: userPoolId, COGNITO_CLIENT_ID: clientId, COGNITO_CLIENT_SECRET: clientSecret, COGNITO_IDENTITY_POOL_ID: identityPoolId,
    COGNITO_ENDPOINT: proxies.cognito.url, COGNITO_DOMAIN: proxies.cognito.url, AWS_ENDPOINT_URL_STS: proxies.cognito.url,
    S3_BUCKET: bucket, S3_REGION: region, S3_ENDPOINT: proxies.s3.url, S3_ERASER_ROLE_ARN: ERASER_ROLE_ARN,
    AWS_ACCESS_KEY_ID: appKey.accessKeyId, AWS_SECRET_ACCESS_KEY: appKey.secretAccessKey,
    UPSTASH_REDIS_REST_URL: proxies.redis.url, UPSTASH_REDIS_REST_TOKEN: redisToken,
  };
  // The app is asked through the door; it reaches its services past the liars, so that only doctor hears them.
  Object.assign(process.env, env, {
    COGNITO_ENDPOINT: services.cognito, COGNITO_DOMAIN: services.cognito, AWS_ENDPOINT_URL_STS: services.cognito, S3_ENDPOINT: services.s3, UPSTASH_REDIS_REST_URL: redis.url,
    LOG_FORMAT: 'none',
  });
  const forget = () => fetch(redis.url, { method: 'POST', headers: { authorization: `Bearer ${redisToken}` }, body: JSON.stringify(['FLUSHALL']) });

  let other: Services | undefined;
  const stand: Stand = {
    env,
    origin: door.origin,
    redisEngine: redis.engine,
    async breakIt(breakage) {
      // Otherwise the questions of all cases together would be too many for one address.
      await forget();
      if (breakage.services !== undefined) other = await startServices(door.origin, breakage.services);
      proxies.cognito.target = (other ?? services).cognito;
      proxies.s3.target = (other ?? services).s3;
      for (const name of ['cognito', 's3', 'redis'] as const) proxies[name].twist = breakage[name];
      door.twist = breakage.front;
      door.hops = breakage.hops ?? 1;
      door.plainReply = breakage.plain;
      door.certify(breakage.certificate?.(authority) ?? good);
      return { ...env, ...breakage.env };
    },
    async mend() {
      await other?.close();
      other = undefined;
    },
    async examine(breakage = {}, options = {}) {
      const broken = await stand.breakIt(breakage);
      try {
        return await examine({
          env: broken,
          now: () => Date.now() + (breakage.clockMs ?? 0),
          ...(breakage.reader === 'app' ? {} : { reader: { keys: rootKey } }),
          ...(options.url === true ? { deployment: { url: new URL(door.origin), httpUrl: new URL(door.plain), ca: authority.ca } } : {}),
          ...(breakage.instances === undefined ? {} : { instances: breakage.instances }),
        });
      } finally {
        await stand.mend();
      }
    },
    async close() {
      await door.close();
      await Promise.all([...Object.values(proxies), services, redis].map((one) => one.close()));
      authority.dispose();
    },
  };
  return stand;
}

export const unguessable = (): string => randomBytes(32).toString('base64');
