import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../core/session/crypto-port.ts';
import { checkSession } from '../../core/session/scripts/check-session.ts';
import { createSession } from '../../core/session/scripts/create-session.ts';
import { commitRefresh, lockRefresh } from '../../core/session/scripts/refresh-lock.ts';
import { revokeAllSessions } from '../../core/session/scripts/revoke-session.ts';
import { rotateSession } from '../../core/session/scripts/rotate-session.ts';
import { openTestRedis, type TestRedis } from './redis-ports.ts';
import { newSession } from './session-contract.ts';

/**
 * What the simulation found, and its ledger forgives by name. Each is a promise that does not hold yet: `test.fails`
 * turns red on the day it does; then the test moves to the contract, and the ledger's exception goes.
 */
let owned: TestRedis;
beforeAll(async () => {
  owned = await openTestRedis('mock');
});
beforeEach(async () => void (await owned.command('FLUSHALL')));
afterAll(() => owned.close());

async function replaced(): Promise<{ old: string; next: string }> {
  const session = await newSession();
  await createSession(owned.port, session);
  const next = await sha256(crypto, 'next');
  await lockRefresh(owned.port, session.hash, 'lock');
  if ((await rotateSession(owned.port, { oldHash: session.hash, newHash: next, lock: 'lock', generation: 1, envelope: 'moved', stepUp: true })) !== 'rotated') throw new Error('not rotated');
  return { old: session.hash, next };
}

test.fails('a change of password keeps its own session though another tab has just replaced the id', async () => {
  const { old, next } = await replaced();
  expect(await revokeAllSessions(owned.port, 'ada-sub', old)).toBe(0);
  expect((await checkSession(owned.port, next)).kind).toBe('live');
});

test.fails('a sign-in ends the session of its former cookie though another tab has just replaced the id', async () => {
  const { old, next } = await replaced();
  await createSession(owned.port, await newSession({ formerHash: old }));
  expect((await checkSession(owned.port, next)).kind).toBe('absent');
});

test.fails('a lock whose reply was lost belongs to its holder when the client repeats the call', async () => {
  const session = await newSession();
  await createSession(owned.port, session);
  await lockRefresh(owned.port, session.hash, 'mine');
  expect((await lockRefresh(owned.port, session.hash, 'mine')).kind).toBe('locked');
});

test.fails('tokens that come after their lock ran out are kept when nobody else moved', async () => {
  const session = await newSession();
  await createSession(owned.port, session);
  await lockRefresh(owned.port, session.hash, 'mine');
  await owned.command('DEL', `l:${session.hash}`);
  expect(await commitRefresh(owned.port, { hash: session.hash, lock: 'mine', generation: 1, envelope: 'fresh' })).toBe('committed');
});
