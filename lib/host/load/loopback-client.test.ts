import { expect, test } from 'vitest';
import { createLoopbackClient, judgeStatus, requireLoopback } from './loopback-client.ts';
import { createTally } from './tally.ts';

test.each(['https://selkie.example', 'https://10.0.0.1:3000', 'https://127.0.0.1.example', 'https://localhost.example', 'https://user@evil.example', 'https://127.0.0.1@evil.example', 'https://[::2]:1'])('load is never sent to %s', (origin) => {
  expect(() => requireLoopback(origin)).toThrow('load is sent to loopback addresses only');
  expect(() => createLoopbackClient({ origin, address: '127.0.0.2', ca: '', tally: createTally(), now: () => 0 })).toThrow('load is sent to loopback addresses only');
});

test('this machine is let through', () => {
  expect(['https://localhost:1', 'https://127.0.0.1:2', 'https://[::1]:3'].map((origin) => requireLoopback(origin).port)).toEqual(['1', '2', '3']);
});

test('a failure is promised only as 503 that says when to come again', () => {
  const of = (status: number, headers = {}) => judgeStatus({ status, headers, body: Buffer.alloc(0) }, [200]);
  expect([of(200), of(503, { 'retry-after': '2' }), of(503), of(502), of(429, { 'retry-after': '2' })]).toEqual(['ok', 'later', '503 without Retry-After', '502', '429']);
});
