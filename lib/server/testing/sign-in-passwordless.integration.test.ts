import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { BREAKER_OPEN_MS } from '../../core/session/circuit-breaker.ts';
import { createSoftwareAuthenticator } from '../../local/cognito/testing/software-authenticator.ts';
import { givePasskey } from './factors.ts';
import { ORIGIN, password, type Reply, type RouteStack, SID, startRouteStack, stranger } from './route-stack.ts';

const TX = '__Host-Http-tx';
const CODE = '/api/auth/email-code';
const OPTIONS = '/api/auth/passkey/options';
const PASSKEY = '/api/auth/passkey';
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

/** Everything that somebody outside can see of an answer; what is random in it by design is written as such. */
async function seen({ status, data, response }: Reply): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => name !== 'set-cookie' && name !== 'x-request-id').toSorted();
  const cookies = response.headers.getSetCookie().map((line) => line.replace(/=(Fe26[^;]+)/, (_, value: string) => `=${value.length} characters`));
  return { status, headers, cookies, data: { ...data, ...('requestId' in data && { requestId: 'ID' }) } };
}

const emailsOf = (text: string) => text.replaceAll(/[\w.]+%40example\.com/g, 'SOMEBODY');

test('a code by mail signs in without a password, once, and says so in the session', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const asked = await browser.call('POST', CODE, { email: email.toUpperCase(), remember: true });
  expect([asked.status, asked.data]).toEqual([200, { status: 'challenge', challenge: 'email-code', outbox: `${process.env.OUTBOX_URL}?to=${encodeURIComponent(email)}` }]);
  expect(browser.jar.has(SID)).toBe(false);
  const planted = browser.jar.get(TX)!;
  const code = stack.codeFor(email);
  const done = await browser.call('POST', ANSWER, { code: `${code.slice(0, 3)} ${code.slice(3)}` });
  expect([done.status, done.data]).toMatchObject([200, { status: 'signed-in', user: { email } }]);
  expect(done.response.headers.getSetCookie()[0]).toMatch(/Max-Age=2592000$/);
  expect((await browser.call('GET', '/api/auth/session')).data).toMatchObject({ session: { proof: 'email-code', remembered: true } });
  expect(browser.jar.has(TX)).toBe(false);
  const replay = await stranger().call('POST', ANSWER, { code }, { cookie: `${TX}=${planted}` });
  expect([replay.status, replay.data.code]).toEqual([401, 'not-signed-in']);
});

test('a code by mail: an account, none, and one that still waits for its confirmation look the same at every step, to the last refusal', async () => {
  const { email } = await stack.person({ signIn: false });
  await stranger().call('POST', '/api/auth/sign-up', { email: 'waiting@example.com', password });
  const stories = [];
  for (const address of [email, 'nobody@example.com', 'waiting@example.com']) {
    const browser = stranger();
    const story = [await seen(await browser.call('POST', CODE, { email: address }))];
    for (let wrong = 0; wrong < 4; wrong += 1) story.push(await seen(await browser.call('POST', ANSWER, { code: '00000000' })));
    stories.push(emailsOf(JSON.stringify(story)));
  }
  expect(stories[1]).toBe(stories[0]);
  expect(stories[2]).toBe(stories[0]);
  expect(stories[0]).toContain('wrong-code');
  expect(stories[0]).toContain('This sign-in has ended');
  const after = stack.mails.length;
  await stranger().call('POST', CODE, { email: 'nobody@example.com' });
  expect(stack.mails.length).toBe(after);
});

test('a code by mail belongs to the browser that asked: neither the code alone nor the cookie alone opens anything', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  await browser.call('POST', CODE, { email });
  const code = stack.codeFor(email);
  const thief = stranger();
  expect((await thief.call('POST', ANSWER, { code })).data.code).toBe('not-signed-in');
  // Their own question for the same address, and the code of the other.
  await thief.call('POST', CODE, { email });
  expect((await thief.call('POST', ANSWER, { code })).data.code).toBe('wrong-code');
  expect((await browser.call('POST', ANSWER, { code })).status).toBe(200);
});

test('a code by mail: the wrong kind of answer, too many mails, foreign pages and bad bodies are refused', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  await browser.call('POST', CODE, { email });
  const wrongKind = await browser.call('POST', ANSWER, { newPassword: password });
  expect([wrongKind.status, wrongKind.data.code]).toEqual([400, 'invalid-request']);
  expect((await browser.call('POST', ANSWER, { recoveryCode: 'AAAA-BBBB-CCCC-DDDD' })).data.code).toBe('invalid-request');
  for (const body of [{}, { email: 'x' }, { email, password }, { email, remember: 'yes' }]) expect((await browser.call('POST', CODE, body)).data.code).toBe('invalid-request');
  expect((await browser.call('POST', CODE, { email }, { 'sec-fetch-site': 'cross-site' })).data.code).toBe('cross-site');
  const eager = stranger();
  const statuses: number[] = [];
  for (let asked = 0; asked < 4; asked += 1) statuses.push((await eager.call('POST', CODE, { email: 'eager@example.com' })).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
});

