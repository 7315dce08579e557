import 'server-only';
import { sha256 } from '../../core/session/crypto-port.ts';
import { erasePerson } from '../../core/session/scripts/erase-person.ts';
import { revokeAllSessions } from '../../core/session/scripts/revoke-session.ts';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { deleteUser } from '../cognito/administration.ts';
import { serverEnv } from '../env.ts';
import { redis } from '../redis.ts';
import { logStoreFault } from './account-bucket.ts';
import { accountPrefix } from './account-record.ts';
import { eraseObjects } from './erase-objects.ts';
import { eraserBucket } from './eraser-bucket.ts';

/**
 * Removes a person: sessions of other devices ─► files and records ─► the account at Cognito ─► Redis, this
 * session included ─► files once more. Every step can be repeated, and this session, which the person repeats it
 * with, ends last but one; so wherever it breaks off, doing it again ends at the same place. The second sweep
 * takes what another tab of this browser, or a push under way, wrote after the first. The account goes before the
 * session: were it the other way round, a break would leave an account without files that can still sign in.
 *
 * `unavailable`: something is left; to be repeated. Throws `RedisUnavailable`, which means the same.
 */
export async function deleteAccount(session: SessionFacts, caller: Caller): Promise<'deleted' | 'unavailable'> {
  const { id: userId, email } = session.user;
  const by = { device: caller.device, address: caller.address };
  const emailHash = await sha256(crypto, email);
  await audit({ kind: 'account-deletion', user: userId, session: session.id, ...by });
  await revokeAllSessions(redis(), userId, session.hash);
  if (!(await eraseFiles(userId))) return 'unavailable';
  const gone = await deleteUser(userId);
  if (!gone.ok && gone.fault !== 'unknown-user') return 'unavailable';
  if (!(await eraseFiles(userId))) return 'unavailable';
  const { plain, remembered } = serverEnv().lifetimes;
  const longestMs = Math.max(plain.absoluteSeconds, remembered.absoluteSeconds) * 1000;
  await erasePerson(redis(), { userId, emailHash, longestMs });
  const isClean = await eraseFiles(userId);
  await audit({ kind: 'account-deleted', user: userId, gone: true, ...by, ...(!isClean && { detail: 'the last look for late files did not succeed' }) });
  return 'deleted';
}

async function eraseFiles(userId: string): Promise<boolean> {
  try {
    const store = await eraserBucket(userId);
    try {
      for (const prefix of [`u/${userId}/`, accountPrefix(userId)]) await eraseObjects(store, prefix);
    } finally {
      store.dispose();
    }
    return true;
  } catch (error) {
    logStoreFault('erase', error);
    return false;
  }
}
