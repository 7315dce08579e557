import { expect, test } from 'vitest';
import * as v from 'valibot';
import { judge } from '@/lib/client/account.ts';
import { failureSentence } from './account-tools.ts';

const refusal = (status: number, body: object): string => {
  const reply = judge(status, '5', JSON.stringify({ type: 'about:blank', title: 'x', status, detail: 'In the server’s words.', ...body }), v.unknown());
  return reply.ok ? 'ok' : failureSentence(reply);
};
const id = '0123456789abcdef0123456789abcdef';

test('when Selkie itself fails, the person gets the number that its operator will ask for; when the person can mend it, none', () => {
  expect(refusal(503, { code: 'unavailable', requestId: id })).toBe(`Selkie cannot do this right now; try again in 5 seconds. If that does not help, tell whoever runs it: request ${id}.`);
  expect(refusal(429, { code: 'too-many-attempts', requestId: id })).toBe('Too many attempts; try again in 5 seconds.');
});

test('without a number, or with something else in its place, the sentence stands alone', () => {
  for (const requestId of [undefined, '\u001b[2J', 'x'.repeat(32), 7]) expect(refusal(503, { code: 'unavailable', requestId })).toBe('Selkie cannot do this right now; try again in 5 seconds.');
});
