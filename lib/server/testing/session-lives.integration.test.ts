import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../core/session/crypto-port.ts';
import { openVault } from '../../core/session/token-vault.ts';
import { keyRing } from '../keys.ts';
import { unsealSession } from '../seals.ts';
import { sessionTokens } from '../session/tokens.ts';
import { type Browser, password, type Reply, type RouteStack, SID, startRouteStack } from './route-stack.ts';
import { must, stepUp } from './signed-in-person.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let stack: RouteStack;

beforeAll(async () => void (stack = await startRouteStack()));
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());
afterAll(() => stack.close());

const sealOf = async (browser: Browser) => (await unsealSession('seal-session', browser.jar.get(SID)))!;
const hashOf = async (browser: Browser) => sha256(crypto, (await sealOf(browser)).id);

test('a session unused for a day, or a week old, is over by either door, and a remembered one after 14 and 30 days', async () => {
  for (const { remember, idleMs, absoluteMs } of [{ remember: false, idleMs: DAY, absoluteMs: 7 * DAY }, { remember: true, idleMs: 14 * DAY, absoluteMs: 30 * DAY }]) {
    for (const edge of [true, false]) {
      for (const field of ['seen', 'abs'] as const) {
        const { browser } = await stack.person({ remember });
        browser.edge = edge;
        const hash = await hashOf(browser);
        const [created, ends] = [await stack.redisCommand('HGET', `s:${hash}`, 'created'), await stack.redisCommand('HGET', `s:${hash}`, 'abs')].map(Number);
        expect(ends! - created!).toBe(absoluteMs);
        // A minute before its time it lives.
        await stack.redisCommand('HSET', `s:${hash}`, field, String(field === 'seen' ? Date.now() - idleMs + MINUTE : Date.now() + MINUTE));
        expect((await browser.call('GET', '/api/auth/session')).status).toBe(200);
        await stack.redisCommand('HSET', `s:${hash}`, field, String(field === 'seen' ? Date.now() - idleMs - 1 : Date.now() - 1));
        const over = await browser.call('GET', '/api/auth/session');
        expect([remember, edge, field, over.status, over.data.code, browser.jar.has(SID)]).toEqual([remember, edge, field, 401, 'not-signed-in', false]);
        expect([await stack.redisCommand('EXISTS', `s:${hash}`), await stack.redisCommand('EXISTS', `t:${hash}`)]).toEqual([0, 0]);
      }
    }
  }
});

test('what a session hangs on leaves the server in Set-Cookie only: no answer tells its id, its keys or a token', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const answers: string[] = [];
  const secrets = new Set<string>();
  const heard = async ({ response }: Reply) => {
    answers.push(JSON.stringify([...response.headers].filter(([name]) => name !== 'set-cookie')) + (await response.text()));
    const seal = browser.jar.get(SID);
    if (seal === undefined) return;
    const { id, dataKey } = await sealOf(browser);
    const hash = await hashOf(browser);
    const tokens = (await openVault(crypto, keyRing(), dataKey, hash, String(await stack.redisCommand('GET', `t:${hash}`)), sessionTokens))!;
    for (const secret of [seal, id, dataKey, hash, tokens.accessToken, tokens.refreshToken, browser.jar.get('__Host-Http-device')!]) secrets.add(secret);
  };
  await heard(await browser.call('POST', '/api/auth/sign-in', { email, password }));
  for (const path of ['/api/auth/session', '/api/sessions', '/api/audit', '/api/auth/totp', '/api/auth/passkeys']) {
    const reply = await browser.call('GET', path);
    expect([path, reply.status]).toEqual([path, 200]);
    await heard(reply);
  }
  await stepUp(browser);
  await heard(await browser.call('POST', '/api/auth/totp', {}));
  await heard(await browser.call('POST', '/api/auth/passkeys/options', {}));
  await heard(await browser.call('POST', '/api/auth/password', { current: password, next: 'Other-horse-10' }));
  await heard(await browser.call('GET', '/api/auth/session'));
  await must(browser, 204, 'POST', '/api/auth/sign-out');
  // Three ids: of the sign-in, the step-up and the new password.
  expect(secrets.size).toBeGreaterThanOrEqual(3 * 4 + 3);
  expect(answers.join('\n')).toContain(email);
  for (const secret of secrets) expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
});
