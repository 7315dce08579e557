import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as limits from '../../core/limits.ts';
import type { ServiceRequest } from '../service.ts';
import { createOutbox, type Mail, type Outbox } from './outbox.ts';

const start = Date.UTC(2026, 10, 21);
let dataDir: string;
let now: number;
let announced: Mail[];
let warnings: string[];
let outbox: Outbox;
const open = () => createOutbox({ dataDir, now: () => now, announce: (mail) => void announced.push(mail), warn: (sentence) => void warnings.push(sentence) });
const mail = (to: string, code: string) => ({ to, subject: 'Your code', code });
const get = (query = '', headers: Record<string, string> = {}, path = '/outbox', method = 'GET') =>
  outbox.handle({ method, path, query, headers, body: Buffer.alloc(0) } as unknown as ServiceRequest);

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'selkie-outbox-'));
  [now, announced, warnings] = [start, [], []];
  outbox = await open();
});
afterEach(() => rm(dataDir, { recursive: true }));

test('lists mails newest first, for one address in any letter case or for all, and announces each once', async () => {
  await outbox.deliver(mail('Ada@example.com', '111111'));
  now += 1000;
  await outbox.deliver(mail('bob@example.com', '222222'));
  now += 1000;
  await outbox.deliver(mail('ada@example.com', '333333'));
  const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();
  const [first, second, third] = [
    { ...mail('Ada@example.com', '111111'), at: at(0) },
    { ...mail('bob@example.com', '222222'), at: at(1) },
    { ...mail('ada@example.com', '333333'), at: at(2) },
  ];
  const response = await get('to=ADA%40example.com');
  expect([response.status, response.headers['content-type'], JSON.parse(String(response.body))]).toEqual([200, 'application/json', [third, first]]);
  expect(JSON.parse(String((await get()).body))).toEqual([third, second, first]);
  expect(JSON.parse(String((await get('to=nobody%40example.com')).body))).toEqual([]);
  expect(announced).toEqual([first, second, third]);
});

test('keeps mails over a restart, and only the newest of too many', async () => {
  await Promise.all(Array.from({ length: limits.outboxMaxMails + 3 }, (_, i) => outbox.deliver(mail('a@example.com', String(i)))));
  outbox = await open();
  const codes = outbox.list().map(({ code }) => code);
  expect(codes).toEqual(Array.from({ length: limits.outboxMaxMails }, (_, i) => String(limits.outboxMaxMails + 2 - i)));
  expect(warnings).toEqual([]);
});

test('a file that was cut off is set aside with one sentence, and the copy before it is used', async () => {
  await outbox.deliver(mail('a@example.com', '1'));
  await outbox.deliver(mail('a@example.com', '2'));
  const path = join(dataDir, 'outbox.json');
  await truncate(path, 30);
  outbox = await open();
  expect(outbox.list().map(({ code }) => code)).toEqual(['1']);
  expect(warnings).toEqual([`The file with the delivered mails was damaged: it is kept as ${path}.damaged-${start}, and the copy before the last change is used.`]);
  expect((await readFile(`${path}.damaged-${start}`)).length).toBe(30);
});

test('with both copies damaged it starts empty and says so, once', async () => {
  await outbox.deliver(mail('a@example.com', '1'));
  await outbox.deliver(mail('a@example.com', '2'));
  const path = join(dataDir, 'outbox.json');
  await truncate(path, 3);
  await truncate(`${path}.previous`, 0);
  outbox = await open();
  expect(outbox.list()).toEqual([]);
  expect(warnings).toEqual([`The file with the delivered mails was damaged: it is kept as ${path}.damaged-${start}, and this run starts without it; put a good copy at ${path} and start again to get it back.`]);
  await outbox.deliver(mail('a@example.com', '3'));
  outbox = await open();
  expect(outbox.list().map(({ code }) => code)).toEqual(['3']);
  expect(await readdir(dataDir)).toContain(`outbox.json.damaged-${start}`);
});

test('shows browsers a page without scripts, with what people wrote escaped', async () => {
  await outbox.deliver(mail('<img src=x onerror=alert(1)>@example.com', '"><script>alert(1)</script>'));
  const response = await get('to=%3Cb%3E', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
  expect(String(response.body)).toContain('<title>Outbox of &lt;b&gt;</title>');
  const page = await get('', { accept: 'text/html' });
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/);
  expect(page.headers['cache-control']).toBe('no-store');
  expect(String(page.body)).toContain('<code>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</code>');
  expect(String(page.body)).not.toMatch(/<script|<img/);
});

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['application/json', 'application/json'],
  ['application/json, text/html;q=0.9', 'application/json'],
  ['text/html;q=0', 'application/json'],
  ['text/html', 'text/html; charset=utf-8'],
  ['TEXT/HTML;q=0.9, application/json;q=0.8', 'text/html; charset=utf-8'],
])('Accept: %s gets %s', async (accept, type) => {
  expect((await get('', accept === undefined ? {} : { accept })).headers['content-type']).toBe(type);
});

test('refuses other paths and other methods', async () => {
  expect((await get('', {}, '/')).status).toBe(404);
  const posted = await get('', {}, '/outbox', 'POST');
  expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD']);
});
