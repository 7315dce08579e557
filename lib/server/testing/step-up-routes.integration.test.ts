import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as limits from '../../core/limits.ts';
import { BREAKER_OPEN_MS } from '../../core/session/circuit-breaker.ts';
import { sha256 } from '../../core/session/crypto-port.ts';
import { unsealSession } from '../seals.ts';
import { totpCode } from './factors.ts';
import { Browser, password, type RouteStack, SID, startRouteStack } from './route-stack.ts';
import { addPasskey, authenticator, bodyOf, must, setUpTotp, stepUp } from './signed-in-person.ts';

const TX = '__Host-Http-tx';
let stack: RouteStack;

beforeAll(async () => void (stack = await startRouteStack()));
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(() => stack.close());

let devices = 0;
const again = async (email: string): Promise<Browser> => {
  const browser = new Browser();
  devices += 1;
  browser.headers['x-forwarded-for'] = `192.0.2.${devices}`;
  await must(browser, 200, 'POST', '/api/auth/sign-in', { email, password });
  return browser;
};
const recordOf = async (browser: Browser) => `s:${await sha256(crypto, (await unsealSession('seal-session', browser.jar.get(SID)))!.id)}`;

const SENSITIVE: ReadonlyArray<readonly [string, string, unknown?]> = [
  ['POST', '/api/auth/totp', {}], ['POST', '/api/auth/totp/confirm', { code: '123456' }], ['DELETE', '/api/auth/totp'],
  ['POST', '/api/auth/totp/recovery-codes', {}], ['POST', '/api/auth/passkeys/options', {}], ['DELETE', '/api/auth/passkeys/x'], ['DELETE', '/api/account'],
];

test('a sign-in is not a step-up: every change of factors and the deletion ask for a fresh proof first', async () => {
  const { browser } = await stack.person();
  await stack.control('DELETE', '/requests');
  for (const edge of [true, false]) {
    browser.edge = edge;
    for (const [method, path, body] of SENSITIVE) {
      const reply = await browser.call(method, path, body);
      expect([path, reply.status, reply.data.code]).toEqual([path, 403, 'step-up-required']);
    }
  }
  expect(await stack.askedOf('cognito')).toEqual([]);
  expect(await stack.askedOf('s3')).toEqual([]);
  const stranger = new Browser();
  stranger.edge = false;
  for (const [method, path, body] of [...SENSITIVE, ['POST', '/api/auth/step-up', { password }], ['POST', '/api/auth/step-up/options', {}]] as const) {
    const reply = await stranger.call(method, path, body);
    expect([path, reply.status, reply.data.code]).toEqual([path, 401, 'not-signed-in']);
  }
});

test('a step-up gives a new session id, opens what is sensitive for ten minutes, and leaves no second sign-in behind', async () => {
  const { browser } = await stack.person();
  const before = browser.jar.get(SID)!;
  await stack.control('DELETE', '/requests');
  const { status, until } = await stepUp(browser);
  expect([status, Math.abs(Date.parse(until) - Date.now() - limits.stepUpMs) < 5_000]).toEqual(['stepped-up', true]);
  expect((await stack.askedOf('cognito')).toSorted()).toEqual(['InitiateAuth', 'RevokeToken']);
  expect(browser.jar.get(SID)).not.toBe(before);
  expect((await must(browser, 200, 'GET', '/api/auth/session')).session).toMatchObject({ stepUpUntil: expect.any(String), proof: 'password' });
  expect((await must(browser, 200, 'GET', '/api/sessions')).sessions.length).toBe(1);
  await must(browser, 200, 'POST', '/api/auth/totp', {});
  const record = await recordOf(browser);
  for (const stepUpAt of [Date.now() - limits.stepUpMs - 1, Date.now() + 3_600_000, 0]) {
    await stack.redisCommand('HSET', record, 'stepup', String(stepUpAt));
    expect([stepUpAt, (await browser.call('POST', '/api/auth/totp', {})).data.code]).toEqual([stepUpAt, 'step-up-required']);
  }
  expect((await must(browser, 200, 'GET', '/api/auth/session')).session.stepUpUntil).toBeUndefined();
});

