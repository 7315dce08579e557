import { expect, test } from 'vitest';
import * as limits from '../core/limits.ts';
import { createFaults, parseFaultRule } from './faults.ts';

test('a rule strikes its service and operation, as often as it says', () => {
  const faults = createFaults();
  faults.add({ service: 's3', operation: 'PutObject', action: 'fail', status: 503, times: 2 });
  const put = () => faults.strike('s3', 'PutObject').blow;
  expect([faults.strike('s3', 'GetObject').blow, faults.strike('redis', 'PutObject').blow]).toEqual([null, null]);
  expect([put(), put(), put()]).toEqual([{ action: 'fail', status: 503 }, { action: 'fail', status: 503 }, null]);
  expect(faults.list()).toEqual([]);
});

test('delays add up and go with the first blow; the second blow keeps its count for the next request', () => {
  const faults = createFaults();
  faults.add({ service: 's3', action: 'delay', ms: 30 });
  faults.add({ service: 's3', action: 'drop-reply', times: 1, ms: 5 });
  faults.add({ service: 's3', action: 'fail', times: 1 });
  expect([1, 2, 3].map(() => faults.strike('s3', 'PutObject'))).toEqual([
    { delayMs: 35, blow: { action: 'drop-reply' } },
    { delayMs: 30, blow: { action: 'fail', status: 500 } },
    { delayMs: 30, blow: null },
  ]);
  faults.clear();
  expect(faults.strike('s3', 'PutObject')).toEqual({ delayMs: 0, blow: null });
});

test('rules are bounded', () => {
  const faults = createFaults();
  const added = Array.from({ length: limits.cloudFaultRulesMax + 1 }, () => faults.add({ service: 's3', action: 'drop-request' }));
  expect(added.filter((one) => !one).length).toBe(1);
});

test.each([
  [{ service: 's3', action: 'drop-request' }, null],
  [{ service: 'redis', operation: 'EVAL', action: 'delay', ms: 100, times: 3 }, null],
  [{ service: 'cognito', action: 'fail', status: 503 }, null],
  [null, 'A fault rule must be a JSON object.'],
  [[], 'A fault rule must be a JSON object.'],
  [{ action: 'fail' }, 'A fault rule needs `service`.'],
  [{ service: 's3' }, 'A fault rule needs `action`.'],
  [{ service: 'dns', action: 'fail' }, '`service` must be s3, cognito or redis.'],
  [{ service: 's3', action: 'explode' }, '`action` must be delay, fail, drop-reply or drop-request.'],
  [{ service: 's3', action: 'delay' }, '`delay` needs `ms`.'],
  [{ service: 's3', action: 'delay', ms: '5' }, '`ms` must be a number.'],
  [{ service: 's3', action: 'delay', ms: -1 }, '`ms` must be a whole number from 0 to 600000.'],
  [{ service: 's3', action: 'fail', status: 200 }, '`status` must be a whole number from 400 to 599.'],
  [{ service: 's3', action: 'drop-reply', status: 500 }, '`status` belongs to `fail` only.'],
  [{ service: 's3', action: 'fail', times: 0 }, '`times` must be a whole number from 1 to 1000000.'],
  [{ service: 's3', action: 'fail', operation: '' }, '`operation` must not be empty; leave it out to mean all.'],
  [{ service: 's3', action: 'fail', time: 1 }, '`time` is not a field of a fault rule; use service, operation, action, ms, status, times.'],
])('the rule %j: %s', (input, sentence) => {
  expect(parseFaultRule(input)).toEqual(sentence === null ? { ok: true, rule: input } : { ok: false, sentence });
});
