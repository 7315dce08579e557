import 'server-only';
import { countSessions as count, type SessionCount } from '../../core/session/scripts/count-sessions.ts';
import { redis } from '../redis.ts';
import { processWide } from './process-wide.ts';

/** A scrape of every instance each few seconds must not become a load on Redis. */
const FRESH_MS = 15_000;
const last = processWide('session-count', () => ({ atMs: 0, count: undefined as SessionCount | undefined }));

/** At most 15 s old; undefined while Redis does not answer. */
export async function countSessions(): Promise<SessionCount | undefined> {
  if (last.count !== undefined && Date.now() - last.atMs < FRESH_MS) return last.count;
  last.count = await count(redis()).catch(() => undefined);
  last.atMs = Date.now();
  return last.count;
}