test('a wrong password steps nothing up, is in the audit, and the sixth guess in a minute is refused', async () => {
  const { browser } = await stack.person();
  const statuses: number[] = [];
  for (let i = 0; i < 6; i += 1) statuses.push((await browser.call('POST', '/api/auth/step-up', { password: 'Wrong-horse-9' })).status);
  expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
  expect(statuses[5]).toBe(429);
  expect((await browser.call('POST', '/api/auth/totp', {})).data.code).toBe('step-up-required');
  expect((await browser.call('GET', '/api/auth/session')).status).toBe(200);
  const { events } = await must(browser, 200, 'GET', '/api/audit?limit=5');
  expect(events.map((event: { kind: string; detail: string }) => `${event.kind} ${event.detail}`)).toEqual(Array(5).fill('step-up-failed password'));
});

test("somebody else's password is of no use: the person of the session is asked for, and nobody else", async () => {
  const [ada, eve] = [await stack.person(), await stack.person()];
  await must(eve.browser, 200, 'POST', '/api/auth/password', { current: password, next: 'Other-horse-10' });
  expect((await ada.browser.call('POST', '/api/auth/step-up', { password: 'Other-horse-10' })).status).toBe(401);
  expect((await ada.browser.call('POST', '/api/auth/step-up', { password, email: eve.email })).status).toBe(400);
});

test('with an authenticator app the password alone is half a proof; the code is bound to the session that asked', async () => {
  const { browser } = await stack.person();
  await stepUp(browser);
  const { secret } = await setUpTotp(browser);
  const record = await recordOf(browser);
  await stack.redisCommand('HSET', record, 'stepup', '0');
  const challenge = await must(browser, 200, 'POST', '/api/auth/step-up', { password });
  expect(challenge).toEqual({ status: 'challenge', challenge: 'totp' });
  expect((await browser.call('POST', '/api/auth/totp', {})).data.code).toBe('step-up-required');
  const eve = await stack.person();
  const planted = browser.jar.get(TX)!;
  eve.browser.jar.set(TX, planted);
  expect((await eve.browser.call('POST', '/api/auth/step-up', { code: totpCode(secret) })).data.code).toBe('expired-code');
  // Whoever took it took it away: it is of no use to anybody now.
  expect((await browser.call('POST', '/api/auth/step-up', { code: totpCode(secret) })).data.code).toBe('expired-code');
  await must(browser, 200, 'POST', '/api/auth/step-up', { password });
  expect((await browser.call('POST', '/api/auth/step-up', { code: '000000' })).data.code).toBe('wrong-code');
  expect(await must(browser, 200, 'POST', '/api/auth/step-up', { code: totpCode(secret) })).toMatchObject({ status: 'stepped-up' });
  expect(browser.jar.has(TX)).toBe(false);
  expect((await must(browser, 200, 'GET', '/api/auth/session')).session.proof).toBe('totp');
  expect((await browser.call('POST', '/api/auth/step-up', { code: totpCode(secret, 1) })).data.code).toBe('expired-code');
});

test('a sign-in under way cannot be finished as a step-up, nor a step-up as a sign-in', async () => {
  const { browser, email } = await stack.person();
  await stepUp(browser);
  const { secret } = await setUpTotp(browser);
  const other = new Browser();
  other.headers['x-forwarded-for'] = '192.0.2.251';
  await must(other, 200, 'POST', '/api/auth/sign-in', { email, password });
  browser.jar.set(TX, other.jar.get(TX)!);
  expect((await browser.call('POST', '/api/auth/step-up', { code: totpCode(secret) })).data.code).toBe('expired-code');
  await must(browser, 200, 'POST', '/api/auth/step-up', { password });
  const thief = new Browser();
  thief.jar.set(TX, browser.jar.get(TX)!);
  const stolen = await thief.call('POST', '/api/auth/challenge', { code: totpCode(secret) });
  expect([stolen.status, stolen.data.code, thief.jar.has(SID)]).toEqual([401, 'not-signed-in', false]);
});