test('codes are guessed like passwords: five in all for strangers, whichever door they try, and the known device is not shut out', async () => {
  const { browser, email } = await stack.person();
  const statuses: number[] = [];
  for (let guess = 0; guess < 6; guess += 1) {
    const thief = stranger();
    if (guess % 2 === 0) {
      await thief.call('POST', CODE, { email });
      statuses.push((await thief.call('POST', ANSWER, { code: '00000000' })).status);
    } else statuses.push((await thief.call('POST', '/api/auth/sign-in', { email, password: 'Wrong-horse-9' })).status);
  }
  expect(statuses).toEqual([400, 401, 400, 401, 400, 429]);
  const refused = await stranger().call('POST', '/api/auth/sign-in', { email, password });
  const retryAfter = Number(refused.response.headers.get('retry-after'));
  expect([refused.status, retryAfter > 15 * 60, retryAfter <= 15.5 * 60]).toEqual([429, true, true]);
  expect((await browser.call('POST', '/api/auth/sign-in', { email, password })).status).toBe(200);
});

test('a passkey signs in by address, and by its own user handle without any', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const { authenticator, userId } = await givePasskey(email);
  for (const who of [{ email }, { user: authenticator.credentials[0]!.userHandle, remember: true }]) {
    const asked = await browser.call('POST', OPTIONS, who);
    const { publicKey } = asked.data as unknown as { publicKey: { allowCredentials: Array<{ id: string }> } };
    expect([asked.status, publicKey]).toMatchObject([200, { rpId: 'localhost', allowCredentials: [{ type: 'public-key', id: authenticator.credentials[0]!.id }] }]);
    const done = await browser.call('POST', PASSKEY, { credential: authenticator.get(publicKey as never) });
    expect([done.status, done.data]).toEqual([200, { status: 'signed-in', user: { id: userId, email } }]);
    expect((await browser.call('GET', '/api/auth/session')).data).toMatchObject({ session: { proof: 'passkey', remembered: 'remember' in who } });
    expect(browser.jar.has(TX)).toBe(false);
  }
});

test('passkey options: an account without a passkey and nobody at all get the shape of one with, the same each time, and fail alike', async () => {
  const { email } = await stack.person({ signIn: false });
  const { authenticator } = await givePasskey(email);
  const bare = (await stack.person({ signIn: false })).email;
  const shape = (reply: Reply) => {
    const { publicKey } = reply.data as unknown as { publicKey: { challenge: string; allowCredentials: Array<{ id: string }> } };
    return JSON.stringify({
      ...publicKey, challenge: publicKey.challenge.length, allowCredentials: publicKey.allowCredentials.map(({ id, ...rest }) => ({ ...rest, isId: /^[\w-]{22,43}$/.test(id) })).slice(0, 1),
    });
  };
  const shapes: string[] = [];
  const failures: string[] = [];
  const other = createSoftwareAuthenticator({ origin: ORIGIN });
  await givePasskey((await stack.person({ signIn: false })).email, other);
  for (const who of [{ email }, { email: bare }, { email: 'nobody@example.com' }, { user: Buffer.from('7d9e3f0a-0000-4000-8000-000000000000').toString('base64url') }]) {
    const browser = stranger();
    const first = await browser.call('POST', OPTIONS, who);
    const again = await browser.call('POST', OPTIONS, who);
    const ids = [first, again].map((reply) => (reply.data as unknown as { publicKey: { allowCredentials: unknown } }).publicKey.allowCredentials);
    expect(ids[1]).toEqual(ids[0]);
    shapes.push(shape(first));
    const { publicKey } = again.data as unknown as { publicKey: { challenge: string } };
    const credential = other.get({ ...publicKey, allowCredentials: [] } as never);
    failures.push(JSON.stringify(await seen(await browser.call('POST', PASSKEY, { credential }))));
  }
  expect(new Set(shapes).size).toBe(1);
  expect(new Set(failures).size).toBe(1);
  expect(failures[0]).toContain('wrong-credentials');
  expect(authenticator.credentials).toHaveLength(1);
});

