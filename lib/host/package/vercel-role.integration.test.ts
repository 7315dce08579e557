import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ROLE_ARN, ERASER_ROLE_ARN } from '../../local/iam/account.ts';
import { bucket, clientId, clientSecret, identityPoolId, region, startServices, startTestRedis, userPoolId, type Services } from '../doctor/testing/services.ts';
import { unguessable } from '../doctor/testing/stand.ts';
import type { Environment } from '../environment.ts';
import { freePort } from '../load/free-port.ts';
import { testPackage } from './testing/test-package.ts';

/**
 * The built app as it runs on Vercel: without any AWS key, with AWS_ROLE_ARN and a token of the deployment. What the role is good for is
 * asked by the app's own readiness, which lists and creates in the bucket.
 */
const deployment = { project: 'selkie', environment: 'production' };
let packageFolder: string;
let services: Services;
let redis: Awaited<ReturnType<typeof startTestRedis>>;
const redisToken = unguessable();
beforeAll(async () => {
  packageFolder = await testPackage();
  [services, redis] = await Promise.all([startServices('https://selkie.example', { vercel: { team: 'acme', ...deployment } }), startTestRedis(redisToken)]);
}, 600_000);
afterAll(async () => {
  await Promise.all([services?.close(), redis?.close()]);
});

interface Run {
  stderr: string;
  ready: { status: number; detail: string | undefined } | undefined;
}

/** Starts it, asks whether it is ready, and stops it; `ready` is undefined where it did not start. */
async function run(token: string): Promise<Run> {
  const port = await freePort();
  const env: Environment = {
    PATH: process.env.PATH, NODE_ENV: 'production', LOG_FORMAT: 'none', APP_ORIGIN: 'https://selkie.example', TRUSTED_PROXY_HOPS: '1', SESSION_SECRET: unguessable(), NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: unguessable(),
    COGNITO_REGION: region, COGNITO_USER_POOL_ID: userPoolId, COGNITO_CLIENT_ID: clientId, COGNITO_CLIENT_SECRET: clientSecret, COGNITO_IDENTITY_POOL_ID: identityPoolId, COGNITO_ENDPOINT: services.cognito,
    S3_BUCKET: bucket, S3_REGION: region, S3_ENDPOINT: services.s3, S3_ERASER_ROLE_ARN: ERASER_ROLE_ARN, UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: redisToken,
    VERCEL: '1', AWS_ROLE_ARN: APP_ROLE_ARN, AWS_ENDPOINT_URL_STS: services.cognito, VERCEL_OIDC_TOKEN: token,
    // As Vercel's functions carry them; good for nothing here.
    AWS_ACCESS_KEY_ID: 'ASIAOFVERCELSFUNCTION', AWS_SECRET_ACCESS_KEY: 'of the function itself', AWS_SESSION_TOKEN: 'of the function itself',
  };
  const child = spawn(process.execPath, [`${packageFolder}/server.mjs`, '--loopback', '--port', String(port)], { env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const ended = once(child, 'close');
  const listening = new Promise<true>((resolve) => child.stdout.on('data', (bytes: Buffer) => bytes.includes('{"listening":true}') && resolve(true)));
  let ready: Run['ready'];
  if ((await Promise.race([listening, ended.then(() => false)])) === true) {
    // The first question finds connections that have still to be made.
    await expect.poll(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/ready`);
      ready = { status: answer.status, detail: ((await answer.json()) as { detail?: string }).detail };
      return ready.status;
    }, { timeout: 30_000, interval: 500 }).toBe(200).catch(() => undefined);
    child.kill('SIGTERM');
  }
  await ended;
  return { stderr, ready };
}

test('by a token of production it takes its role and is ready', async () => {
  expect(await run(await services.issuer!.tokenFor(deployment))).toEqual({ stderr: '', ready: { status: 200, detail: undefined } });
});

test.each([
  ['a preview', { project: 'selkie', environment: 'preview' }, {}],
  ['production of another project', { project: 'other', environment: 'production' }, {}],
  ['production, an hour too late', deployment, { exp: 1 }],
])('by a token of %s it gets no role, does not start, and says so', async (_what, whose, over) => {
  const { stderr, ready } = await run(await services.issuer!.tokenFor(whose, over));
  expect(ready).toBeUndefined();
  expect(stderr).toMatch(new RegExp(`^selkie: STS does not give the app the role ${APP_ROLE_ARN}\\. .+[.]\nnode doctor\\.mjs looks at everything\\.\n$`));
});
