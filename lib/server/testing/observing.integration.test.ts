import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { API_ROUTES } from '../../core/observe/route-pattern.ts';
import { flushSpans } from '../observe/span-exporter.ts';
import { password, type RouteStack, SID, startRouteStack, stranger, type Reply } from './route-stack.ts';
import { bodyOf, must, setUpTotp, stepUp } from './signed-in-person.ts';
import { type SpanCollector, startSpanCollector } from './span-collector.ts';

/** What is seen of requests from outside: log, metrics, traces. And what must never be seen there. */
const token = 'm'.repeat(40);
let stack: RouteStack;
let collector: SpanCollector;
let logged: string[];

beforeAll(async () => {
  collector = await startSpanCollector();
  stack = await startRouteStack({ env: { METRICS_TOKEN: token, LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=of-the-collector' } });
});
beforeEach(() => {
  logged = [];
  for (const how of ['log', 'error', 'warn'] as const) vi.spyOn(console, how).mockImplementation((line: unknown) => void logged.push(String(line)));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(async () => {
  await stack.close();
  await collector.close();
});

const lines = () => logged.map((line) => JSON.parse(line) as Record<string, any>);
const requestLines = () => lines().filter(({ event }) => event === 'request');
const idOf = (reply: Reply) => reply.response.headers.get('x-request-id');
async function scrape(): Promise<Map<string, number>> {
  const reply = await stranger().call('GET', '/api/metrics', undefined, { authorization: `Bearer ${token}` });
  const text = await reply.response.text();
  expect([reply.status, reply.response.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return new Map(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}
/** How much each series has grown since `before`, of those that have. */
async function grown(before: Map<string, number>, name: RegExp): Promise<Record<string, number>> {
  return Object.fromEntries([...(await scrape())].filter(([series]) => name.test(series)).map(([series, value]): [string, number] => [series, value - (before.get(series) ?? 0)]).filter(([, by]) => by !== 0));
}

test('one line for a request: route, status, time, session, services; its id is on the answer and at the services', async () => {
  // The pool's keys are fetched once.
  await stack.person();
  const { browser, email } = await stack.person({ signIn: false });
  await stack.control('DELETE', '/requests');
  logged = [];
  const reply = await browser.call('POST', '/api/auth/sign-in', { email, password });
  const id = idOf(reply);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(requestLines()).toEqual([{
    time: expect.any(String), level: 'info', event: 'request', requestId: id, at: 'handler', route: '/api/auth/sign-in', method: 'POST', status: 200,
    ms: expect.any(Number), redis: 4, redisMs: expect.any(Number), cognito: 1, cognitoMs: expect.any(Number),
  }]);
  expect(lines().filter(({ event }) => event === 'audit')).toEqual([{ time: expect.any(String), level: 'info', event: 'audit', requestId: id, kind: 'sign-in', who: expect.stringMatching(/^[\w-]{12}$/) }]);
  const { recent } = (await stack.control('GET', '/requests')) as { recent: { service: string; requestId?: string }[] };
  expect(recent.filter(({ service }) => service === 'cognito').map(({ requestId }) => requestId)).toEqual([id]);

  logged = [];
  await browser.call('GET', '/api/auth/session');
  expect(requestLines()).toEqual([expect.objectContaining({ route: '/api/auth/session', status: 200, session: 'live' })]);
});

test('a refusal names the request to the person, at the edge as in a handler', async () => {
  for (const [edge, at] of [[true, 'edge'], [false, 'handler']] as const) {
    const browser = stranger();
    browser.edge = edge;
    logged = [];
    const reply = await browser.call('DELETE', '/api/sessions/c2VjcmV0LWlkLW9mLWE');
    const requestId = idOf(reply);
    expect(bodyOf(reply)).toMatchObject({ status: 401, code: 'not-signed-in', requestId });
    expect(requestLines()).toEqual([{
      time: expect.any(String), level: 'info', event: 'request', requestId, at, route: '/api/sessions/[id]', method: 'DELETE', status: 401, ms: expect.any(Number),
      code: 'not-signed-in', session: 'absent',
    }]);
  }
});

test('an id from outside is not taken, whatever it is', async () => {
  const sent = 'f'.repeat(32);
  for (const header of [{ 'x-request-id': sent }, { traceparent: `00-${sent}-${'a'.repeat(16)}-01` }, { 'x-request-id': '"}\u00e9{"level":"error"' }]) {
    const reply = await stranger().call('GET', '/api/health', undefined, header as Record<string, string>);
    expect(idOf(reply)).toMatch(/^[0-9a-f]{32}$/);
    expect(idOf(reply)).not.toBe(sent);
  }
  expect(new Set(requestLines().map(({ requestId }) => requestId)).size).toBe(3);
  expect(logged.join()).not.toContain(sent);
});

test('metrics are for who has the token; without it, with another, or in another place there is nothing to see', async () => {
  for (const authorization of [undefined, '', 'Bearer', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token, `Bearer ${token} ${token}`]) {
    const reply = await stranger().call('GET', '/api/metrics', undefined, authorization === undefined ? {} : { authorization });
    expect([authorization, reply.status, reply.data.code, reply.response.headers.get('www-authenticate')]).toEqual([authorization, 401, 'not-signed-in', 'Bearer']);
    expect(await reply.response.text()).not.toContain('selkie_');
  }
  expect((await stranger().call('GET', `/api/metrics?token=${token}`)).status).toBe(401);
  expect(logged.join()).not.toContain(token.slice(1));
});

test('what happens is counted: ways in and their outcomes, refusals, checks, calls, live sessions', async () => {
  const before = await scrape();
  const { browser, email } = await stack.person();
  const other = stranger();
  await other.call('POST', '/api/auth/sign-in', { email, password: 'Wrong-horse-9' });
  await other.call('GET', '/api/sessions');
  await browser.call('GET', '/api/sessions');
  browser.edge = false;
  await browser.call('GET', '/api/sessions');
  expect(await grown(before, /^selkie_(sign_ins|refusals|session_checks|security_events)_total/)).toEqual({
    'selkie_sign_ins_total{kind="password",outcome="signed-in"}': 1, 'selkie_sign_ins_total{kind="password",outcome="refused"}': 1,
    'selkie_refusals_total{at="handler",code="wrong-credentials"}': 1, 'selkie_refusals_total{at="edge",code="not-signed-in"}': 1,
    'selkie_session_checks_total{at="edge",outcome="live"}': 1, 'selkie_session_checks_total{at="handler",outcome="live"}': 1,
    'selkie_security_events_total{kind="sign-up"}': 1, 'selkie_security_events_total{kind="confirmed"}': 1,
    'selkie_security_events_total{kind="sign-in"}': 1, 'selkie_security_events_total{kind="sign-in-failed"}': 1,
  });
  const after = await scrape();
  expect(after.get('selkie_request_seconds_count{route="/api/auth/sign-in",status="2xx"}')).toBeGreaterThan(0);
  expect(after.get('selkie_dependency_seconds_count{at="handler",dependency="cognito",outcome="answered"}')).toBeGreaterThan(0);
  // Scraping is the one request that is under way.
  expect([after.get('selkie_requests_in_flight'), after.get('selkie_draining')]).toEqual([1, 0]);
  for (const name of ['process_resident_memory_bytes', 'process_start_time_seconds', 'process_cpu_seconds_total', 'nodejs_heap_size_used_bytes']) expect([name, after.get(name)! > 0]).toEqual([name, true]);
  expect([after.get('selkie_people_signed_in')! > 0, after.get('selkie_active_sessions')! >= after.get('selkie_people_signed_in')!]).toEqual([true, true]);
});

test('a service that fails is counted by its kind of failure, and the request that met it says so', async () => {
  const { email } = await stack.person({ signIn: false });
  const before = await scrape();
  await stack.control('POST', '/faults', { service: 'cognito', operation: 'InitiateAuth', action: 'fail', status: 500, times: 1 });
  logged = [];
  const reply = await stranger().call('POST', '/api/auth/sign-in', { email, password });
  expect([reply.status, bodyOf(reply).requestId]).toEqual([503, idOf(reply)]);
  expect(requestLines()).toEqual([expect.objectContaining({ level: 'warn', status: 503, code: 'unavailable', requestId: idOf(reply), cognito: 1 })]);
  expect(await grown(before, /^selkie_(dependency_errors|sign_ins)_total|outcome="failed".*_count|_count.*outcome="failed"/)).toEqual({
    'selkie_dependency_errors_total{at="handler",dependency="cognito",kind="server-error"}': 1, 'selkie_dependency_seconds_count{at="handler",dependency="cognito",outcome="failed"}': 1,
    'selkie_sign_ins_total{kind="password",outcome="unavailable"}': 1,
  });
});

test('odd paths, methods and headers make no series', async () => {
  await stranger().call('GET', '/api/health');
  // A method that the route has not is refused at the edge, and counted there under that one name.
  await stranger().call('GET', '/api/sessions/one');
  const names = [...(await scrape()).keys()].filter((series) => series.startsWith('selkie_refusals') || series.startsWith('selkie_request_seconds_count')).toSorted();
  const browser = stranger();
  for (let i = 0; i < 60; i++) await browser.call('GET', `/api/sessions/odd-${i}`, undefined, { 'user-agent': `agent ${i}` }).catch(() => undefined);
  const after = [...(await scrape()).keys()].filter((series) => series.startsWith('selkie_refusals') || series.startsWith('selkie_request_seconds_count')).toSorted();
  expect(after.filter((series) => !names.includes(series) && series !== 'selkie_request_seconds_count{route="/api/metrics",status="2xx"}')).toEqual([]);
  expect(after.join()).not.toContain('odd-');
});

test('spans of one request, from route to Redis, Cognito, S3 and STS, are one trace without a word about anybody', async () => {
  const { browser, email } = await stack.person();
  await stepUp(browser);
  const { user } = await must(browser, 200, 'GET', '/api/auth/session');
  await setUpTotp(browser);
  await flushSpans();
  [collector.spans, collector.raw] = [[], []];
  const reply = await browser.call('DELETE', '/api/account');
  expect([reply.status, await reply.response.clone().text()]).toEqual([204, '']);
  await flushSpans();
  const root = collector.spans.find(({ parentSpanId }) => parentSpanId === undefined)!;
  expect(root).toMatchObject({ traceId: idOf(reply), name: 'DELETE /api/account', attributes: { 'http.route': '/api/account', 'http.request.method': 'DELETE', 'http.response.status_code': '204' } });
  const children = collector.spans.filter((span) => span !== root);
  expect(children.every(({ traceId, parentSpanId }) => traceId === root.traceId && parentSpanId === root.spanId)).toBe(true);
  expect(new Set(children.map(({ name }) => name))).toEqual(new Set(['redis eval', 's3 ListObjectVersions', 's3 DeleteObjects', 'sts AssumeRole', 'cognito AdminDeleteUser']));
  expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(collector.spans.length);
  const raw = collector.raw.join('\n');
  expect(raw).toMatch(/^POST \/v1\/traces /);
  expect(raw).toContain('"x-key":"of-the-collector"');
  for (const secret of [email, user.id as string, '203.0.113', browser.jar.get(SID) ?? 'none']) expect(raw).not.toContain(secret);
});

test('a collector that refuses costs its spans, not an answer', async () => {
  await flushSpans();
  const before = await scrape();
  collector.status = 500;
  await flushSpans();
  expect((await stranger().call('GET', '/api/health')).status).toBe(200);
  await flushSpans();
  collector.status = 200;
  expect(lines().filter(({ event }) => event === 'spans-not-exported')).toEqual([expect.objectContaining({ level: 'warn', reason: 'status 500' }), expect.objectContaining({ spans: 1, reason: 'status 500' })]);
  expect(Object.keys(await grown(before, /spans_dropped/))).toEqual(['selkie_spans_dropped_total']);
});

test('nothing that a person sends or is known by reaches log, metrics or traces, through any route', async () => {
  const canary = 'Canary7Qx';
  const { browser, email } = await stack.person();
  const { user } = await must(browser, 200, 'GET', '/api/auth/session');
  logged = [];
  collector.raw = [];
  const values = {
    email: `${canary}-mail@example.com`, password: `${canary}-Password-9`, newPassword: `${canary}-Password-8`, current: `${canary}-Password-7`, next: `${canary}-Password-6`, code: '73914628',
    name: `${canary} key`, user: `${canary}-user`, credential: { id: `${canary}-credential`, rawId: canary, type: 'public-key', response: { clientDataJSON: canary } }, recoveryCode: `${canary}-recovery`, scope: canary,
  };
  const bodies: unknown[] = [
    { email: values.email, password: values.password }, { email: values.email, code: values.code }, { email: values.email }, { email: values.email, code: values.code, password: values.password },
    { code: values.code }, { newPassword: values.newPassword }, { recoveryCode: values.recoveryCode }, { current: values.current, next: values.next }, { currentPassword: values.current, newPassword: values.next }, { credential: values.credential, name: values.name },
    { credential: values.credential }, { user: values.user }, { name: values.name }, { password: values.password }, { scope: values.scope }, { scope: 'others' }, {}, values, `{"${canary}":`, `"${canary}"`,
    { 'csp-report': { 'effective-directive': canary, 'blocked-uri': `https://x.example/${canary}`, 'document-uri': `https://x.example/${canary}?${canary}` } },
    { 'csp-report': { 'effective-directive': 'script-src', 'blocked-uri': `https://x.example/${canary}?${canary}`, 'document-uri': `https://selkie.example/api/sessions/${canary}` } },
  ];
  const hostile = {
    'user-agent': `${canary}-agent "} {"level":"error"}`, 'x-forwarded-for': `${canary}, 198.51.100.213`, referer: `https://x.example/${canary}`, 'x-selkie-session': `1.${canary}.x`, 'x-selkie-edge-metrics': `[["refusals",["edge","${canary}"],[1]]]`,
    'x-request-id': `${canary}${'0'.repeat(32)}`, traceparent: canary, 'accept-language': canary, authorization: `Bearer ${canary}`,
  };
  let sent = 0;
  for (const route of API_ROUTES) {
    const path = `${route.replace('[id]', encodeURIComponent(`${canary}/../é`))}?state=${canary}&code=${canary}&returnTo=/${canary}&q=${canary}&user=${canary}&to=${canary}`;
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      for (const edge of [true, false]) {
        for (const body of method === 'GET' ? [undefined] : method === 'PUT' ? [values] : bodies) {
          const asking = sent % 3 === 0 ? browser : stranger();
          // Signing out, or deleting the account, is for the end.
          const mayEnd = asking === browser && (route === '/api/auth/sign-out' || route === '/api/account' || route === '/api/sessions/revoke');
          const who = mayEnd ? stranger() : asking;
          who.edge = edge;
          const extra = { ...hostile, ...(who === browser ? {} : { cookie: `${SID}=${canary}${'A'.repeat(200)}; __Host-Http-tx=${canary}` }) };
          await who.call(method, path, body, extra).catch((error: unknown) => {
            // The route has no such method.
            if (!(error instanceof TypeError)) throw error;
          });
          sent += 1;
        }
      }
    }
  }
  expect(sent).toBeGreaterThan(2_500);
  // A bug whose message quotes what was sent.
  const { redis } = await import('../redis.ts');
  vi.spyOn(redis(), 'eval').mockRejectedValueOnce(new SyntaxError(`Unexpected token in "${canary} ${email}"`));
  await stranger().call('POST', '/api/auth/sign-in', { email: values.email, password: values.password });
  expect(lines().filter(({ event }) => event === 'internal-error')).toEqual([expect.objectContaining({ level: 'error', error: 'SyntaxError', where: expect.stringMatching(/^\S+ .*\(observing\.integration\.test\.ts:\d+:\d+\)$/) })]);
  await flushSpans();
  const metrics = JSON.stringify([...(await scrape())]);
  const seen = [...logged, ...collector.raw, metrics].join('\n');
  const secrets = [canary, canary.toLowerCase(), '73914628', email, user.id as string, '198.51.100', '203.0.113', ...browser.jar.values(), password, token];
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  expect(logged.every((line) => !/[\n\r]/.test(line) && typeof JSON.parse(line) === 'object')).toBe(true);
  expect(requestLines().length).toBeGreaterThan(1_500);
}, 180_000);
