import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import * as limits from '../../core/limits.ts';
import { useRecoveryCode } from '../account/recovery-codes.ts';
import { totpCode } from './factors.ts';
import { Browser, password, type RouteStack, SID, startRouteStack } from './route-stack.ts';
import { addPasskey, authenticator, must, setUpTotp, stepUp } from './signed-in-person.ts';

let stack: RouteStack;

beforeAll(async () => void (stack = await startRouteStack()));
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(() => stack.close());

const steppedUp = async () => {
  const person = await stack.person();
  await stepUp(person.browser);
  return { ...person, userId: (await must(person.browser, 200, 'GET', '/api/auth/session')).user.id as string };
};
const newcomer = () => {
  const browser = new Browser();
  browser.headers['x-forwarded-for'] = '192.0.2.9';
  return browser;
};
const kinds = async (browser: Browser) => (await must(browser, 200, 'GET', '/api/audit')).events.map(({ kind }: { kind: string }) => kind);

test('an authenticator app: started, confirmed, asked for at the next sign-in, off again and gone', async () => {
  const { browser, email } = await steppedUp();
  expect(await must(browser, 200, 'GET', '/api/auth/totp')).toEqual({ enabled: false, recoveryCodesLeft: 0 });
  const started = await must(browser, 200, 'POST', '/api/auth/totp', {});
  expect(started.uri).toBe(`otpauth://totp/Selkie:${encodeURIComponent(email)}?secret=${started.secret}&issuer=Selkie&algorithm=SHA1&digits=6&period=30`);
  expect((await browser.call('POST', '/api/auth/totp/confirm', { code: '000000' })).data.code).toBe('wrong-code');
  // Until a code was confirmed nothing is asked of anybody.
  expect(await must(newcomer(), 200, 'POST', '/api/auth/sign-in', { email, password })).toMatchObject({ status: 'signed-in' });
  const before = browser.jar.get(SID);
  const { recoveryCodes } = await must(browser, 200, 'POST', '/api/auth/totp/confirm', { code: totpCode(started.secret) });
  expect(browser.jar.get(SID)).not.toBe(before);
  expect(new Set(recoveryCodes).size).toBe(limits.recoveryCodes);
  for (const each of recoveryCodes) expect(each).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(await must(browser, 200, 'GET', '/api/auth/totp')).toEqual({ enabled: true, recoveryCodesLeft: 10 });
  expect(await must(newcomer(), 200, 'POST', '/api/auth/sign-in', { email, password })).toEqual({ status: 'challenge', challenge: 'totp' });
  await must(browser, 204, 'DELETE', '/api/auth/totp');
  await must(browser, 204, 'DELETE', '/api/auth/totp');
  expect(await must(browser, 200, 'GET', '/api/auth/totp')).toEqual({ enabled: false, recoveryCodesLeft: 0 });
  expect(await must(newcomer(), 200, 'POST', '/api/auth/sign-in', { email, password })).toMatchObject({ status: 'signed-in' });
  expect(await kinds(browser)).toEqual(expect.arrayContaining(['totp-off', 'totp-on', 'step-up']));
  const everything = (await stack.redisDump()) + vi.mocked(console.log).mock.calls.join('\n');
  for (const secret of [started.secret, ...recoveryCodes]) expect(everything).not.toContain(secret);
});

test('when the recovery codes cannot be stored the app is not switched on: nobody is locked out', async () => {
  const { browser, email } = await steppedUp();
  const { secret } = await must(browser, 200, 'POST', '/api/auth/totp', {});
  await stack.control('POST', '/faults', { service: 's3', operation: 'PutObject', action: 'fail', status: 503 });
  expect((await browser.call('POST', '/api/auth/totp/confirm', { code: totpCode(secret) })).status).toBe(503);
  await stack.control('DELETE', '/faults');
  expect((await must(browser, 200, 'GET', '/api/auth/totp')).enabled).toBe(false);
  expect(await must(newcomer(), 200, 'POST', '/api/auth/sign-in', { email, password })).toMatchObject({ status: 'signed-in' });
});

