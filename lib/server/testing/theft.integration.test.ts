import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as limits from '../../core/limits.ts';
import { sha256 } from '../../core/session/crypto-port.ts';
import { createKeyRing, type KeyPurpose } from '../../core/session/key-ring.ts';
import { SENTENCES } from '../../core/session/problem.ts';
import { openVault } from '../../core/session/token-vault.ts';
import { guard } from '../../edge/guard.ts';
import { serverEnv } from '../env.ts';
import { keyRing } from '../keys.ts';
import { unsealSession } from '../seals.ts';
import { sessionTokens } from '../session/tokens.ts';
import { Browser, ORIGIN, password, SID, startRouteStack, type RouteStack } from './route-stack.ts';

let stack: RouteStack;
let logged: string[];
beforeAll(async () => {
  stack = await startRouteStack();
});
beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void logged.push(String(line)));
});
afterEach(() => void vi.restoreAllMocks());
afterAll(() => stack.close());

const NEXT = 'Other-horse-10';
const hashIn = async (seal: string) => sha256(crypto, (await unsealSession('seal-session', seal))!.id);

/** Somebody whose cookie was copied before it was replaced. */
async function robbed() {
  const { browser, email } = await stack.person();
  const copied = browser.jar.get(SID)!;
  const changed = await browser.call('POST', '/api/auth/password', { current: password, next: NEXT });
  if (changed.status !== 200 || browser.jar.get(SID) === copied) throw new Error('the id was not replaced');
  const thief = new Browser();
  thief.headers['x-forwarded-for'] = '198.51.100.99';
  thief.jar.set(SID, copied);
  return { browser, email, thief, copied };
}

/** The grace is over: the tombstone's own time moves, on Redis. */
async function afterGrace(seal: string): Promise<void> {
  const key = `x:${await hashIn(seal)}`;
  if ((await stack.redisCommand('EXISTS', key)) !== 1) throw new Error('no tombstone');
  await stack.redisCommand('HINCRBY', key, 'at', String(-limits.sessionGraceMs));
}

for (const edge of [true, false]) {
  test(`an old copy of a cookie, used after its 10 s ${edge ? 'at the edge' : 'past the middleware'}, ends the family; both are told why, and the audit keeps it`, async () => {
    const { browser, email, thief, copied } = await robbed();
    const current = browser.jar.get(SID)!;
    thief.edge = edge;
    expect((await thief.call('GET', '/api/auth/session')).status).toBe(200);
    await afterGrace(copied);
    thief.jar.set(SID, copied);
    const caught = await thief.call('GET', '/api/auth/session');
    expect([caught.status, caught.data.code, (caught.data as { detail?: string }).detail, thief.jar.has(SID)]).toEqual([401, 'not-signed-in', SENTENCES.theft, false]);
    expect(logged.filter((line) => line.includes('"theft-alarm"')).length).toBe(1);
    for (const seal of [copied, current]) for (const kind of ['s', 't', 'l']) expect(await stack.redisCommand('EXISTS', `${kind}:${await hashIn(seal)}`)).toBe(0);
    // The person, whose cookie was never wrong, is told as well: at the API, on a page, and by either door.
    for (const door of [true, false]) {
      browser.edge = door;
      browser.jar.set(SID, current);
      const told = await browser.call('GET', '/api/auth/session');
      expect([told.status, (told.data as { detail?: string }).detail, browser.jar.has(SID)]).toEqual([401, SENTENCES.theft, false]);
    }
    const page = await guard(new Request(`${ORIGIN}/account`, { headers: { cookie: `${SID}=${current}` } }));
    expect(page.kind === 'respond' && [page.response.status, page.response.headers.get('location')]).toEqual([303, `${ORIGIN}/sign-in?returnTo=%2Faccount&done=theft`]);
    // Asking again, with either cookie, is not another alarm.
    expect(logged.filter((line) => line.includes('"theft-alarm"')).length).toBe(1);
    browser.jar.delete(SID);
    browser.edge = true;
    expect((await browser.call('POST', '/api/auth/sign-in', { email, password: NEXT })).status).toBe(200);
    const { events } = (await browser.call('GET', '/api/audit')).data as unknown as { events: { kind: string; device: string }[] };
    expect(events.filter(({ kind }) => kind === 'theft-alarm')).toMatchObject([{ device: 'Firefox on Linux' }]);
  });
}

test('an older copy, two ids back, is found out all the same', async () => {
  const { browser, thief, copied } = await robbed();
  expect((await browser.call('POST', '/api/auth/password', { current: NEXT, next: password })).status).toBe(200);
  await afterGrace(copied);
  expect((await thief.call('GET', '/api/sessions')).status).toBe(401);
  expect((await browser.call('GET', '/api/sessions')).status).toBe(401);
});

test('within the 10 s the old cookie opens no tokens: its data key is worth nothing', async () => {
  const { thief } = await robbed();
  expect((await thief.call('POST', '/api/auth/password', { current: NEXT, next: 'Third-horse-11' })).data.code).toBe('unavailable');
});

test('a dump of Redis, with the source and every secret of the environment, opens no vault; with the cookie alone neither', async () => {
  const { browser } = await stack.person();
  const seal = (await unsealSession('seal-session', browser.jar.get(SID)))!;
  const hash = await sha256(crypto, seal.id);
  const envelope = String(await stack.redisCommand('GET', `t:${hash}`));
  // The attempts below fail for want of the key, not for want of skill.
  expect(await openVault(crypto, keyRing(), seal.dataKey, hash, envelope, sessionTokens)).toMatchObject({ refreshToken: expect.any(String) });
  const dump = await stack.redisDump();
  const master = serverEnv().sessionSecrets.keys.get(1)!;
  const purposes: KeyPurpose[] = ['seal-session', 'seal-transaction', 'seal-device', 'hand-over', 'pepper', 'counters'];
  const derived = await Promise.all(purposes.map(async (purpose) => Buffer.from((await keyRing().key(purpose, 1))!).toString('base64url')));
  const hashed = await Promise.all([...dump.matchAll(/[\w@.+/-]{3,}/g)].map(([word]) => sha256(crypto, word)));
  const keys = new Set([
    ...derived, Buffer.from(master).toString('base64url'), Buffer.alloc(32).toString('base64url'), Buffer.alloc(32, 255).toString('base64url'), hash, ...hashed,
    ...[...dump.matchAll(/[\w-]{43}/g)].map(([word]) => word), await sha256(crypto, process.env['COGNITO_CLIENT_SECRET']!), await sha256(crypto, process.env['UPSTASH_REDIS_REST_TOKEN']!),
  ]);
  expect([keys.size > 50, keys.has(seal.dataKey)]).toEqual([true, false]);
  const opened: string[] = [];
  for (const key of keys) if ((await openVault(crypto, keyRing(), key, hash, envelope, sessionTokens)) !== undefined) opened.push(key);
  expect(opened).toEqual([]);
  // The other half: the cookie's key with any pepper but ours, and our pepper with the envelope moved to another session.
  const strange = createKeyRing(crypto, { current: 1, keys: new Map([[1, new Uint8Array(32)]]) });
  expect(await openVault(crypto, strange, seal.dataKey, hash, envelope, sessionTokens)).toBeUndefined();
  expect(await openVault(crypto, keyRing(), seal.dataKey, await sha256(crypto, 'another'), envelope, sessionTokens)).toBeUndefined();
});
