import 'server-only';
import { createHash, timingSafeEqual } from 'node:crypto';
import { serverEnv } from '../env.ts';

/** Whether an `Authorization` header bears METRICS_TOKEN, in a time that tells nothing of it; undefined when there is no such token. */
export function isMetricsToken(authorization: string | null): boolean | undefined {
  const { metricsToken } = serverEnv();
  if (metricsToken === undefined) return undefined;
  const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(metricsToken));
}

/** Of one length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
