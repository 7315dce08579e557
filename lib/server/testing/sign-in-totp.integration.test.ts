import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { SetUserMFAPreferenceCommand } from '@aws-sdk/client-cognito-identity-provider';
import { newRecoveryCodes } from '../account/recovery-codes.ts';
import { cognito } from '../cognito/client.ts';
import { unsealSession } from '../seals.ts';
import { storeTransaction } from '../session/transaction.ts';
import { giveTotp, tokensOf, totpCode } from './factors.ts';
import { password, type RouteStack, SID, startRouteStack, stranger } from './route-stack.ts';

const TX = '__Host-Http-tx';
const SIGN_IN = '/api/auth/sign-in';
const ANSWER = '/api/auth/challenge';

let stack: RouteStack;

beforeAll(async () => {
  stack = await startRouteStack();
});
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(() => stack.close());

async function personWithTotp() {
  const person = await stack.person({ signIn: false });
  return { ...person, ...(await giveTotp(person.email)) };
}

test('with an authenticator app the password alone opens nothing; its code does, once', async () => {
  const { browser, email, secret, userId } = await personWithTotp();
  const asked = await browser.call('POST', SIGN_IN, { email, password, remember: true });
  expect([asked.status, asked.data, browser.jar.has(SID)]).toEqual([200, { status: 'challenge', challenge: 'totp' }, false]);
  const planted = browser.jar.get(TX)!;
  const done = await browser.call('POST', ANSWER, { code: totpCode(secret) });
  expect([done.status, done.data]).toEqual([200, { status: 'signed-in', user: { id: userId, email } }]);
  expect((await browser.call('GET', '/api/auth/session')).data).toMatchObject({ session: { proof: 'totp', remembered: true } });
  expect(browser.jar.has(TX)).toBe(false);
  expect((await stranger().call('POST', ANSWER, { code: totpCode(secret, 1) }, { cookie: `${TX}=${planted}` })).data.code).toBe('not-signed-in');
  // The same code again, for a sign-in of its own: somebody looked over the shoulder.
  const thief = stranger();
  await thief.call('POST', SIGN_IN, { email, password });
  expect((await thief.call('POST', ANSWER, { code: totpCode(secret) })).data.code).toBe('wrong-code');
});

test('three wrong codes end the sign-in, and the right one comes too late', async () => {
  const { browser, email, secret } = await personWithTotp();
  await browser.call('POST', SIGN_IN, { email, password });
  const wrong = totpCode(secret) === '000000' ? '111111' : '000000';
  const replies = [];
  for (let tries = 0; tries < 3; tries += 1) replies.push(await browser.call('POST', ANSWER, { code: wrong }));
  expect(replies.map(({ status, data }) => [status, data.code])).toEqual([[400, 'wrong-code'], [400, 'wrong-code'], [401, 'not-signed-in']]);
  expect([browser.jar.has(TX), (await browser.call('POST', ANSWER, { code: totpCode(secret) })).status]).toEqual([false, 401]);
});

test('a recovery code takes the lost app off: then the password is enough, the code is burnt, and the audit knows', async () => {
  const { browser, email, userId } = await personWithTotp();
  const codes = await newRecoveryCodes(userId);
  if (codes === 'unavailable') throw new Error('no codes');
  await browser.call('POST', SIGN_IN, { email, password });
  const recovered = await browser.call('POST', ANSWER, { recoveryCode: ` ${codes[3]!.toLowerCase().replaceAll('-', ' ')} ` });
  expect([recovered.status, recovered.data]).toEqual([200, { status: 'recovered', codesLeft: 9 }]);
  expect([browser.jar.has(TX), browser.jar.has(SID)]).toEqual([false, false]);
  expect((await browser.call('POST', SIGN_IN, { email, password })).data).toMatchObject({ status: 'signed-in' });
  const { events } = (await browser.call('GET', '/api/audit')).data as unknown as { events: Array<{ kind: string; detail: string }> };
  expect(events.find(({ kind }) => kind === 'recovery-code-used')).toMatchObject({ detail: '9 left' });
  // Switched on again, the burnt code does nothing.
  await giveTotp(email);
  await browser.call('POST', SIGN_IN, { email, password });
  const burnt = await browser.call('POST', ANSWER, { recoveryCode: codes[3] });
  expect([burnt.status, burnt.data.code, browser.jar.has(TX)]).toEqual([400, 'wrong-code', true]);
});