test('passkey answers: forged, replayed, of another site, another challenge, another person: none opens a session', async () => {
  const { email } = await stack.person({ signIn: false });
  const { authenticator } = await givePasskey(email);
  const eve = await stack.person({ signIn: false });
  const evil = await givePasskey(eve.email);
  const browser = stranger();
  const options = async () => ((await browser.call('POST', OPTIONS, { email })).data as unknown as { publicKey: never }).publicKey;
  const attacks = [
    { strangeKey: true }, { origin: 'https://evil.example' }, { challenge: Buffer.alloc(32, 1).toString('base64url') }, { type: 'webauthn.create' }, { userPresent: false },
    { userHandle: evil.authenticator.credentials[0]!.userHandle }, { relyingPartyId: 'evil.example' },
  ];
  for (const forgery of attacks) {
    browser.headers['x-forwarded-for'] = `192.0.2.${attacks.indexOf(forgery) + 1}`;
    const reply = await browser.call('POST', PASSKEY, { credential: authenticator.get(await options(), forgery) });
    expect([forgery, reply.status, reply.data.code, browser.jar.has(SID), browser.jar.has(TX)]).toEqual([forgery, 401, 'wrong-credentials', false, false]);
  }
  browser.headers['x-forwarded-for'] = '192.0.2.99';
  // Her own passkey for his question.
  const hers = evil.authenticator.get({ ...(await options() as object), allowCredentials: [] } as never);
  expect((await browser.call('POST', PASSKEY, { credential: hers })).data.code).toBe('wrong-credentials');
  // A right answer twice: the second finds no question.
  const credential = authenticator.get(await options());
  const planted = browser.jar.get(TX)!;
  expect((await browser.call('POST', PASSKEY, { credential })).status).toBe(200);
  const replay = await stranger().call('POST', PASSKEY, { credential }, { cookie: `${TX}=${planted}` });
  expect([replay.status, replay.data.code]).toEqual([401, 'not-signed-in']);
  // An answer without any question, and to a question of another kind.
  expect((await stranger().call('POST', PASSKEY, { credential })).data.code).toBe('not-signed-in');
  const mixed = stranger();
  await mixed.call('POST', CODE, { email });
  expect((await mixed.call('POST', PASSKEY, { credential })).data.code).toBe('not-signed-in');
  await mixed.call('POST', OPTIONS, { email });
  expect((await mixed.call('POST', ANSWER, { code: '123456' })).data.code).toBe('not-signed-in');
});

test('passkey bodies: unknown fields, wrong types, a handle that is no name', async () => {
  const browser = stranger();
  const good = { id: 'aaaa', rawId: 'aaaa', type: 'public-key', response: { clientDataJSON: 'aaaa', authenticatorData: 'aaaa', signature: 'aaaa' } };
  for (const credential of [undefined, 'x', { ...good, type: 'password' }, { ...good, id: 'ü' }, { ...good, extra: 1 }, { ...good, response: { ...good.response, signature: 5 } }]) {
    expect((await browser.call('POST', PASSKEY, { credential })).data.code).toBe('invalid-request');
  }
  for (const who of [{}, { email: 'x' }, { user: 'ÿ' }, { user: '' }, { user: 'AAAA' }, { user: 'a'.repeat(87) }, { email: 'a@example.com', user: 'YWRh' }]) {
    expect([who, (await browser.call('POST', OPTIONS, who)).data.code]).toEqual([who, 'invalid-request']);
  }
  expect((await browser.call('POST', OPTIONS, { email: 'a@example.com' }, { 'sec-fetch-site': 'same-site' })).data.code).toBe('cross-site');
});

test('while Cognito does not answer every way in says 503 for everybody, counts nothing, and keeps the question', async () => {
  const { browser, email } = await stack.person({ signIn: false });
  const { authenticator } = await givePasskey(email);
  const { publicKey } = (await browser.call('POST', OPTIONS, { email })).data as unknown as { publicKey: never };
  const credential = authenticator.get(publicKey);
  const other = stranger();
  await other.call('POST', CODE, { email: 'nobody@example.com' });
  await stack.control('POST', '/faults', { service: 'cognito', action: 'drop-request', times: 8 });
  for (const address of [email, 'nobody@example.com']) {
    expect((await stranger().call('POST', CODE, { email: address })).status).toBe(503);
    expect((await stranger().call('POST', OPTIONS, { email: address })).status).toBe(503);
  }
  expect([(await browser.call('POST', PASSKEY, { credential })).status, (await other.call('POST', ANSWER, { code: '000000' })).status]).toEqual([503, 503]);
  await stack.control('DELETE', '/faults');
  // The breaker lets a probe through once it has been open for its time.
  await expect.poll(async () => (await browser.call('POST', PASSKEY, { credential })).status, { interval: 100, timeout: BREAKER_OPEN_MS + 3_000 }).toBe(200);
  expect((await other.call('POST', ANSWER, { code: '000000' })).data.code).toBe('wrong-code');
});
