import { expect, test } from 'vitest';
import { BREAKER_FAILURES, BREAKER_OPEN_MS, createCircuitBreaker } from './circuit-breaker.ts';
import { guardRedis, RedisUnavailable, replyList } from './redis-port.ts';

test('after five failures in a row nothing goes out for 2 s, then one probe, whose outcome decides', () => {
  const breaker = createCircuitBreaker();
  for (let i = 0; i < BREAKER_FAILURES; i += 1) {
    expect(breaker.admits(i)).toBe(true);
    breaker.failed(i);
  }
  const openedAt = BREAKER_FAILURES - 1;
  expect(breaker.admits(openedAt + BREAKER_OPEN_MS - 1)).toBe(false);
  expect(breaker.admits(openedAt + BREAKER_OPEN_MS)).toBe(true);
  expect(breaker.admits(openedAt + BREAKER_OPEN_MS)).toBe(false);
  breaker.failed(openedAt + BREAKER_OPEN_MS + 10);
  expect(breaker.admits(openedAt + 2 * BREAKER_OPEN_MS)).toBe(false);
  expect(breaker.admits(openedAt + 2 * BREAKER_OPEN_MS + 10)).toBe(true);
  breaker.succeeded();
  for (let i = 0; i < 3; i += 1) expect(breaker.admits(openedAt + 2 * BREAKER_OPEN_MS + 11)).toBe(true);
});

test('failures with successes between never open it', () => {
  const breaker = createCircuitBreaker();
  for (let i = 0; i < 50; i += 1) {
    breaker.failed(i);
    if (i % 4 === 3) breaker.succeeded();
    expect(breaker.admits(i)).toBe(true);
  }
});

test('every failure of Redis is one kind of error, without the command that failed', async () => {
  let nowMs = 0;
  const error = Object.assign(new Error('ERR no, command was: ["eval","secret envelope"]'), { name: 'UpstashError' });
  let calls = 0;
  const port = guardRedis({ eval: () => { calls += 1; return Promise.reject(error); } }, createCircuitBreaker(), () => nowMs);
  for (let i = 0; i < 8; i += 1) {
    const caught = await port.eval('', [], []).catch((thrown: unknown) => thrown);
    expect(caught).toBeInstanceOf(RedisUnavailable);
    expect(String((caught as Error).message)).not.toContain('secret');
  }
  expect(calls).toBe(BREAKER_FAILURES);
  nowMs = BREAKER_OPEN_MS;
  await port.eval('', [], []).catch(() => undefined);
  expect(calls).toBe(BREAKER_FAILURES + 1);
});

test('a reply that is no list of texts is no answer', () => {
  expect(replyList(['a', 1, null, false])).toEqual(['a', '1', '', '']);
  for (const reply of [null, 'OK', undefined, {}, [['nested']], [{}]]) expect(() => replyList(reply)).toThrow(RedisUnavailable);
});