test('a confirmation without a set-up under way is refused, and costs nobody their codes', async () => {
  const { browser, userId } = await steppedUp();
  expect((await browser.call('POST', '/api/auth/totp/confirm', { code: '123456' })).status).toBe(400);
  expect((await browser.call('POST', '/api/auth/totp/recovery-codes', {})).data.code).toBe('invalid-request');
  const { recoveryCodes } = await setUpTotp(browser);
  await must(browser, 200, 'POST', '/api/auth/totp', {});
  expect((await browser.call('POST', '/api/auth/totp/confirm', { code: '000000' })).data.code).toBe('wrong-code');
  expect(await useRecoveryCode(userId, recoveryCodes[0]!)).toEqual({ kind: 'used', codesLeft: 9 });
});

test('a recovery code works once, however it is typed and however many bring it at one time; new ones end the old', async () => {
  const { browser, userId } = await steppedUp();
  const { recoveryCodes } = await setUpTotp(browser);
  const [first, second, third] = recoveryCodes as [string, string, string];
  const rivals = await Promise.all(Array.from({ length: 8 }, () => useRecoveryCode(userId, first)));
  expect(rivals.filter(({ kind }) => kind === 'used')).toEqual([{ kind: 'used', codesLeft: 9 }]);
  expect(rivals.filter(({ kind }) => kind === 'wrong').length).toBe(7);
  const different = await Promise.all([second, third].map((each) => useRecoveryCode(userId, ` ${each.toLowerCase().replaceAll('-', ' – ').replaceAll('0', 'o').replaceAll('1', 'l')} `)));
  expect(different.map(({ kind }) => kind)).toEqual(['used', 'used']);
  for (const wrong of [first, '', 'short', recoveryCodes[3]!.slice(0, -1), `${recoveryCodes[3]}0`, 'UUUU-UUUU-UUUU-UUUU-UUUU-UUUU']) expect(await useRecoveryCode(userId, wrong)).toEqual({ kind: 'wrong' });
  const { recoveryCodes: fresh } = await must(browser, 200, 'POST', '/api/auth/totp/recovery-codes', {});
  expect(await useRecoveryCode(userId, recoveryCodes[4]!)).toEqual({ kind: 'wrong' });
  expect(await useRecoveryCode(userId, fresh[9])).toEqual({ kind: 'used', codesLeft: 9 });
  // A hash is bound to its person: the same code is nothing to anybody else.
  const eve = await steppedUp();
  await setUpTotp(eve.browser);
  expect(await useRecoveryCode(eve.userId, fresh[8])).toEqual({ kind: 'wrong' });
  expect((await must(browser, 200, 'GET', '/api/auth/totp')).recoveryCodesLeft).toBe(9);
});

test('a lost reply of the store is not a rival: the code is used once, and counts as used', async () => {
  const { browser, userId } = await steppedUp();
  const { recoveryCodes } = await setUpTotp(browser);
  await stack.control('POST', '/faults', { service: 's3', operation: 'PutObject', action: 'drop-reply', times: 1 });
  expect(await useRecoveryCode(userId, recoveryCodes[0]!)).toEqual({ kind: 'used', codesLeft: 9 });
  expect(await useRecoveryCode(userId, recoveryCodes[0]!)).toEqual({ kind: 'wrong' });
});

