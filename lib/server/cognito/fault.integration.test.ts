import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { FAULTS, judgeCognitoError } from './fault.ts';
import { passwordSentence } from '../http/refuse-cognito.ts';

const named = (name: string, message = '') => Object.assign(new Error(message), { name });

test('only words that we know decide anything; the rest is an outage', () => {
  expect(judgeCognitoError(named('NotAuthorizedException', 'Incorrect username or password.')).fault).toBe('not-authorized');
  expect(judgeCognitoError(named('RefreshTokenReuseException')).fault).toBe('token-reuse');
  for (const unknown of [named('TimeoutError'), named('AbortError'), named('BrandNewException'), named('toString'), 'a string', undefined]) {
    expect(judgeCognitoError(unknown).fault).toBe('unavailable');
  }
  for (const ours of ['TooManyRequestsException', 'InternalErrorException', 'ResourceNotFoundException']) expect(judgeCognitoError(named(ours)).fault).toBe('unavailable');
});

test("Cognito's lock after failed passwords is a limit, not a wrong password", () => {
  expect(judgeCognitoError(named('NotAuthorizedException', 'Password attempts exceeded')).fault).toBe('limit');
});

test('every exception that the SDK exports has a fault, and every name in the table is one of them', () => {
  const base = sdk.CognitoIdentityProviderServiceException;
  const exported = Object.entries(sdk).filter(([, value]) => typeof value === 'function' && value.prototype instanceof base).map(([name]) => name);
  expect(exported.length).toBeGreaterThan(50);
  expect(Object.keys(FAULTS).toSorted()).toEqual(exported.toSorted());
});

test('the policy is told in words; anything else that Cognito says is not repeated', () => {
  expect(passwordSentence('Password did not conform with policy: Password must have uppercase characters'))
    .toBe('Choose another password; this one was refused: password must have uppercase characters.');
  expect(passwordSentence('Password did not conform with policy: Password not long enough'))
    .toBe('Choose another password; this one was refused: password not long enough.');
  expect(passwordSentence('1 validation error: Value <script> at password')).toBe('The password was refused; make it longer, and mix letters, digits and symbols.');
});
