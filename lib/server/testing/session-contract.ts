import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as limits from '../../core/limits.ts';
import { randomToken, sha256 } from '../../core/session/crypto-port.ts';
import type { RedisPort } from '../../core/session/redis-port.ts';
import { appendAudit, pageAudit } from '../../core/session/scripts/audit-log.ts';
import { checkSession } from '../../core/session/scripts/check-session.ts';
import { countAttempt, refundAttempt } from '../../core/session/scripts/count-attempt.ts';
import { createSession, type NewSession } from '../../core/session/scripts/create-session.ts';
import { erasePerson } from '../../core/session/scripts/erase-person.ts';
import { listPeople, type PersonCursor } from '../../core/session/scripts/list-people.ts';
import { listSessions } from '../../core/session/scripts/list-sessions.ts';
import { commitRefresh, lockRefresh, readTokens, unlockRefresh } from '../../core/session/scripts/refresh-lock.ts';
import { revokeAllByEmail, revokeAllSessions, revokeSession, revokeSessionById } from '../../core/session/scripts/revoke-session.ts';
import { rotateSession } from '../../core/session/scripts/rotate-session.ts';
import { putTransaction, takeTransaction } from '../../core/session/scripts/transactions.ts';
import type { TestRedis } from './redis-ports.ts';

const HOUR = 3_600_000;

export async function newSession(over: Partial<NewSession> = {}): Promise<NewSession> {
  return {
    hash: await sha256(crypto, randomToken(crypto)), id: randomToken(crypto, 16), user: { id: 'ada-sub', email: 'ada@example.com' },
    emailHash: await sha256(crypto, 'ada@example.com'), idleMs: HOUR, absoluteMs: 24 * HOUR, proof: 'password',
    device: 'Firefox on Linux', address: '192.0.2.0/24', groups: [], remembered: false, envelope: 'envelope', formerHash: undefined, ...over,
  };
}