test('passkeys: added with a name, listed, renamed, used to sign in, removed; each change gives a new session id', async () => {
  const { browser, email } = await steppedUp();
  const key = authenticator();
  const before = browser.jar.get(SID);
  const added = await addPasskey(browser, key, '  Büro-Schlüssel ');
  expect(added).toEqual({ id: key.credentials[0]!.id, name: 'Büro-Schlüssel', created: expect.stringMatching(/^2\d{3}-/) });
  expect(browser.jar.get(SID)).not.toBe(before);
  expect(await must(browser, 200, 'GET', '/api/auth/passkeys')).toEqual({ passkeys: [added] });
  await must(browser, 200, 'POST', `/api/auth/passkeys/${added.id}`, { name: 'Phone' });
  expect((await must(browser, 200, 'GET', '/api/auth/passkeys')).passkeys).toEqual([{ ...added, name: 'Phone' }]);
  for (const name of ['', '   ', 'x'.repeat(limits.passkeyNameMaxChars + 1), 'a\u0000b', 'evil\u202etxt']) {
    expect([name, (await browser.call('POST', `/api/auth/passkeys/${added.id}`, { name })).status]).toEqual([name, 400]);
  }
  const other = newcomer();
  const { publicKey } = await must(other, 200, 'POST', '/api/auth/passkey/options', { email });
  expect(await must(other, 200, 'POST', '/api/auth/passkey', { credential: key.get(publicKey) })).toMatchObject({ status: 'signed-in', user: { email } });
  await must(browser, 204, 'DELETE', `/api/auth/passkeys/${added.id}`);
  expect(await must(browser, 200, 'GET', '/api/auth/passkeys')).toEqual({ passkeys: [] });
  expect((await browser.call('DELETE', `/api/auth/passkeys/${added.id}`)).status).toBe(404);
  expect(await kinds(browser)).toEqual(expect.arrayContaining(['passkey-removed', 'passkey-renamed', 'passkey-added']));
});

test('with an authenticator app on, a passkey still signs in, and is both factors', async () => {
  const { browser, email } = await steppedUp();
  const key = authenticator();
  await addPasskey(browser, key, 'Phone');
  await setUpTotp(browser);
  const other = newcomer();
  const { publicKey } = await must(other, 200, 'POST', '/api/auth/passkey/options', { email });
  expect(await must(other, 200, 'POST', '/api/auth/passkey', { credential: key.get(publicKey) })).toMatchObject({ status: 'signed-in', user: { email } });
});

test("nobody renames or removes somebody else's passkey, and a registration belongs to who began it", async () => {
  const [ada, eve] = [await steppedUp(), await steppedUp()];
  const theirs = await addPasskey(ada.browser, authenticator(), 'Ada');
  expect((await eve.browser.call('POST', `/api/auth/passkeys/${theirs.id}`, { name: 'Mine' })).data.code).toBe('not-found');
  expect((await eve.browser.call('DELETE', `/api/auth/passkeys/${theirs.id}`)).data.code).toBe('not-found');
  expect((await must(ada.browser, 200, 'GET', '/api/auth/passkeys')).passkeys).toEqual([theirs]);
  const { publicKey } = await must(ada.browser, 200, 'POST', '/api/auth/passkeys/options', {});
  const planted = authenticator().create(publicKey);
  expect((await eve.browser.call('POST', '/api/auth/passkeys', { credential: planted, name: 'x' })).data.code).toBe('invalid-request');
  const forged = authenticator();
  const again = (await must(ada.browser, 200, 'POST', '/api/auth/passkeys/options', {})).publicKey;
  expect((await ada.browser.call('POST', '/api/auth/passkeys', { credential: forged.create(again, { origin: 'https://evil.example' }), name: 'x' })).status).toBe(400);
  expect((await ada.browser.call('POST', '/api/auth/passkeys', { credential: { ...planted, extra: 1 }, name: 'x' })).status).toBe(400);
  expect((await must(eve.browser, 200, 'GET', '/api/auth/passkeys')).passkeys).toEqual([]);
});

test('a damaged record, or one of a later version, is unavailable and never written over', async () => {
  const { browser, userId } = await steppedUp();
  const { recoveryCodes } = await setUpTotp(browser);
  const [client, bucket] = [stack.root.s3, 'selkie'];
  for (const [number, content] of [[2, '{"version":2}'], [3, 'not JSON']] as const) {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `accounts/${userId}/${String(999_999_999_999 - number)}`, Body: content, IfNoneMatch: '*' }));
    expect(await useRecoveryCode(userId, recoveryCodes[0]!)).toEqual({ kind: 'unavailable' });
    expect((await browser.call('GET', '/api/auth/totp')).status).toBe(503);
    expect((await browser.call('POST', '/api/auth/totp/recovery-codes', {})).status).toBe(503);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `accounts/${userId}/` }));
    expect(Contents?.length).toBe(number);
  }
});