test("a recovery code without the password, another person's, at another challenge, or while S3 is away: the app stays on", async () => {
  const { browser, email, userId, secret } = await personWithTotp();
  const codes = await newRecoveryCodes(userId);
  const eve = await personWithTotp();
  const hers = await newRecoveryCodes(eve.userId);
  if (codes === 'unavailable' || hers === 'unavailable') throw new Error('no codes');
  expect((await stranger().call('POST', ANSWER, { recoveryCode: codes[0] })).data.code).toBe('not-signed-in');
  await browser.call('POST', SIGN_IN, { email, password });
  expect((await browser.call('POST', ANSWER, { recoveryCode: hers[0] })).data.code).toBe('wrong-code');
  expect((await browser.call('POST', ANSWER, { newPassword: 'Third-horse-11' })).data.code).toBe('invalid-request');
  await browser.call('POST', SIGN_IN, { email, password });
  await stack.control('POST', '/faults', { service: 's3', action: 'drop-request', times: 20 });
  const away = await browser.call('POST', ANSWER, { recoveryCode: codes[0] });
  expect([away.status, away.data.code, browser.jar.has(TX)]).toEqual([503, 'unavailable', true]);
  await stack.control('DELETE', '/faults');
  expect((await browser.call('POST', ANSWER, { code: totpCode(secret) })).status).toBe(200);
  for (const recoveryCode of ['', 'a'.repeat(65), 5, null]) expect((await stranger().call('POST', ANSWER, { recoveryCode })).data.code).toBe('invalid-request');
});

test('of one recovery code in five browsers at a time one recovers', async () => {
  const { email, userId } = await personWithTotp();
  const codes = await newRecoveryCodes(userId);
  if (codes === 'unavailable') throw new Error('no codes');
  const browsers = [];
  for (let index = 0; index < 5; index += 1) {
    const browser = stranger();
    await browser.call('POST', SIGN_IN, { email, password });
    browsers.push(browser);
  }
  const replies = await Promise.all(browsers.map((browser) => browser.call('POST', ANSWER, { recoveryCode: codes[0] })));
  expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400, 400]);
});

test('a mailed code as the second factor comes after the password and never before it', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const { accessToken } = await tokensOf(email);
  await cognito().send(new SetUserMFAPreferenceCommand({ AccessToken: accessToken, EmailMfaSettings: { Enabled: true, PreferredMfa: true } }));
  const wrong = await browser.call('POST', SIGN_IN, { email, password: 'Wrong-horse-9' });
  expect(wrong.data.code).toBe('wrong-credentials');
  const before = stack.mails.length;
  const asked = await browser.call('POST', SIGN_IN, { email, password });
  expect(asked.data).toEqual({ status: 'challenge', challenge: 'email-code', outbox: `${process.env.OUTBOX_URL}?to=${encodeURIComponent(email)}` });
  expect(stack.mails.length).toBe(before + 1);
  expect((await browser.call('POST', ANSWER, { code: '00000000' })).data.code).toBe('wrong-code');
  const done = await browser.call('POST', ANSWER, { code: stack.codeFor(email) });
  expect([done.status, (await browser.call('GET', '/api/auth/session')).data]).toMatchObject([200, { session: { proof: 'email-code' } }]);
});

test('with an app and mailed codes both on and neither preferred, the app is asked without the person choosing, and no mail goes out', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const { accessToken } = await tokensOf(email);
  const { secret } = await giveTotp(email);
  const both = { Enabled: true, PreferredMfa: false };
  await cognito().send(new SetUserMFAPreferenceCommand({ AccessToken: accessToken, SoftwareTokenMfaSettings: both, EmailMfaSettings: both }));
  const mails = stack.mails.length;
  await stack.control('DELETE', '/requests');
  expect((await browser.call('POST', SIGN_IN, { email, password })).data).toEqual({ status: 'challenge', challenge: 'totp' });
  expect([await stack.askedOf('cognito'), stack.mails.length]).toEqual([['RespondToAuthChallenge', 'InitiateAuth'], mails]);
  expect((await browser.call('POST', ANSWER, { code: totpCode(secret) })).data).toMatchObject({ status: 'signed-in', user: { email } });
});

test('a question that a step-up asked is no sign-in: taken with a stranger\'s hands it opens nothing', async () => {
  const { email, secret, userId } = await personWithTotp();
  const browser = stranger();
  await browser.call('POST', SIGN_IN, { email, password });
  const planted = await storeTransaction({
    purpose: 'step-up', challenge: 'totp', cognitoSession: 'x'.repeat(64), username: userId, tries: 0, endsAtMs: Date.now() + 60_000, session: 'a-session', user: userId,
  });
  const cookie = planted.split(';')[0]!;
  const reply = await browser.call('POST', ANSWER, { code: totpCode(secret) }, { cookie });
  expect([reply.status, reply.data.code]).toEqual([401, 'not-signed-in']);
  // Nor a managed login; nor one whose time is over, though Redis still has it.
  for (const content of [
    { purpose: 'managed-login', state: 's', nonce: 'n', verifier: 'v', returnTo: '/' } as const,
    { purpose: 'sign-in', challenge: 'totp', cognitoSession: 'x'.repeat(64), username: userId, email, remember: false, tries: 0, endsAtMs: Date.now() - 1, firstFactor: false } as const,
  ]) {
    const stored = (await storeTransaction(content)).split(';')[0]!;
    expect((await browser.call('POST', ANSWER, { code: totpCode(secret) }, { cookie: stored })).data.code).toBe('not-signed-in');
  }
  // A transaction's cookie is no session's.
  expect(await unsealSession('seal-session', cookie.slice(cookie.indexOf('=') + 1))).toBeUndefined();
  expect((await browser.call('GET', '/api/auth/session', undefined, { cookie: `${SID}=${cookie.slice(cookie.indexOf('=') + 1)}` })).status).toBe(401);
});
