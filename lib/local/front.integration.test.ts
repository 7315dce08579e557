import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startControl } from './control.ts';
import { createFaults } from './faults.ts';
import { startFront } from './front.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { createRequestLog } from './request-log.ts';
import type { LocalService } from './service.ts';

/** Answers with what it was sent, counts its work, and fails when told to. */
function echoService(): LocalService & { worked: number } {
  return {
    name: 'redis',
    maxBodyBytes: 1000,
    worked: 0,
    operationOf: (request) => (request.path === '/get' ? 'GET' : 'unknown'),
    async handle(request) {
      this.worked++;
      if (request.path === '/boom') throw new TypeError('two\nlines');
      return { status: 200, headers: { 'content-type': 'text/plain' }, body: `${request.method} ${request.path}?${request.query} ${request.body.toString()}` };
    },
    async close() {},
  };
}

let service: ReturnType<typeof echoService>;
let front: LoopbackServer;
let control: LoopbackServer;
const json = { 'content-type': 'application/json' };

beforeEach(async () => {
  service = echoService();
  const faults = createFaults();
  const log = createRequestLog();
  front = await startFront({ service, port: 0, faults, log });
  control = await startControl({
    port: 0,
    faults,
    log,
    outbox: { handle: async ({ query }) => ({ status: 200, headers: {}, body: `outbox ${query}` }) },
    health: () => ({ services: [{ name: 'redis', port: front.port, url: front.url }], redisEngine: 'mock' }),
  });
  return async () => {
    await front.close();
    await control.close();
  };
});
afterEach(() => vi.restoreAllMocks());

function order(rule: unknown, headers: Record<string, string> = json): Promise<Response> {
  return fetch(`${control.url}/faults`, { method: 'POST', headers, body: JSON.stringify(rule) });
}

