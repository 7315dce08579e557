import { expect, test } from 'vitest';
import { hexId, requestOrigin } from './request-id.ts';

const random = { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0x5a) };
const made = '5a'.repeat(16);
const id = '0123456789abcdef0123456789abcdef';
const originOf = (headers: Record<string, string>, hops = 1) => requestOrigin(new Headers(headers), hops, random);

test('without a proxy of our own nothing from outside is the id', () => {
  expect(originOf({ 'x-request-id': id, traceparent: `00-${id}-${'a'.repeat(16)}-01` }, 0)).toEqual({ requestId: made });
});

test("a trusted proxy's id counts as trace id, as UUID or in capitals; its trace comes before it", () => {
  expect(originOf({ 'x-request-id': id })).toEqual({ requestId: id });
  expect(originOf({ 'x-request-id': '01234567-89AB-cdef-0123-456789abcdef' })).toEqual({ requestId: id });
  expect(originOf({ 'x-request-id': 'f'.repeat(32), traceparent: `00-${id}-${'a'.repeat(16)}-01` })).toEqual({ requestId: id, parentSpanId: 'a'.repeat(16) });
});

test('anything else is answered with a new id', () => {
  for (const sent of ['', 'x', id.slice(1), `${id}0`, `${id}\t`, '0'.repeat(32), `{${id}}`, '../../etc/passwd', `${id},${id}`]) expect([sent, originOf({ 'x-request-id': sent })]).toEqual([sent, sent.trim() === id ? { requestId: id } : { requestId: made }]);
  for (const sent of [`00-${'0'.repeat(32)}-${'a'.repeat(16)}-01`, `00-${id}-${'0'.repeat(16)}-01`, `00-${id}-01`, id]) expect(originOf({ traceparent: sent })).toEqual({ requestId: made });
});

test('an id is as long as it is asked to be', () => {
  expect([hexId(random, 8), hexId({ getRandomValues: (bytes) => bytes.fill(1) }, 2)]).toEqual(['5a'.repeat(8), '0101']);
});
