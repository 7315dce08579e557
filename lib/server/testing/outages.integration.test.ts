import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { BREAKER_OPEN_MS } from '../../core/session/circuit-breaker.ts';
import { startLyingProxy, type LyingProxy, type Weather } from './lying-proxy.ts';
import { Browser, password, SID, startRouteStack, type Reply, type RouteStack } from './route-stack.ts';

/**
 * Redis and Cognito slow, failing, lying, gone, and back. Whatever they do: no cookie is cleared, nobody is let
 * in, the answer is a 503 that comes soon, and when they are well the app is.
 */
let stack: RouteStack;
let redis: LyingProxy;
let cognito: LyingProxy;

beforeAll(async () => {
  redis = await startLyingProxy(() => stack.cloud.endpoints.redis);
  cognito = await startLyingProxy(() => stack.cloud.endpoints.cognito);
  stack = await startRouteStack({ env: { UPSTASH_REDIS_REST_URL: redis.url, COGNITO_ENDPOINT: cognito.url } });
});
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => {
  vi.restoreAllMocks();
  [redis.weather, cognito.weather] = ['fair', 'fair'];
});
afterAll(async () => {
  await redis.close();
  await cognito.close();
  await stack.close();
});

const GARBAGE: readonly string[] = [
  '', 'null', '[]', '{}', '{"result":null}', '{"result":"live"}', '{"result":[]}', '{"result":["live"]}', '{"result":["live","0",""]}',
  '{"result":["live","0","x","admin","admin"]}', '{"result":[["live"],["0"]]}', '{"result":{"0":"live"}}', '{"result":"OK"}', '{"result":1}',
  `{"result":["live","0","${'A'.repeat(43)}","${'A'.repeat(22)}","somebody","a@example.com"]}`,
  `{"result":["live","0","${'A'.repeat(43)}","${'A'.repeat(22)}","somebody","a@example.com","x","0","1","1","password","0","d","a","","0","1"]}`,
  '{"result":["absen', '<html>captive portal</html>', '{"error":"ERR unknown command"}', '\u0000\u0001',
];
const REDIS_WEATHER: [string, Weather][] = [
  ['silent', 'silent'], ['resetting connections', 'reset'], ['refusing', 'refusing'], ['failing', { status: 500 }], ['unauthorised', { status: 401 }],
  ...GARBAGE.map((body): [string, Weather] => [`lying: ${body.slice(0, 40)}`, { body }]),
];

async function timed(call: Promise<Reply>): Promise<{ reply: Reply; ms: number }> {
  const began = performance.now();
  return { reply: await call, ms: performance.now() - began };
}

/** Each door has a breaker, which lets one request through after its time; nothing else may be needed to be well again. */
async function untilWell(browser: Browser): Promise<number> {
  const began = performance.now();
  for (const edge of [true, false]) {
    browser.edge = edge;
    await expect.poll(async () => (await browser.call('GET', '/api/auth/session')).status, { interval: 50, timeout: BREAKER_OPEN_MS + 3_000 }).toBe(200);
  }
  return performance.now() - began;
}

