import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { guard } from './guard.ts';

const environment = {
  APP_ORIGIN: 'https://selkie.example', SESSION_SECRET: Buffer.alloc(32, 7).toString('base64'), COGNITO_REGION: 'eu-west-1', COGNITO_USER_POOL_ID: 'eu-west-1_AbCdEf123', COGNITO_CLIENT_ID: 'client',
  COGNITO_CLIENT_SECRET: 'x'.repeat(40), S3_BUCKET: 'bucket', S3_REGION: 'eu-west-1', UPSTASH_REDIS_REST_URL: 'https://redis.example', UPSTASH_REDIS_REST_TOKEN: 'x'.repeat(32), LOG_FORMAT: 'none',
};

beforeAll(() => Object.entries(environment).forEach(([name, value]) => vi.stubEnv(name, value)));
afterAll(() => vi.unstubAllEnvs());

const ours = { origin: 'https://selkie.example', 'sec-fetch-site': 'same-origin' };
async function answer(method: string, path: string, headers: Record<string, string> = ours) {
  const verdict = await guard(new Request(`https://selkie.example${path}`, { method, headers }));
  if (verdict.kind === 'continue') return 'goes on';
  const { status, headers: answered } = verdict.response;
  const { code, detail, requestId } = (await verdict.response.json()) as { code: string; detail: string; requestId: string };
  return { status, code, detail, allow: answered.get('allow'), type: answered.get('content-type'), cache: answered.get('cache-control'), isNamed: requestId === answered.get('x-request-id') && /^[0-9a-f]{32}$/.test(requestId) };
}

test('the edge refuses a wrong method before it asks for a session, in the API’s own form', async () => {
  const refused = (allow: string) => ({ status: 405, code: 'wrong-method', detail: `This address answers ${allow} only.`, allow, type: 'application/problem+json; charset=utf-8', cache: 'no-store', isNamed: true });
  expect([await answer('GET', '/api/auth/sign-in'), await answer('PUT', '/api/auth/totp'), await answer('POST', '/api/sessions/abc?x=1')]).toEqual([refused('POST, OPTIONS'), refused('GET, HEAD, POST, DELETE, OPTIONS'), refused('DELETE, OPTIONS')]);
  expect([await answer('POST', '/api/auth/sign-in'), await answer('HEAD', '/api/health'), await answer('PUT', '/api/no-such-route')]).toEqual(['goes on', 'goes on', 'goes on']);
});

test('another site is refused as that, whatever the method', async () => {
  expect(await answer('PUT', '/api/auth/totp', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403, code: 'cross-site', allow: null });
});
