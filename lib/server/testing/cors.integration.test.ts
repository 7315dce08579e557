import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { guard } from '../../edge/guard.ts';
import { ORIGIN, type RouteStack, SID, startRouteStack } from './route-stack.ts';

const FRIEND = 'https://status.example';

let stack: RouteStack;

beforeAll(async () => void (stack = await startRouteStack({ env: { CORS_ALLOWED_ORIGINS: `https://other.example, ${FRIEND}` } })));
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());
afterAll(() => stack.close());

test('an origin that the operator named may read the API and change nothing; any other, however alike, gets no header', async () => {
  const { browser } = await stack.person();
  const cookie = `${SID}=${browser.jar.get(SID)}`;
  const ask = async (path: string, origin: string | undefined, method = 'GET') => {
    const verdict = await guard(new Request(ORIGIN + path, { method, headers: { cookie, 'sec-fetch-site': 'cross-site', ...(origin !== undefined && { origin }) } }));
    const headers = verdict.kind === 'respond' ? verdict.response.headers : verdict.responseHeaders;
    return {
      status: verdict.kind === 'respond' ? verdict.response.status : 'passed on', vary: headers.get('vary'),
      allowed: [...headers].filter(([name]) => name.startsWith('access-control-')),
    };
  };
  const allowed = [['access-control-allow-credentials', 'true'], ['access-control-allow-methods', 'GET, HEAD'], ['access-control-allow-origin', FRIEND]];
  expect(await ask('/api/auth/session', FRIEND)).toEqual({ status: 'passed on', vary: 'Origin', allowed });
  expect(await ask('/api/sessions/revoke', FRIEND, 'OPTIONS')).toEqual({ status: 204, vary: 'Origin', allowed });
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect([method, (await ask('/api/sessions/revoke', FRIEND, method)).status]).toEqual([method, 403]);
  for (const origin of ['https://evil.example', `${FRIEND}.evil.example`, `${FRIEND}:8443`, 'http://status.example', 'https://STATUS.example', 'https://x.status.example', 'null', '', '*', undefined]) {
    expect([origin, await ask('/api/auth/session', origin)]).toEqual([origin, { status: 'passed on', vary: 'Origin', allowed: [] }]);
  }
  // The API alone: pages are for nobody else's scripts.
  for (const path of ['/', '/account', '/apidocs']) expect([path, (await ask(path, FRIEND)).allowed]).toEqual([path, []]);
});