test.each(REDIS_WEATHER)('Redis %s: 503 by either door, no cookie touched, nobody signed in, and well again after it', async (_, weather) => {
  const { browser, email } = await stack.person();
  const before = new Map(browser.jar);
  redis.weather = weather;
  for (const edge of [true, false]) {
    browser.edge = edge;
    for (const [method, path, body] of [['GET', '/api/auth/session'], ['GET', '/api/sessions'], ['POST', '/api/sessions/revoke', { scope: 'all' }], ['POST', '/api/auth/sign-out']] as const) {
      const { reply } = await timed(browser.call(method, path, body));
      expect([path, reply.status, reply.data.code, reply.response.headers.getSetCookie()]).toEqual([path, 503, 'unavailable', []]);
      expect(Number(reply.response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  }
  const stranger = new Browser();
  expect((await stranger.call('POST', '/api/auth/sign-in', { email, password })).status).toBe(503);
  expect(stranger.jar.size).toBe(0);
  expect(browser.jar).toEqual(before);
  redis.weather = 'fair';
  await untilWell(browser);
  expect(browser.jar.get(SID)).toBe(before.get(SID));
});

test('a silent Redis costs a request less than a second at first and next to nothing once the breaker is open', async () => {
  const { browser } = await stack.person();
  redis.weather = 'silent';
  const times: number[] = [];
  for (let i = 0; i < 8; i++) times.push((await timed(browser.call('GET', '/api/auth/session'))).ms);
  const asked = redis.asked;
  await browser.call('GET', '/api/auth/session');
  // What counts is that it stops asking; how long that takes on this machine is the benchmark's.
  expect(redis.asked).toBe(asked);
  expect(times.filter((ms) => ms > 1_000)).toEqual([]);
  redis.weather = 'fair';
  expect(await untilWell(browser)).toBeLessThan(BREAKER_OPEN_MS + 1_000);
});

const COGNITO_WEATHER: [string, Weather][] = [
  ['resetting connections', 'reset'], ['refusing', 'refusing'], ['failing', { status: 500 }],
  ...['', '{}', 'null', '[]', '<html></html>', '{"AuthenticationResult":{}}', '{"AuthenticationResult":{"IdToken":"x","AccessToken":"y","RefreshToken":"z","ExpiresIn":3600}}',
    `{"AuthenticationResult":{"IdToken":"${unsignedToken()}","AccessToken":"y","RefreshToken":"z","ExpiresIn":3600}}`,
    '{"ChallengeName":"NO_SUCH_CHALLENGE","Session":"x","ChallengeParameters":{}}', '{"ChallengeName":"SOFTWARE_TOKEN_MFA"}', '{"Session":1,"ChallengeName":7}',
  ].map((body): [string, Weather] => [`lying: ${body.slice(0, 60)}`, { body, type: 'application/x-amz-json-1.1' }]),
];

/** A token that says what we want to hear, with the algorithm "none" (RFC 8725 2.1). */
function unsignedToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({
    sub: '00000000-0000-4000-8000-000000000000', email: 'admin@example.com', token_use: 'id', aud: 'selkielocalclient0000000000',
    iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Selkie000', 'cognito:groups': ['admin'], iat: now, exp: now + 3600,
  })}.`;
}

test.each(COGNITO_WEATHER)('Cognito %s: nobody is signed in, and who is signed in stays it', async (_, weather) => {
  const { browser, email } = await stack.person();
  const before = new Map(browser.jar);
  cognito.weather = weather;
  const stranger = new Browser();
  const reply = await stranger.call('POST', '/api/auth/sign-in', { email, password });
  expect([401, 403, 503], JSON.stringify(reply.data)).toContain(reply.status);
  expect(stranger.jar.has(SID)).toBe(false);
  expect((await browser.call('GET', '/api/auth/session')).status).toBe(200);
  expect(browser.jar).toEqual(before);
  cognito.weather = 'fair';
  await expect.poll(async () => (await new Browser().call('POST', '/api/auth/sign-in', { email, password })).status, { interval: 100, timeout: 8_000 }).toBe(200);
});

test('while Cognito is silent only the first few wait for it; the rest are refused at once, and nobody can bring that about by asking for nonsense', async () => {
  const { browser, email } = await stack.person();
  cognito.weather = 'silent';
  const stranger = new Browser();
  const replies = await Promise.all(Array.from({ length: 5 }, () => stranger.call('POST', '/api/auth/forgot', { email: `nobody-${Math.random()}@example.com` })));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([503]));
  const { asked } = cognito;
  expect((await stranger.call('POST', '/api/auth/sign-in', { email, password })).status).toBe(503);
  expect(cognito.asked).toBe(asked);
  expect((await browser.call('GET', '/api/auth/session')).status).toBe(200);
  cognito.weather = 'fair';
  await expect.poll(async () => (await new Browser().call('POST', '/api/auth/sign-in', { email, password })).status, { interval: 100, timeout: BREAKER_OPEN_MS + 6_000 }).toBe(200);
  const fresh = new Browser();
  fresh.headers['x-forwarded-for'] = '198.51.100.77';
  for (let i = 0; i < 12; i++) await fresh.call('POST', '/api/auth/confirm', { email: `nobody-${i}@example.com`, code: '000000' });
  expect((await new Browser().call('POST', '/api/auth/sign-in', { email, password })).status).toBe(200);
});
