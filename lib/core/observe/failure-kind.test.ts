import { expect, test } from 'vitest';
import { RedisUnavailable } from '../session/redis-port.ts';
import { errorKind, failureKind } from './failure-kind.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error('words'), { name }, more);
const status = (httpStatusCode: number) => ({ $metadata: { httpStatusCode } });

test.each([
  ['a wrong password', named('NotAuthorizedException', status(400)), undefined],
  ['an object that is there already', named('PreconditionFailed', status(412)), undefined],
  ['an object that is not there', named('NoSuchKey', status(404)), undefined],
  ["a person's own limit", named('LimitExceededException', status(400)), undefined],
  ['throttling of Cognito', named('TooManyRequestsException', status(400)), 'throttled'],
  ['throttling of S3', named('SlowDown', status(503)), 'throttled'],
  ['a right that is missing', named('AccessDenied', status(403)), 'denied'],
  ['a clock that is off', named('RequestTimeTooSkewed', status(403)), 'denied'],
  ['a failure of the service', named('InternalErrorException', status(500)), 'server-error'],
  ['a deadline', named('TimeoutError'), 'timeout'],
  ['an abort', named('AbortError'), 'timeout'],
  ['no connection, as the SDK says it', named('Error', { code: 'ECONNREFUSED', $metadata: { attempts: 1 } }), 'no-connection'],
  ['no connection, as fetch says it', new TypeError('fetch failed'), 'no-connection'],
  ['Redis, no answer', new RedisUnavailable('timeout'), 'timeout'],
  ['Redis, not there', new RedisUnavailable('no connection'), 'no-connection'],
  ['Redis, held back', new RedisUnavailable('circuit open'), 'circuit-open'],
  ['Redis, an error of its own', new RedisUnavailable('WRONGTYPE'), 'server-error'],
  ['a bug', new RangeError('ada@example.com'), 'other'],
  ['no error at all', 'ada@example.com', 'other'],
])('%s', (_, error, kind) => expect(failureKind(error)).toBe(kind));

test('an error is told by its class, and one whose name is no name of a class by nothing', () => {
  expect([errorKind(new RangeError('x')), errorKind(named('ada@example.com')), errorKind(named('')), errorKind('x')]).toEqual(['RangeError', 'unknown', 'unknown', 'unknown']);
});
