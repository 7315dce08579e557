import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Secret } from 'otpauth';
import { Browser, password, type RouteStack, SID, startRouteStack } from './route-stack.ts';
import { totpCode } from './factors.ts';

const SIGN_IN = '/api/auth/sign-in';
const ANSWER = '/api/auth/challenge';

let stack: RouteStack;

/** A pool that lets nobody in without a second factor. */
beforeAll(async () => {
  stack = await startRouteStack({ mfa: 'ON' });
});
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(() => stack.close());

test('an app is set up within the sign-in: secret and QR text, a code, then the session with ten recovery codes, shown once', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const asked = await browser.call('POST', SIGN_IN, { email, password });
  const { secret, ...rest } = asked.data as unknown as { secret: string };
  expect(rest).toEqual({
    status: 'challenge', challenge: 'totp-setup',
    uri: `otpauth://totp/Selkie:${encodeURIComponent(email)}?secret=${secret}&issuer=Selkie&algorithm=SHA1&digits=6&period=30`,
  });
  expect(Secret.fromBase32(secret).bytes.length).toBeGreaterThanOrEqual(20);
  expect(browser.jar.has(SID)).toBe(false);
  const wrong = totpCode(secret, -1) === '000000' ? '111111' : '000000';
  expect((await browser.call('POST', ANSWER, { code: wrong })).data.code).toBe('wrong-code');
  const done = await browser.call('POST', ANSWER, { code: totpCode(secret, -1) });
  const { recoveryCodes } = done.data as unknown as { recoveryCodes: string[] };
  expect([done.status, done.data]).toMatchObject([200, { status: 'signed-in', user: { email } }]);
  expect([recoveryCodes.length, new Set(recoveryCodes).size]).toEqual([10, 10]);
  expect((await browser.call('GET', '/api/auth/session')).data).toMatchObject({ session: { proof: 'totp' } });

  // The next sign-in asks for the app, and a recovery code of the ten is good.
  const next = new Browser();
  next.headers['x-forwarded-for'] = '198.51.100.2';
  expect((await next.call('POST', SIGN_IN, { email, password })).data).toEqual({ status: 'challenge', challenge: 'totp' });
  expect((await next.call('POST', ANSWER, { recoveryCode: recoveryCodes[9] })).data).toEqual({ status: 'recovered', codesLeft: 9 });
  // Without an app this pool has one set up again, with another secret.
  const again = await next.call('POST', SIGN_IN, { email, password });
  expect(again.data).toMatchObject({ challenge: 'totp-setup' });
  expect((again.data as unknown as { secret: string }).secret).not.toBe(secret);
});

test('without S3 the person is signed in all the same, and gets no codes that would not work', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const { secret } = (await browser.call('POST', SIGN_IN, { email, password })).data as unknown as { secret: string };
  await stack.control('POST', '/faults', { service: 's3', action: 'drop-request', times: 50 });
  const done = await browser.call('POST', ANSWER, { code: totpCode(secret) });
  expect([done.status, Object.keys(done.data), browser.jar.has(SID)]).toEqual([200, ['status', 'user'], true]);
});

test('a set-up that is not finished leaves the account as it was, and its question takes no other answer', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const first = (await browser.call('POST', SIGN_IN, { email, password })).data as unknown as { secret: string };
  for (const body of [{ newPassword: 'Third-horse-11' }, { recoveryCode: 'AAAA-BBBB-CCCC-DDDD' }]) expect((await browser.call('POST', ANSWER, body)).data.code).toBe('invalid-request');
  const second = (await browser.call('POST', SIGN_IN, { email, password })).data as unknown as { secret: string };
  expect(second.secret).not.toBe(first.secret);
  // The secret of the one that was given up.
  expect((await browser.call('POST', ANSWER, { code: totpCode(first.secret) })).data.code).toBe('wrong-code');
  expect((await browser.call('POST', ANSWER, { code: totpCode(second.secret) })).status).toBe(200);
});
