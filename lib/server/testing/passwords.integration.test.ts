import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { giveTotp, totpCode } from './factors.ts';
import { type Browser, password, type RouteStack, SID, startRouteStack, stranger, userPoolId } from './route-stack.ts';
import { must } from './signed-in-person.ts';

let stack: RouteStack;

beforeAll(async () => void (stack = await startRouteStack()));
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());
afterAll(() => stack.close());

test('a password of 200 characters is taken and compared exactly as typed: case, accents, spaces and the last character', async () => {
  const browser = stranger();
  const email = 'long@example.com';
  const long = `Correct horse, ﬁfth \u00c5ngstr\u00f6m 9 ${'battery staple '.repeat(12)}`.padEnd(199, 'x').slice(0, 199) + '!';
  await must(browser, 202, 'POST', '/api/auth/sign-up', { email, password: long });
  await must(browser, 200, 'POST', '/api/auth/confirm', { email, code: stack.codeFor(email) });
  for (const almost of [long.toLowerCase(), long.slice(0, -1), long.normalize('NFKC'), long.normalize('NFD')]) {
    expect([almost === long, (await stranger().call('POST', '/api/auth/sign-in', { email, password: almost })).status]).toEqual([false, 401]);
  }
  await must(browser, 200, 'POST', '/api/auth/sign-in', { email, password: long });
});

test('a password from the lists, or made of the address or the site, is refused at every door, and Cognito is not asked', async () => {
  const { browser, email } = await stack.person();
  const invited = 'lovelace@example.com';
  await stack.root.cognito.send(new AdminCreateUserCommand({
    UserPoolId: userPoolId, Username: invited, TemporaryPassword: 'Temporary-9-horse', MessageAction: 'SUPPRESS',
    UserAttributes: [{ Name: 'email', Value: invited }, { Name: 'email_verified', Value: 'true' }],
  }));
  const guest = stranger();
  await must(guest, 200, 'POST', '/api/auth/sign-in', { email: invited, password: 'Temporary-9-horse' });
  await stack.control('DELETE', '/requests');
  for (const easy of ['P@ssw0rd', 'Selkie-2026']) {
    const doors: Array<[string, Browser, object]> = [
      ['/api/auth/sign-up', stranger(), { email: 'new@example.com', password: easy }], ['/api/auth/reset', stranger(), { email, code: '123456', password: easy }],
      ['/api/auth/password', browser, { current: password, next: easy }],
    ];
    for (const [path, who, body] of doors) expect([path, easy, (await who.call('POST', path, body)).data.code]).toEqual([path, easy, 'password-policy']);
  }
  expect((await guest.call('POST', '/api/auth/challenge', { newPassword: 'Lovelace-26' })).data.code).toBe('password-policy');
  expect(await stack.askedOf('cognito')).toEqual([]);
  await must(guest, 200, 'POST', '/api/auth/challenge', { newPassword: password });
});

test('a reset by mail leaves the authenticator app on, and a mailed code does not go round it', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const { secret } = await giveTotp(email);
  await must(browser, 202, 'POST', '/api/auth/forgot', { email });
  await must(browser, 200, 'POST', '/api/auth/reset', { email, code: stack.codeFor(email), password: 'Other-horse-10' });
  const mails = stack.mails.length;
  expect((await browser.call('POST', '/api/auth/email-code', { email })).data.code).toBeUndefined();
  expect(stack.mails.length).toBe(mails);
  expect(await must(browser, 200, 'POST', '/api/auth/sign-in', { email, password: 'Other-horse-10' })).toEqual({ status: 'challenge', challenge: 'totp' });
  expect([browser.jar.has(SID), (await browser.call('GET', '/api/auth/session')).status]).toEqual([false, 401]);
  await must(browser, 200, 'POST', '/api/auth/challenge', { code: totpCode(secret) });
});