test('a passkey steps up; the passkey of somebody else, a second use and another session do not', async () => {
  const [ada, eve] = [await stack.person(), await stack.person()];
  const [adas, eves] = [authenticator(), authenticator()];
  for (const [who, key] of [[ada, adas], [eve, eves]] as const) {
    await stepUp(who.browser);
    await addPasskey(who.browser, key, 'Key');
  }
  const record = await recordOf(ada.browser);
  await stack.redisCommand('HSET', record, 'stepup', '0');
  const options = async (browser: Browser) => (await must(browser, 200, 'POST', '/api/auth/step-up/options', {})).publicKey;

  const foreign = eves.get({ ...(await options(ada.browser)), allowCredentials: [] });
  expect((await ada.browser.call('POST', '/api/auth/step-up', { credential: foreign })).data.code).toBe('wrong-credentials');
  expect((await ada.browser.call('POST', '/api/auth/totp', {})).data.code).toBe('step-up-required');

  const asked = await options(ada.browser);
  const second = await again(ada.email);
  second.jar.set(TX, ada.browser.jar.get(TX)!);
  expect((await second.call('POST', '/api/auth/step-up', { credential: adas.get(asked) })).data.code).toBe('expired-code');

  const good = adas.get(await options(ada.browser));
  const kept = ada.browser.jar.get(TX)!;
  expect(await must(ada.browser, 200, 'POST', '/api/auth/step-up', { credential: good })).toMatchObject({ status: 'stepped-up' });
  expect((await must(ada.browser, 200, 'GET', '/api/auth/session')).session.proof).toBe('passkey');
  ada.browser.jar.set(TX, kept);
  expect((await ada.browser.call('POST', '/api/auth/step-up', { credential: good })).data.code).toBe('expired-code');
});

test('an old session may end itself, but others only after a step-up', async () => {
  const { browser, email } = await stack.person();
  const phone = await again(email);
  const { sessions } = await must(browser, 200, 'GET', '/api/sessions');
  const [theirs] = sessions.filter(({ current }: { current: boolean }) => !current);
  await stack.redisCommand('HSET', await recordOf(browser), 'created', String(Date.now() - limits.sensitiveAgeMs - 1));
  for (const [method, path, body] of [['DELETE', `/api/sessions/${theirs.id}`], ['POST', '/api/sessions/revoke', { scope: 'others' }], ['POST', '/api/sessions/revoke', { scope: 'all' }]] as const) {
    const reply = await browser.call(method, path, body);
    expect([path, reply.status, reply.data.code]).toEqual([path, 403, 'step-up-required']);
  }
  expect((await phone.call('GET', '/api/auth/session')).status).toBe(200);
  await stepUp(browser);
  expect(await must(browser, 200, 'POST', '/api/sessions/revoke', { scope: 'others' })).toEqual({ ended: 1 });
  expect((await phone.call('GET', '/api/auth/session')).status).toBe(401);
  await stack.redisCommand('HSET', await recordOf(browser), 'stepup', '0');
  const own = (await must(browser, 200, 'GET', '/api/auth/session')).session.id;
  await must(browser, 204, 'DELETE', `/api/sessions/${own}`);
});

test('while Cognito does not answer a step-up is 503, costs no try, and the session stays as it was', async () => {
  const { browser } = await stack.person();
  await stack.control('POST', '/faults', { service: 'cognito', operation: 'InitiateAuth', action: 'fail', status: 500, times: 8 });
  for (let i = 0; i < 8; i += 1) {
    const reply = await browser.call('POST', '/api/auth/step-up', { password });
    expect([reply.status, reply.data.code, reply.response.headers.get('set-cookie')]).toEqual([503, 'unavailable', null]);
  }
  await stack.control('DELETE', '/faults');
  // The breaker lets a probe through once it has been open for its time.
  const answered = async () => bodyOf(await browser.call('POST', '/api/auth/step-up', { password }));
  await expect.poll(answered, { interval: 100, timeout: BREAKER_OPEN_MS + 3_000 }).toMatchObject({ status: 'stepped-up' });
});