/** What the session scripts promise, on whichever engine `open` brings. */
export function sessionContract(engine: string, open: () => Promise<TestRedis>): void {
  describe(`session scripts on ${engine}`, () => {
    let owned: TestRedis;
    let redis: RedisPort;
    beforeAll(async () => {
      owned = await open();
      redis = owned.port;
    });
    beforeEach(async () => void (await owned.command('FLUSHALL')));
    afterAll(() => owned.close());

    const born = async (over: Partial<NewSession> = {}) => {
      const session = await newSession(over);
      await createSession(redis, session);
      return session;
    };
    const kindOf = async (hash: string) => (await checkSession(redis, hash)).kind;
    const rotate = async (session: NewSession, newHash: string, generation = 1) => {
      const lock = randomToken(crypto, 16);
      await lockRefresh(redis, session.hash, lock);
      return rotateSession(redis, { oldHash: session.hash, newHash, lock, generation, envelope: 'moved', stepUp: true });
    };
    const age = async (hash: string, ms: number) => {
      const at = Number(await owned.command('HGET', `x:${hash}`, 'at'));
      await owned.command('HSET', `x:${hash}`, 'at', String(at - ms));
    };

    test('a created session is live with all its facts, and its keys end with the idle limit', async () => {
      const session = await born({ groups: ['admin', 'staff'], remembered: true });
      const check = await checkSession(redis, session.hash);
      if (check.kind !== 'live') throw new Error('not live');
      const { createdAtMs, lastSeenAtMs, expiresAtMs, ...rest } = check.session;
      expect(rest).toEqual({
        id: session.id, user: session.user, idleMs: HOUR, proof: 'password', stepUpAtMs: 0, device: 'Firefox on Linux',
        address: '192.0.2.0/24', groups: ['admin', 'staff'], remembered: true, generation: 1, hash: session.hash,
      });
      expect(check.throughGrace).toBe(false);
      expect(expiresAtMs - createdAtMs).toBe(24 * HOUR);
      expect(lastSeenAtMs).toBe(createdAtMs);
      for (const key of [`s:${session.hash}`, `t:${session.hash}`]) {
        const left = await owned.command('PTTL', key);
        expect(left).toBeGreaterThan(HOUR - 30_000);
        expect(left).toBeLessThanOrEqual(HOUR);
      }
    });

    test('an id that was never given out is absent, and looking makes no key', async () => {
      expect(await checkSession(redis, 'A'.repeat(43))).toEqual({ kind: 'absent', reason: 'ended' });
      expect(await owned.command('KEYS', '*')).toEqual([]);
    });

    test('creating again after a lost reply is the same session; a taken id is refused', async () => {
      const session = await born();
      await createSession(redis, session);
      expect((await listSessions(redis, 'ada-sub')).map((entry) => entry.id)).toEqual([session.id]);
      await expect(createSession(redis, { ...session, id: randomToken(crypto, 16) })).rejects.toThrow('taken');
    });

    test('a sign-in ends the session that the cookie held before, and hands out its envelope', async () => {
      const former = await born({ envelope: 'former' });
      const next = await newSession({ formerHash: former.hash });
      expect((await createSession(redis, next)).formerEnvelope).toBe('former');
      expect([await kindOf(former.hash), await kindOf(next.hash)]).toEqual(['absent', 'live']);
    });

    test('a sign-in ends the session of its former cookie though other tabs have just replaced the id, twice', async () => {
      const session = await born();
      const [second, third] = [await sha256(crypto, '2'), await sha256(crypto, '3')];
      await rotate(session, second);
      await rotate({ ...session, hash: second }, third, 2);
      const next = await newSession({ formerHash: session.hash });
      // No envelope: it is under a data key that this cookie does not hold.
      expect(await createSession(redis, next)).toEqual({ expiresAtMs: expect.any(Number), formerEnvelope: '' });
      expect(await Promise.all([session.hash, second, third, next.hash].map(kindOf))).toEqual(['absent', 'absent', 'absent', 'live']);
      expect((await listSessions(redis, 'ada-sub')).map((entry) => entry.hash)).toEqual([next.hash]);
      for (const kind of ['s', 't']) expect(await owned.command('KEYS', `${kind}:*`)).toEqual([`${kind}:${next.hash}`]);
      expect(await pageAudit(redis, 'ada-sub', undefined, 10)).toEqual([]);
    });

    test('a sign-in over an old copy of a cookie ends the family, sets off the alarm once, and tells the person why', async () => {
      const session = await born();
      const [second, third] = [await sha256(crypto, '2'), await sha256(crypto, '3')];
      await rotate(session, second);
      await rotate({ ...session, hash: second }, third, 2);
      await age(session.hash, limits.sessionGraceMs);
      // The thief signs in as somebody else.
      const thief = { user: { id: 'eve-sub', email: 'eve@example.com' }, formerHash: session.hash };
      const next = await newSession(thief);
      expect(await createSession(redis, next)).toEqual({ expiresAtMs: expect.any(Number), formerEnvelope: '', alarm: { user: 'ada-sub', session: session.id } });
      expect(await createSession(redis, await newSession(thief))).toEqual({ expiresAtMs: expect.any(Number), formerEnvelope: '' });
      for (const hash of [session.hash, third]) expect(await checkSession(redis, hash)).toEqual({ kind: 'absent', reason: 'theft' });
      expect(await kindOf(next.hash)).toBe('live');
      expect((await pageAudit(redis, 'ada-sub', undefined, 10)).map((entry) => [entry.kind, entry.session])).toEqual([['theft-alarm', session.id]]);
      expect(await pageAudit(redis, 'eve-sub', undefined, 10)).toEqual([]);
    });

    test('past the cap the least recently used session goes', async () => {
      const sessions: NewSession[] = [];
      for (let i = 0; i < limits.sessionsPerPerson; i += 1) {
        sessions.push(await born());
        // Engines with millisecond clocks would tie.
        await owned.command('ZADD', 'u:ada-sub:s', String(1_000 + i), sessions[i]!.hash);
      }
      await owned.command('ZADD', 'u:ada-sub:s', '500', sessions[7]!.hash);
      await born();
      expect(await kindOf(sessions[7]!.hash)).toBe('absent');
      expect((await listSessions(redis, 'ada-sub')).length).toBe(limits.sessionsPerPerson);
    });

    test('idle too long, or past the absolute end, is absent and leaves nothing behind', async () => {
      const idle = await born();
      await owned.command('HSET', `s:${idle.hash}`, 'seen', String(Date.now() - HOUR - 1));
      expect(await checkSession(redis, idle.hash)).toEqual({ kind: 'absent', reason: 'expired' });
      const over = await born();
      await owned.command('HSET', `s:${over.hash}`, 'abs', String(Date.now() - 1));
      expect(await checkSession(redis, over.hash)).toEqual({ kind: 'absent', reason: 'expired' });
      expect([await owned.command('KEYS', 's:*'), await owned.command('KEYS', 't:*')]).toEqual([[], []]);
    });

    test('a check touches at most once a minute and never past the absolute end', async () => {
      const session = await born({ absoluteMs: 2 * HOUR });
      const early = String(Date.now() - 61_000);
      await owned.command('HSET', `s:${session.hash}`, 'seen', early, 'abs', String(Date.now() + 10_000));
      await checkSession(redis, session.hash);
      const touched = await owned.command('HGET', `s:${session.hash}`, 'seen');
      expect(Number(touched)).toBeGreaterThan(Number(early) + 60_000);
      for (const key of ['s', 't']) expect(await owned.command('PTTL', `${key}:${session.hash}`)).toBeLessThanOrEqual(10_000);
      await checkSession(redis, session.hash);
      expect(await owned.command('HGET', `s:${session.hash}`, 'seen')).toBe(touched);
    });

    test('a replaced id means the new one for 10 s, and its tokens do not stay under the old', async () => {
      const session = await born();
      const next = await sha256(crypto, 'next');
      expect(await rotate(session, next)).toBe('rotated');
      const viaOld = await checkSession(redis, session.hash);
      const viaNew = await checkSession(redis, next);
      if (viaOld.kind !== 'live' || viaNew.kind !== 'live') throw new Error('not live');
      expect([viaOld.throughGrace, viaNew.throughGrace]).toEqual([true, false]);
      expect([viaOld.session.hash, viaOld.session.id, viaOld.session.generation]).toEqual([next, session.id, 2]);
      expect(viaNew.session.stepUpAtMs).toBeGreaterThan(0);
      expect(await owned.command('GET', `t:${session.hash}`)).toBeNull();
      expect(await owned.command('GET', `t:${next}`)).toBe('moved');
      expect((await listSessions(redis, 'ada-sub')).map((entry) => entry.hash)).toEqual([next]);
    });

    test('a replaced id used after 10 s ends the family, sets off the alarm once, and tells the person why', async () => {
      const session = await born();
      const [second, third] = [await sha256(crypto, '2'), await sha256(crypto, '3')];
      await rotate(session, second);
      await rotate({ ...session, hash: second }, third, 2);
      await age(session.hash, limits.sessionGraceMs);
      expect(await checkSession(redis, session.hash)).toEqual({ kind: 'absent', reason: 'theft', alarm: { user: 'ada-sub', session: session.id } });
      expect(await checkSession(redis, third)).toEqual({ kind: 'absent', reason: 'theft' });
      expect(await checkSession(redis, session.hash)).toEqual({ kind: 'absent', reason: 'theft' });
      expect((await pageAudit(redis, 'ada-sub', undefined, 10)).map((entry) => [entry.kind, entry.session])).toEqual([['theft-alarm', session.id]]);
    });

    test('only the holder of the lock with the current generation rotates; a repeated rotation is one', async () => {
      const session = await born();
      const next = await sha256(crypto, 'next');
      const rotation = { oldHash: session.hash, newHash: next, lock: 'not-held', generation: 1, envelope: 'moved', stepUp: false };
      expect(await rotateSession(redis, rotation)).toBe('changed');
      await lockRefresh(redis, session.hash, 'held');
      expect(await rotateSession(redis, { ...rotation, lock: 'held', generation: 2 })).toBe('changed');
      expect(await rotateSession(redis, { ...rotation, lock: 'held' })).toBe('rotated');
      expect(await rotateSession(redis, { ...rotation, lock: 'held' })).toBe('rotated');
      expect(await rotateSession(redis, { ...rotation, oldHash: await sha256(crypto, 'nobody') })).toBe('absent');
    });

    test('nothing brings a revoked session back: not touch, commit, rotation or lock', async () => {
      const session = await born();
      await lockRefresh(redis, session.hash, 'lock');
      expect(await revokeSession(redis, session.hash)).toEqual({ user: 'ada-sub', id: session.id, hash: session.hash, envelope: 'envelope' });
      expect(await commitRefresh(redis, { hash: session.hash, lock: 'lock', generation: 1, envelope: 'late' })).toBe('absent');
      expect(await rotate(session, await sha256(crypto, 'next'))).toBe('absent');
      expect(await lockRefresh(redis, session.hash, 'again')).toEqual({ kind: 'absent' });
      expect(await kindOf(session.hash)).toBe('absent');
      expect(await revokeSession(redis, session.hash)).toBeUndefined();
      for (const kind of ['s', 't', 'l']) expect(await owned.command('KEYS', `${kind}:*`)).toEqual([]);
    });

    test('a second copy of the call that made a session, come after its end, makes nothing', async () => {
      const ends: Array<(session: NewSession) => Promise<unknown>> = [
        ({ hash }) => revokeSession(redis, hash), ({ id }) => revokeSessionById(redis, 'ada-sub', id), () => revokeAllSessions(redis, 'ada-sub'),
        async ({ hash }) => createSession(redis, await newSession({ formerHash: hash, user: { id: 'bob-sub', email: 'bob@example.com' } })),
      ];
      for (const end of ends) {
        const session = await born();
        await end(session);
        await expect(createSession(redis, session)).rejects.toThrow('taken');
        expect(await checkSession(redis, session.hash)).toEqual({ kind: 'absent', reason: 'ended' });
        expect(await owned.command('PTTL', `x:${session.hash}`)).toBeLessThanOrEqual(limits.endedIdMs);
      }
      expect(await listSessions(redis, 'ada-sub')).toEqual([]);
    });

    test('signing out with the replaced id ends the new one too', async () => {
      const session = await born();
      const next = await sha256(crypto, 'next');
      await rotate(session, next);
      expect((await revokeSession(redis, session.hash))?.hash).toBe(next);
      expect(await kindOf(next)).toBe('absent');
    });

    test('a session that went on under another id is moved, not ended, and nothing is written under the old one', async () => {
      const session = await born();
      const next = await sha256(crypto, 'next');
      await rotate(session, next);
      expect(await lockRefresh(redis, session.hash, 'late')).toEqual({ kind: 'moved' });
      expect(await readTokens(redis, session.hash)).toEqual({ kind: 'moved' });
      expect(await commitRefresh(redis, { hash: session.hash, lock: 'late', generation: 1, envelope: 'late' })).toBe('changed');
      expect(await rotate(session, await sha256(crypto, 'other'))).toBe('changed');
      expect(await owned.command('GET', `t:${next}`)).toBe('moved');
      for (const kind of ['s', 't', 'l']) expect(await owned.command('KEYS', `${kind}:*`)).toEqual(kind === 'l' ? [] : [`${kind}:${next}`]);
      await revokeSession(redis, next);
      expect(await lockRefresh(redis, session.hash, 'late')).toEqual({ kind: 'absent' });
      expect(await commitRefresh(redis, { hash: session.hash, lock: 'late', generation: 1, envelope: 'late' })).toBe('absent');
      expect(await rotate(session, await sha256(crypto, 'other'))).toBe('absent');
    });

    test('of 50 that want to refresh one gets the lock; the rest read the same tokens', async () => {
      const session = await born();
      const tries = await Promise.all(Array.from({ length: 50 }, (_, i) => lockRefresh(redis, session.hash, `lock${i}`)));
      expect(tries.filter((tried) => tried.kind === 'locked').length).toBe(1);
      expect(new Set(tries.map((tried) => ('envelope' in tried ? tried.envelope : '')))).toEqual(new Set(['envelope']));
      expect(await owned.command('PTTL', `l:${session.hash}`)).toBeGreaterThan(limits.cognitoTimeoutMs);
      await unlockRefresh(redis, session.hash, 'not the holder');
      expect((await lockRefresh(redis, session.hash, 'other')).kind).toBe('busy');
    });

    test('a lock whose reply was lost belongs to its holder when the client repeats the call, for its full time, and to nobody else', async () => {
      const session = await born();
      expect((await lockRefresh(redis, session.hash, 'mine')).kind).toBe('locked');
      await owned.command('PEXPIRE', `l:${session.hash}`, '500');
      expect(await lockRefresh(redis, session.hash, 'mine')).toEqual({ kind: 'locked', generation: 1, envelope: 'envelope' });
      expect(await owned.command('PTTL', `l:${session.hash}`)).toBeGreaterThan(limits.cognitoTimeoutMs);
      expect([await lockRefresh(redis, session.hash, 'other'), await readTokens(redis, session.hash)].map(({ kind }) => kind)).toEqual(['busy', 'busy']);
      // It ran out, and somebody else came: a repetition that was long on the way takes nothing from them.
      await owned.command('DEL', `l:${session.hash}`);
      await lockRefresh(redis, session.hash, 'other');
      expect((await lockRefresh(redis, session.hash, 'mine')).kind).toBe('busy');
      expect(await owned.command('GET', `l:${session.hash}`)).toBe('other');
    });

    test('tokens that come after their lock ran out are kept when nobody else moved, and only then', async () => {
      const session = await born();
      const commit = { hash: session.hash, lock: 'mine', generation: 1, envelope: 'fresh' };
      await lockRefresh(redis, session.hash, 'mine');
      await owned.command('DEL', `l:${session.hash}`);
      await lockRefresh(redis, session.hash, 'other');
      expect(await commitRefresh(redis, commit)).toBe('changed');
      await unlockRefresh(redis, session.hash, 'other');
      expect(await commitRefresh(redis, commit)).toBe('committed');
      expect(await readTokens(redis, session.hash)).toEqual({ kind: 'busy', generation: 2, envelope: 'fresh' });
      // A second one that came as late finds that somebody has moved.
      expect(await commitRefresh(redis, { ...commit, lock: 'slower', envelope: 'stale' })).toBe('changed');
      expect(await readTokens(redis, session.hash)).toEqual({ kind: 'busy', generation: 2, envelope: 'fresh' });
    });

    test('a commit is a compare-and-set: the lock and the generation must still be its own; repeated, it is one', async () => {
      const session = await born();
      await lockRefresh(redis, session.hash, 'mine');
      const commit = { hash: session.hash, lock: 'mine', generation: 1, envelope: 'fresh' };
      expect(await commitRefresh(redis, { ...commit, lock: 'other' })).toBe('changed');
      expect(await commitRefresh(redis, { ...commit, generation: 7 })).toBe('changed');
      expect(await commitRefresh(redis, commit)).toBe('committed');
      expect(await commitRefresh(redis, commit)).toBe('committed');
      expect(await readTokens(redis, session.hash)).toEqual({ kind: 'busy', generation: 2, envelope: 'fresh' });
      expect(await owned.command('GET', `l:${session.hash}`)).toBeNull();
    });

    test('everywhere signed out is one increment: even a session that the list forgot is dead', async () => {
      const [forgotten, listed, kept] = [await born(), await born(), await born()];
      const other = await born({ user: { id: 'bob-sub', email: 'bob@example.com' } });
      await owned.command('ZREM', 'u:ada-sub:s', forgotten.hash);
      expect(await revokeAllSessions(redis, 'ada-sub', kept.hash)).toBe(1);
      expect(await Promise.all([forgotten, listed, kept, other].map((session) => kindOf(session.hash)))).toEqual(['absent', 'absent', 'live', 'live']);
      expect(await revokeAllSessions(redis, 'ada-sub')).toBe(1);
      expect(await kindOf(kept.hash)).toBe('absent');
      expect(await kindOf((await born()).hash)).toBe('live');
    });

    test('a change of password keeps its own session though another tab has just replaced the id, but not what an old copy of its cookie names', async () => {
      const [session, other] = [await born(), await born()];
      const next = await sha256(crypto, 'next');
      await rotate(session, next);
      await age(session.hash, limits.sessionGraceMs - 5_000);
      expect(await revokeAllSessions(redis, 'ada-sub', session.hash)).toBe(1);
      expect([await kindOf(next), await kindOf(other.hash)]).toEqual(['live', 'absent']);
      expect((await listSessions(redis, 'ada-sub')).map((entry) => entry.hash)).toEqual([next]);
      await age(session.hash, 5_000);
      expect(await revokeAllSessions(redis, 'ada-sub', session.hash)).toBe(1);
      expect(await kindOf(next)).toBe('absent');
    });

    test("nobody keeps a session alive through somebody else's sign-out", async () => {
      const [ada, bob] = [await born(), await born({ user: { id: 'bob-sub', email: 'bob@example.com' } })];
      await revokeAllSessions(redis, 'ada-sub', bob.hash);
      expect([await kindOf(ada.hash), await kindOf(bob.hash)]).toEqual(['absent', 'live']);
      expect(await owned.command('HGET', `s:${bob.hash}`, 'epoch')).toBe('0');
    });

    test('a thousand sessions of one person end by one command, also those that the list forgot', async () => {
      const one = await born();
      const record = (await owned.command('HGETALL', `s:${one.hash}`)) as string[];
      const hashes = await Promise.all(Array.from({ length: 1_000 }, (_, i) => sha256(crypto, `session ${i}`)));
      for (const [i, hash] of hashes.entries()) {
        await owned.command('HSET', `s:${hash}`, ...record);
        if (i % 2 === 0) await owned.command('ZADD', 'u:ada-sub:s', String(i), hash);
      }
      expect([await kindOf(hashes[0]!), await kindOf(hashes[999]!)]).toEqual(['live', 'live']);
      expect(await revokeAllSessions(redis, 'ada-sub', one.hash)).toBe(500);
      const after = new Set<string>();
      for (const hash of hashes) after.add(await kindOf(hash));
      expect([[...after], await kindOf(one.hash)]).toEqual([['absent'], 'live']);
    }, 60_000);

    test('people with live sessions in pages: each once, nobody skipped, whoever has none left out', async () => {
      const everybody: string[] = [];
      for (let i = 0; i < 7; i += 1) {
        const user = { id: `person-${i}`, email: `person${i}@${i === 4 ? 'Elsewhere' : 'example'}.com` };
        // Two of them end at the same millisecond, so that only their names tell them apart.
        await born({ user, absoluteMs: (10 + i) * HOUR });
        everybody.push(user.id);
      }
      await owned.command('ZADD', 'people', String(await owned.command('ZSCORE', 'people', 'person-2')), 'person-3');
      await born({ user: { id: 'person-5', email: 'person5@example.com' }, absoluteMs: HOUR });
      await revokeAllSessions(redis, 'person-0');
      const seen: Array<[string, number]> = [];
      let cursor: PersonCursor | undefined;
      let pages = 0;
      do {
        const page: Awaited<ReturnType<typeof listPeople>> = await listPeople(redis, { search: '', cursor, most: 2, scan: 3 });
        seen.push(...page.people.map((sessions) => [sessions[0]!.user.id, sessions.length] as [string, number]));
        cursor = page.next;
        pages += 1;
      } while (cursor !== undefined && pages < 20);
      expect(seen.toSorted()).toEqual(everybody.slice(1).map((id) => [id, id === 'person-5' ? 2 : 1]));
      expect(pages).toBeLessThan(20);
      const found = await listPeople(redis, { search: 'elsewhere', cursor: undefined, most: 10 });
      expect([found.people.map((sessions) => sessions[0]!.user.id), found.next]).toEqual([['person-4'], undefined]);
      expect((await listPeople(redis, { search: '%a.*', cursor: undefined, most: 10 })).people).toEqual([]);
    });

    test('a person who signs in between two pages moves to the front and hides nobody behind them', async () => {
      for (let i = 0; i < 4; i += 1) await born({ user: { id: `person-${i}`, email: `p${i}@example.com` }, absoluteMs: (10 + i) * HOUR });
      const first = await listPeople(redis, { search: '', cursor: undefined, most: 2 });
      expect(first.people.map((sessions) => sessions[0]!.user.id)).toEqual(['person-3', 'person-2']);
      await born({ user: { id: 'person-2', email: 'p2@example.com' }, absoluteMs: 24 * HOUR });
      const second = await listPeople(redis, { search: '', cursor: first.next, most: 2 });
      expect(second.people.map((sessions) => sessions[0]!.user.id)).toEqual(['person-1', 'person-0']);
      const place = String(await owned.command('ZSCORE', 'people', 'person-1'));
      await owned.command('ZREM', 'people', 'person-1');
      const third = await listPeople(redis, { search: '', cursor: { score: place, userId: 'person-1' }, most: 2 });
      expect(third.people.map((sessions) => sessions[0]!.user.id)).toEqual(['person-0']);
    });

    test('a person who is erased leaves an epoch behind and nothing else; no session comes back, none is made', async () => {
      const [listed, forgotten] = [await born(), await born()];
      const other = await born({ user: { id: 'bob-sub', email: 'bob@example.com' }, emailHash: 'bob-hash' });
      await owned.command('ZREM', 'u:ada-sub:s', forgotten.hash);
      await appendAudit(redis, { kind: 'sign-in', user: 'ada-sub' });
      const erase = () => erasePerson(redis, { userId: 'ada-sub', emailHash: listed.emailHash, longestMs: HOUR });
      for (const _ of [1, 2]) {
        await erase();
        expect([await kindOf(listed.hash), await kindOf(forgotten.hash), await kindOf(other.hash)]).toEqual(['absent', 'absent', 'live']);
        await expect(createSession(redis, await newSession())).rejects.toThrow('deleted');
        await revokeAllSessions(redis, 'ada-sub');
      }
      await appendAudit(redis, { kind: 'account-deleted', user: 'ada-sub', gone: true });
      const keys = (await owned.command('KEYS', '*')) as string[];
      expect(keys.filter((key) => key.includes('ada-sub') || key.includes(listed.emailHash))).toEqual(['u:ada-sub:epoch']);
      expect(await owned.command('PTTL', 'u:ada-sub:epoch')).toBeLessThanOrEqual(HOUR);
      expect(await owned.command('ZRANGE', 'people', '0', '-1')).toEqual(['bob-sub']);
      expect((await pageAudit(redis, 'all', undefined, 5))[0]).toMatchObject({ kind: 'account-deleted', user: 'ada-sub' });
    });

    test('a reset, which knows only the address, ends all sessions of that person', async () => {
      const session = await born();
      expect(await revokeAllByEmail(redis, session.emailHash)).toEqual({ ended: 1, userId: 'ada-sub' });
      expect(await kindOf(session.hash)).toBe('absent');
      expect(await revokeAllByEmail(redis, 'unknown')).toEqual({ ended: 0, userId: undefined });
    });

    test("a person can end one of their own sessions by its public id, and nobody else's", async () => {
      const [mine, also] = [await born(), await born()];
      const theirs = await born({ user: { id: 'bob-sub', email: 'bob@example.com' } });
      expect(await revokeSessionById(redis, 'ada-sub', theirs.id)).toBe(false);
      expect(await revokeSessionById(redis, 'ada-sub', mine.id)).toBe(true);
      expect(await Promise.all([mine, also, theirs].map((session) => kindOf(session.hash)))).toEqual(['absent', 'live', 'live']);
    });

    test('a transaction can be taken once', async () => {
      await putTransaction(redis, 'hash', 'content');
      const taken = await Promise.all([takeTransaction(redis, 'hash'), takeTransaction(redis, 'hash')]);
      expect(taken.toSorted()).toEqual(['content', undefined]);
    });

    test('attempts: the limit holds under concurrency, a refund gives one back, counters count together or not at all', async () => {
      const pair = { key: 'rl:pair', limit: 5, windowMs: 60_000 };
      const address = { key: 'rl:address', limit: 100, windowMs: 60_000 };
      const waits = await Promise.all(Array.from({ length: 20 }, () => countAttempt(redis, [pair, address])));
      expect(waits.filter((wait) => wait === 0).length).toBe(5);
      for (const wait of waits.filter((each) => each > 0)) expect(wait).toBeGreaterThan(30_000);
      expect(await owned.command('HGET', 'rl:address', 'n')).toBe('5');
      await refundAttempt(redis, [pair, address]);
      expect([await countAttempt(redis, [pair, address]), await countAttempt(redis, [pair, address]) > 0]).toEqual([0, true]);
      expect(await owned.command('PTTL', 'rl:pair')).toBeLessThanOrEqual(60_000);
    });

    test('attempts: past the free ones each pause is twice the one before', async () => {
      const account = { key: 'rl:account', limit: 20, windowMs: 86_400_000, freeOnes: 2 };
      const pauses: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        expect(await countAttempt(redis, [account])).toBe(0);
        const until = Number(await owned.command('HGET', 'rl:account', 'until'));
        pauses.push(until === 0 ? 0 : Math.round((until - Date.now()) / 1000));
        if (until > 0) expect(await countAttempt(redis, [account])).toBeGreaterThan(0);
        await owned.command('HSET', 'rl:account', 'until', '0');
      }
      expect(pauses).toEqual([0, 0, 1, 2, 4]);
    });

    test('audit: newest first in pages without gaps or repeats; an event for a known address reaches its person', async () => {
      const session = await born();
      for (let i = 0; i < 4; i += 1) await appendAudit(redis, { kind: 'sign-in', user: 'ada-sub', session: session.id, detail: `n${i}` });
      await appendAudit(redis, { kind: 'sign-in-failed', emailHash: session.emailHash, address: '192.0.2.0/24', detail: 'n4' });
      await appendAudit(redis, { kind: 'sign-in-failed', emailHash: 'unknown' });
      const first = await pageAudit(redis, 'ada-sub', undefined, 3);
      const second = await pageAudit(redis, 'ada-sub', first.at(-1)!.cursor, 3);
      expect([first, second].map((page) => page.map((entry) => entry.detail))).toEqual([['n4', 'n3', 'n2'], ['n1', 'n0']]);
      expect(first[0]).toMatchObject({ kind: 'sign-in-failed', session: '', address: '192.0.2.0/24' });
      expect(Math.abs(first[0]!.atMs - Date.now())).toBeLessThan(5_000);
      expect(await pageAudit(redis, 'ada-sub', second.at(-1)!.cursor, 3)).toEqual([]);
    });
  });
}
