import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFaults } from '../../faults.ts';
import { startFront, type Front } from '../../front.ts';
import { createRequestLog } from '../../request-log.ts';
import { codeAt, useAuthenticator, wrongCode } from '../testing/factors.ts';
import { challengeOf, complaintOf, createLoginBrowser, formOf, verifier, type LoginBrowser, type Page } from '../testing/login-browser.ts';
import { config, named, openTestPool, password, signInInput, type TestPool } from '../testing/test-pool.ts';

/** What stands between the right password and the app: second factors, a new password, and their abuse. */
const ada = 'ada@example.com';
const redirectUri = config.callbackUrls[0]!;
let pool: TestPool;
let front: Front;
let browser: LoginBrowser;

async function open(mfa?: 'ON') {
  pool = await openTestPool(mfa === undefined ? {} : { config: { ...config, mfa } });
  front = await startFront({ service: pool.service, port: 0, faults: createFaults(), log: createRequestLog() });
  browser = createLoginBrowser(front.url);
}
async function close() {
  await front.close();
  await pool.dispose();
}
beforeEach(() => open());
afterEach(close);

function query(state = 'state-1'): string {
  return new URLSearchParams({ response_type: 'code', client_id: config.clientId, redirect_uri: redirectUri, state, code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }).toString();
}

async function afterPassword(username = ada, itsPassword = password): Promise<Page> {
  const page = await browser.submit(await browser.get(`/login?${query()}`), { username, password: itsPassword });
  expect([page.status, page.location, browser.jar.has('cognito')]).toEqual([200, '', false]);
  return page;
}

const titleOf = ({ text }: Page) => /<h1>([^<]*)<\/h1>/.exec(text)?.[1];
const isIn = (page: Page) => page.status === 302 && new URL(page.location).searchParams.has('code');

test('an authenticator’s code is asked for, may be mistyped, and works once', async () => {
  await pool.signUpAndConfirm(ada);
  const secret = await useAuthenticator(pool, (await pool.signIn(ada)).AccessToken);
  const code = codeAt(secret, pool.clock.now);
  const asked = await afterPassword();
  expect(titleOf(asked)).toBe('Enter your authenticator’s code');
  const wrong = await browser.submit(asked, { code: wrongCode(code) });
  expect([wrong.status, complaintOf(wrong)]).toEqual([401, 'This code is wrong. Type the newest one.']);
  expect(isIn(await browser.submit(wrong, { code: `${code.slice(0, 3)} ${code.slice(3)}` }))).toBe(true);

  const again = await browser.submit(await afterFreshPassword(), { code });
  expect([again.status, complaintOf(again)]).toEqual([401, 'This code has been used already. Wait for the next one.']);
  pool.clock.now += 30_000;
  expect(isIn(await browser.submit(again, { code: codeAt(secret, pool.clock.now) }))).toBe(true);
});

/** In a browser that is not signed in. */
async function afterFreshPassword(): Promise<Page> {
  browser.jar.clear();
  return afterPassword();
}

test('a mailed code is asked for when that is the second factor', async () => {
  await pool.signUpAndConfirm(ada);
  const { AccessToken } = await pool.signIn(ada);
  await pool.must('SetUserMFAPreference', { AccessToken, EmailMfaSettings: { Enabled: true, PreferredMfa: true } });
  const asked = await afterPassword();
  expect(titleOf(asked)).toBe('Enter the code from your mail');
  expect(isIn(await browser.submit(asked, { code: pool.codeFor(ada) }))).toBe(true);
});

test('of two factors without a preference the authenticator is asked for', async () => {
  await pool.signUpAndConfirm(ada);
  const { AccessToken } = await pool.signIn(ada);
  const secret = await useAuthenticator(pool, AccessToken);
  await pool.must('SetUserMFAPreference', { AccessToken, EmailMfaSettings: { Enabled: true } });
  const asked = await afterPassword();
  expect(titleOf(asked)).toBe('Enter your authenticator’s code');
  expect(isIn(await browser.submit(asked, { code: codeAt(secret, pool.clock.now) }))).toBe(true);
});

