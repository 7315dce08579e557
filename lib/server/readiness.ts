import 'server-only';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import * as limits from '../core/limits.ts';
import { appCredentials } from './app-credentials.ts';
import { serverEnv } from './env.ts';
import { redis } from './redis.ts';

export type Readiness = Readonly<Record<'redis' | 'cognito' | 's3', 'ok' | 'unreachable'>>;

/** Anybody may ask, so the services are asked at most this often. */
const FRESH_MS = 2_000;
let last: { atMs: number; result: Promise<Readiness> } | undefined;
let s3: S3Client | undefined;

/** Whether each service answers; a service that answers "forbidden" is reachable but not usable, so not ready. */
export function readiness(): Promise<Readiness> {
  if (last === undefined || Date.now() - last.atMs > FRESH_MS) last = { atMs: Date.now(), result: probe() };
  return last.result;
}

async function probe(): Promise<Readiness> {
  const { cognito, s3: bucket } = serverEnv();
  const ask = async (work: (deadline: AbortSignal) => Promise<unknown>) => {
    try {
      await work(AbortSignal.timeout(limits.cognitoTimeoutMs));
      return 'ok' as const;
    } catch {
      return 'unreachable' as const;
    }
  };
  const [redisState, cognitoState, s3State] = await Promise.all([
    ask(() => redis().eval("return {'ok'}", [], [])),
    ask(async (signal) => {
      const reply = await fetch(cognito.jwksUrl, { signal, cache: 'no-store' });
      if (!reply.ok) throw new Error('The key set did not come.');
    }),
    ask((abortSignal) => {
      s3 ??= new S3Client({ region: bucket.region, maxAttempts: 1, ...appCredentials(), ...(bucket.endpoint !== undefined && { endpoint: bucket.endpoint, forcePathStyle: true }) });
      // The app's role may list this and its account records, and nothing else of the bucket.
      return s3.send(new ListObjectsV2Command({ Bucket: bucket.bucket, Prefix: 'probe/', MaxKeys: 1 }), { abortSignal });
    }),
  ]);
  return { redis: redisState, cognito: cognitoState, s3: s3State };
}
