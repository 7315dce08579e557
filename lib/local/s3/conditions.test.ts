import { expect, test } from 'vitest';
import { judgeDelete, judgeRead, judgeWrite, rangeStillMeant } from './conditions.ts';
import { S3Error } from './s3-error.ts';

const version = { etag: 'abc', modifiedMs: Date.UTC(2026, 0, 2) };
const before = 'Thu, 01 Jan 2026 00:00:00 GMT';
const same = 'Fri, 02 Jan 2026 00:00:00 GMT';
const after = 'Sat, 03 Jan 2026 00:00:00 GMT';

function outcome(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}

test.each([
  [{}, 'send'],
  [{ 'if-match': '"abc"' }, 'send'],
  [{ 'if-match': '"x", "abc"' }, 'send'],
  [{ 'if-match': '*' }, 'send'],
  [{ 'if-match': '"x"' }, 'PreconditionFailed'],
  [{ 'if-none-match': '"abc"' }, 'not-modified'],
  [{ 'if-none-match': '*' }, 'not-modified'],
  [{ 'if-none-match': '"x"' }, 'send'],
  [{ 'if-modified-since': before }, 'send'],
  [{ 'if-modified-since': same }, 'not-modified'],
  [{ 'if-modified-since': 'nonsense' }, 'send'],
  [{ 'if-unmodified-since': before }, 'PreconditionFailed'],
  [{ 'if-unmodified-since': after }, 'send'],
  // Two at once: the tag decides, the date does not count.
  [{ 'if-match': '"abc"', 'if-unmodified-since': before }, 'send'],
  [{ 'if-none-match': '"x"', 'if-modified-since': after }, 'send'],
  [{ 'if-none-match': '"abc"', 'if-modified-since': before }, 'not-modified'],
])('a read with %j: %s', (headers, expected) => {
  expect(outcome(() => judgeRead(version, headers))).toBe(expected);
});

test.each([
  [null, {}, undefined],
  [version, {}, undefined],
  [null, { 'if-none-match': '*' }, undefined],
  [version, { 'if-none-match': '*' }, 'PreconditionFailed'],
  [version, { 'if-match': '"abc"' }, undefined],
  [version, { 'if-match': 'abc' }, undefined],
  [version, { 'if-match': '"old"' }, 'PreconditionFailed'],
  [null, { 'if-match': '"abc"' }, 'NoSuchKey'],
  [null, { 'if-none-match': '"abc"' }, 'NotImplemented'],
  [version, { 'if-none-match': '*', 'if-match': '"abc"' }, 'NotImplemented'],
])('a write over %j with %j: %s', (existing, headers, expected) => {
  expect(outcome(() => judgeWrite(existing, headers))).toBe(expected);
});

test.each([
  [version, undefined, undefined],
  [null, undefined, undefined],
  [version, '"abc"', undefined],
  [version, '*', undefined],
  [version, '"old"', 'PreconditionFailed'],
  [null, '*', 'PreconditionFailed'],
])('a delete of %j with If-Match %s: %s', (existing, ifMatch, expected) => {
  expect(outcome(() => judgeDelete(existing, ifMatch))).toBe(expected);
});

test('a range counts only while If-Range still means this version', () => {
  expect([undefined, '"abc"', '"old"', same, before].map((value) => rangeStillMeant(version, value))).toEqual([true, true, false, true, false]);
});