test('where the pool requires a second factor, the first one is set up on the way', async () => {
  await close();
  await open('ON');
  await pool.signUpAndConfirm(ada);
  const asked = await afterPassword();
  const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(asked.text)![1]!.replaceAll(' ', '');
  const code = codeAt(secret, pool.clock.now);
  const wrong = await browser.submit(asked, { code: wrongCode(code) });
  expect([wrong.status, titleOf(wrong), complaintOf(wrong)]).toEqual([401, 'Set up your authenticator', 'This code is wrong. Type the newest one.']);
  expect(isIn(await browser.submit(wrong, { code }))).toBe(true);
  expect((await pool.must('InitiateAuth', signInInput(ada, password))).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
});

test('a temporary password is replaced, by one that the policy takes', async () => {
  await pool.admin('AdminCreateUser', { Username: ada, TemporaryPassword: 'Temporary-horse-1', MessageAction: 'SUPPRESS' });
  const asked = await afterPassword(ada, 'Temporary-horse-1');
  expect(titleOf(asked)).toBe('Choose a new password');
  const weak = await browser.submit(asked, { new_password: 'short' });
  expect([weak.status, complaintOf(weak)]).toEqual([401, 'Password did not conform with policy: Password not long enough']);
  expect(isIn(await browser.submit(weak, { new_password: password }))).toBe(true);
  expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('ok');
});

test('somebody who has not confirmed, or is disabled, is told so, with the right password only', async () => {
  await pool.must('SignUp', { ...named(ada), Password: password });
  const page = await browser.get(`/login?${query()}`);
  const say = async (itsPassword: string) => complaintOf(await browser.submit(page, { username: ada, password: itsPassword }));
  expect([await say('Wrong-horse-1'), await say(password)]).toEqual(['Incorrect username or password.', 'Confirm your address in the app first, then sign in.']);
  await pool.must('ConfirmSignUp', { ...named(ada), ConfirmationCode: pool.codeFor(ada) });
  await pool.admin('AdminDisableUser', { Username: ada });
  expect([await say('Wrong-horse-1'), await say(password)]).toEqual(['Incorrect username or password.', 'This account is disabled.']);
});

test('a disabled person’s session in the browser gives no more codes', async () => {
  await pool.signUpAndConfirm(ada);
  await browser.submit(await browser.get(`/login?${query()}`), { username: ada, password });
  expect((await browser.get(`/oauth2/authorize?${query()}`)).location).toContain('code=');
  await pool.admin('AdminDisableUser', { Username: ada });
  expect((await browser.get(`/oauth2/authorize?${query()}`)).location).toBe(`/login?${query()}`);
});

test('guesses at a code are counted across sign-ins, and then lock even the right one', async () => {
  await pool.signUpAndConfirm(ada);
  const secret = await useAuthenticator(pool, (await pool.signIn(ada)).AccessToken);
  const code = codeAt(secret, pool.clock.now);
  for (let i = 0; i < 5; i++) await browser.submit(await afterFreshPassword(), { code: wrongCode(code) });
  const locked = await browser.submit(await afterFreshPassword(), { code });
  expect([locked.status, complaintOf(locked)]).toEqual([401, 'Too many wrong attempts. Wait a little, then try again. Please sign in again.']);
});

test('a step is of one browser and one request, for three minutes, and once', async () => {
  await pool.signUpAndConfirm(ada);
  const secret = await useAuthenticator(pool, (await pool.signIn(ada)).AccessToken);
  const code = codeAt(secret, pool.clock.now);
  const asked = await afterPassword();
  const { hidden } = formOf(asked);
  const over = 'This step is over. Please sign in again.';

  const thief = createLoginBrowser(front.url);
  const theirs = formOf(await thief.get(`/login?${query()}`)).hidden;
  const stolen = await thief.post(`/login?${query()}`, { ...theirs, step: hidden.step!, code });
  const moved = await browser.post(`/login?${query('another')}`, { ...hidden, code });
  const madeUp = await browser.post(`/login?${query()}`, { ...hidden, step: 'x'.repeat(43), code });
  expect([stolen, moved, madeUp].map((page) => [page.status, complaintOf(page)])).toEqual(Array(3).fill([401, over]));

  expect(isIn(await browser.submit(asked, { code }))).toBe(true);
  expect(complaintOf(await browser.submit(asked, { code }))).toBe(over);

  const late = await afterFreshPassword();
  pool.clock.now += 3 * 60_000;
  expect(complaintOf(await browser.submit(late, { code: codeAt(secret, pool.clock.now) }))).toBe('This step took too long. Please sign in again.');
});

test('the password alone gives no session, whatever is asked for next', async () => {
  await pool.signUpAndConfirm(ada);
  await useAuthenticator(pool, (await pool.signIn(ada)).AccessToken);
  const asked = await afterPassword();
  for (const fields of [{ code: '' }, { new_password: 'Battery-staple-2' }, {}]) {
    const page = await browser.submit(asked, fields);
    expect([page.status, complaintOf(page), isIn(page), browser.jar.has('cognito')]).toEqual([401, 'Fill in the field, then try again.', false, false]);
  }
  expect((await browser.get(`/oauth2/authorize?${query()}`)).location).toBe(`/login?${query()}`);
});

test('a sign-in on the page leaves no tokens behind that nobody asked for', async () => {
  await pool.signUpAndConfirm(ada);
  expect(isIn(await browser.submit(await browser.get(`/login?${query()}`), { username: ada, password }))).toBe(true);
  await pool.service.close();
  expect(JSON.parse(await readFile(join(pool.dataDir, 'users.json'), 'utf8')).families).toEqual([]);
});