/** Writes bytes to a socket and reads to its end. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (part: string) => (answer += part));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

test('a request reaches the service as it was sent', async () => {
  const reply = await fetch(`${front.url}/a%2Fb?x=%20`, { method: 'POST', body: 'body' });
  expect([reply.status, await reply.text()]).toEqual([200, 'POST /a%2Fb?x=%20 body']);
});

test('only 127.0.0.1 is listened on', async () => {
  const options = { service, port: 0, faults: createFaults(), log: createRequestLog() };
  for (const host of ['0.0.0.0', '::', '192.168.0.1', 'localhost'])
    await expect(startFront({ ...options, host })).rejects.toThrow(`The embedded cloud listens on 127.0.0.1 only; ${host} would let others reach it.`);
});

test('a Host that is not loopback is refused before any work, on both doors', async () => {
  const hosts = ['127.0.0.1', 'localhost:3900', '[::1]:80', 'LOCALHOST', 'evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '127.0.0.1:80@evil.example'];
  const statuses = async (port: number) => Promise.all(hosts.map(async (host) => Number((await raw(port, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).split(' ')[1])));
  expect(await statuses(front.port)).toEqual([200, 200, 200, 200, 403, 403, 403, 403, 403]);
  expect(await statuses(control.port)).toEqual([200, 200, 200, 200, 403, 403, 403, 403, 403]);
  expect(service.worked).toBe(4);
});

test('a body over the limit is answered 413 with no work done, however it is sent', async () => {
  const sized = await fetch(front.url, { method: 'POST', body: 'x'.repeat(1001) });
  const exact = await fetch(front.url, { method: 'POST', body: 'x'.repeat(1000) });
  const chunked = await raw(front.port, `POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1001)}\r\n0\r\n\r\n`);
  expect([sized.status, exact.status, chunked.split(' ')[1], service.worked]).toEqual([413, 200, '413', 1]);
});

test('Expect: 100-continue is answered before the body, or refused before it', async () => {
  const head = (length: number) => `PUT /p HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
  const socket = connect(front.port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (part: string) => (answer += part));
  socket.write(head(4));
  await once(socket, 'data');
  expect([answer, service.worked]).toEqual(['HTTP/1.1 100 Continue\r\n\r\n', 0]);
  socket.write('body');
  await once(socket, 'close');
  expect(answer).toMatch(/HTTP\/1\.1 200 OK[^]*PUT \/p\? body$/);
  expect(await raw(front.port, head(1001))).toMatch(/^HTTP\/1\.1 413 /);
});

test('an error in the service is a 500 and one line on stderr, and the next request is served', async () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const reply = await fetch(`${front.url}/boom`);
  vi.restoreAllMocks();
  expect([reply.status, lines]).toEqual([500, ['GET request failed: TypeError: two lines\n']]);
  expect((await fetch(front.url)).status).toBe(200);
});

test('closing ends idle connections at once and lets a request under way finish', async () => {
  const agent = new Agent({ keepAlive: true });
  const answer = await new Promise<number>((resolve, reject) => {
    httpRequest(front.url, { agent }, (reply) => reply.resume().on('end', () => resolve(reply.statusCode ?? 0))).on('error', reject).end();
  });
  expect(answer).toBe(200);
  await order({ service: 'redis', action: 'delay', ms: 60_000, times: 1 });
  const slow = fetch(`${front.url}/slow`).then((reply) => reply.status);
  // A rule that has struck is gone from the list: then the request waits inside the server.
  await vi.waitFor(async () => expect(await (await fetch(`${control.url}/faults`)).json()).toEqual([]));
  const began = performance.now();
  await front.close();
  expect([await slow, performance.now() - began < 1500]).toEqual([200, true]);
  await expect(fetch(front.url)).rejects.toThrow();
  agent.destroy();
});

test('ordered faults: fail and drop-request before the work, drop-reply after it', async () => {
  await order({ service: 'redis', operation: 'GET', action: 'fail', status: 503, times: 1 });
  const failed = await fetch(`${front.url}/get`);
  expect([failed.status, await failed.json(), service.worked]).toEqual([503, { error: 'ERR This failure was ordered by a fault rule.' }, 0]);
  await order({ service: 'redis', operation: 'GET', action: 'drop-request', times: 1 });
  await expect(fetch(`${front.url}/get`)).rejects.toThrow();
  expect(service.worked).toBe(0);
  await order({ service: 'redis', operation: 'GET', action: 'drop-reply', times: 1 });
  await expect(fetch(`${front.url}/get`)).rejects.toThrow();
  expect(service.worked).toBe(1);
  expect((await fetch(`${front.url}/get`)).status).toBe(200);
  expect(await (await fetch(`${control.url}/faults`)).json()).toEqual([]);
});

test('a delay holds the answer back for its time', async () => {
  await order({ service: 'redis', action: 'delay', ms: 120, times: 1 });
  const began = performance.now();
  await fetch(front.url);
  expect(performance.now() - began).toBeGreaterThan(115);
});

test('the request log counts by operation, in bodies, and can be cleared', async () => {
  await fetch(`${front.url}/get`, { method: 'POST', body: 'abc' });
  await fetch(`${front.url}/get`, { method: 'POST', body: 'de' });
  await fetch(`${front.url}/other`);
  const { totals, recent } = await (await fetch(`${control.url}/requests`)).json();
  expect(totals).toEqual([
    { service: 'redis', operation: 'GET', count: 2, bytesIn: 5, bytesOut: 'POST /get? abc'.length + 'POST /get? de'.length },
    { service: 'redis', operation: 'unknown', count: 1, bytesIn: 0, bytesOut: 'GET /other? '.length },
  ]);
  expect(recent.map(({ operation, status }: { operation: string; status: number }) => [operation, status])).toEqual([['unknown', 200], ['GET', 200], ['GET', 200]]);
  expect((await fetch(`${control.url}/requests`, { method: 'DELETE', headers: json })).status).toBe(204);
  expect(await (await fetch(`${control.url}/requests`)).json()).toEqual({ totals: [], recent: [] });
});

test('web pages and other content types may not change anything; programs may', async () => {
  const rule = { service: 'redis', action: 'drop-request' };
  const statuses = [];
  for (const headers of [
    { ...json, origin: 'https://evil.example' },
    { ...json, origin: control.url },
    { ...json, origin: 'null' },
    { ...json, 'sec-fetch-site': 'cross-site' },
    { ...json, 'sec-fetch-site': 'same-site' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
  ])
    statuses.push((await order(rule, headers)).status);
  expect(statuses).toEqual([403, 403, 403, 403, 403, 415, 415]);
  expect((await fetch(`${control.url}/faults`, { method: 'DELETE', headers: { ...json, origin: 'https://evil.example' } })).status).toBe(403);
  expect(await (await fetch(`${control.url}/faults`)).json()).toEqual([]);
  expect((await order(rule)).status).toBe(201);
  expect((await fetch(`${control.url}/faults`, { method: 'DELETE', headers: json })).status).toBe(204);
  expect(await (await fetch(`${control.url}/faults`)).json()).toEqual([]);
});

test('the control door explains a wrong request in one sentence, and shows health and outbox', async () => {
  const wrong = await order({ service: 'redis', action: 'delay' });
  expect([wrong.status, wrong.headers.get('content-type'), await wrong.json()]).toEqual([
    400,
    'application/problem+json',
    { type: 'about:blank', title: 'Bad Request', status: 400, code: 'invalid-request', detail: '`delay` needs `ms`.' },
  ]);
  const unparsable = await fetch(`${control.url}/faults`, { method: 'POST', headers: json, body: '{' });
  expect((await unparsable.json()).detail).toBe('The body is not JSON.');
  expect((await fetch(`${control.url}/nothing`)).status).toBe(404);
  expect((await fetch(`${control.url}/health`, { method: 'POST', headers: json })).status).toBe(405);
  expect(await (await fetch(`${control.url}/health`)).json()).toEqual({ services: [{ name: 'redis', port: front.port, url: front.url }], redisEngine: 'mock' });
  const mail = await fetch(`${control.url}/outbox?to=a@b.c`);
  expect([await mail.text(), mail.headers.get('access-control-allow-origin'), mail.headers.get('cache-control')]).toEqual(['outbox to=a@b.c', null, 'no-store']);
});
