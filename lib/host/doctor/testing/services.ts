import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCognito } from '../../../local/cognito/cognito.ts';
import type { CognitoConfig, PoolOptions } from '../../../local/cognito/pool.ts';
import { createFaults } from '../../../local/faults.ts';
import { startFront } from '../../../local/front.ts';
import { testRules } from '../../../local/iam/testing/test-rules.ts';
import { createOutbox } from '../../../local/outbox/outbox.ts';
import { createRedis } from '../../../local/redis/redis.ts';
import { createRequestLog } from '../../../local/request-log.ts';
import { createS3 } from '../../../local/s3/s3.ts';
import { createVercelIssuer, type VercelDeployment, type VercelIssuer } from '../../../local/sts/web-issuer.ts';

export const bucket = 'selkie';
export const region = 'eu-west-1';
export const userPoolId = `${region}_Selkie000`;
export const identityPoolId = `${region}:00000000-0000-4000-8000-000000000001`;
export const clientId = 'selkielocalclient0000000000';
/** As Cognito makes them: 51 letters and digits. */
export const clientSecret = '1gq7hcn0v5u9r3ktb8sx2mzj4wpd6eyfa71lo9q0c3v5b8n2m4k';
export const publicClientId = 'publicclient00000000000000';

/** The embedded S3 and Cognito on ports of their own, set up as a case wants them. */
export interface Services {
  s3: string;
  cognito: string;
  /** Where the app runs on Vercel: what gives deployments their tokens. */
  issuer: VercelIssuer | undefined;
  close(): Promise<void>;
}

export interface ServiceSettings {
  /** In the place of the one that is deployed. */
  template?: unknown;
  /** Who may take the app's role by a token. */
  vercel?: VercelDeployment & { team: string };
  pool?: Partial<CognitoConfig> & Pick<PoolOptions, 'accessLifeSeconds' | 'refreshLifeSeconds' | 'rotationGraceSeconds'>;
}

export async function startServices(origin: string, { template, vercel, pool = {} }: ServiceSettings = {}): Promise<Services> {
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-doctor-'));
  const now = Date.now;
  const { iam } = testRules({ bucket, region, now, template, pool: { userPoolId, clientId, identityPoolId }, ...(vercel !== undefined && { vercel }) });
  const issuer = vercel && (await createVercelIssuer({ team: vercel.team, now }));
  const { accessLifeSeconds, refreshLifeSeconds, rotationGraceSeconds, ...config } = pool;
  const s3 = await createS3({ dataDir: join(dataDir, 's3'), region, iam, now });
  await s3.ensureBucket(bucket);
  const cognito = await createCognito({
    dataDir: join(dataDir, 'cognito'), iam, now, scryptCost: { N: 16, r: 1, p: 1 }, issuers: issuer === undefined ? [] : [issuer],
    outbox: await createOutbox({ dataDir: join(dataDir, 'outbox'), now, announce: () => undefined }),
    config: {
      region, userPoolId, clientId, clientSecret, identityPoolId, publicClientId, issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`, passkeys: 'required',
      relyingPartyId: new URL(origin).hostname, callbackUrls: [`${origin}/api/auth/callback`], logoutUrls: [`${origin}/`], ...config,
    },
    ...(accessLifeSeconds === undefined ? {} : { accessLifeSeconds }), ...(refreshLifeSeconds === undefined ? {} : { refreshLifeSeconds }),
    ...(rotationGraceSeconds === undefined ? {} : { rotationGraceSeconds }),
  });
  const fronts = await Promise.all([s3, cognito].map((service) => startFront({ service, port: 0, faults: createFaults(), log: createRequestLog() })));
  return {
    s3: fronts[0]!.url,
    cognito: fronts[1]!.url,
    issuer,
    async close() {
      await Promise.all(fronts.map((front) => front.close()));
      await Promise.all([s3.close(), cognito.close()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function startTestRedis(token: string): Promise<{ url: string; engine: string; close(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-doctor-redis-'));
  const redis = await createRedis({ dataDir, token, warn: () => undefined });
  const front = await startFront({ service: redis, port: 0, faults: createFaults(), log: createRequestLog() });
  return {
    url: front.url,
    engine: redis.engine,
    async close() {
      await front.close();
      await redis.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
