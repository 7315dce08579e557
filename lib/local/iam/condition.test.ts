import { expect, test } from 'vitest';
import { parseCondition } from './condition.ts';

const met = (operator: string, key: string, values: string[], context: Record<string, string[]>) => parseCondition(operator, key, values).isMet(context);

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
test.each<[operator: string, wanted: string[], found: string[] | undefined, expected: boolean]>([
  ['StringEquals', ['*'], ['*'], true], ['StringEquals', ['*'], ['x'], false], ['StringEquals', ['a', 'b'], ['b'], true], ['StringEquals', ['a'], ['A'], false], ['StringEquals', ['a'], undefined, false],
  ['StringNotEquals', ['*'], ['*'], false], ['StringNotEquals', ['*'], ['x'], true], ['StringNotEquals', ['a', 'b'], ['b'], false], ['StringNotEquals', ['*'], undefined, true], ['StringNotEquals', ['*'], [''], true],
  ['StringLike', ['a*'], ['abc'], true], ['StringLike', ['a?'], ['abc'], false], ['StringLike', ['*'], undefined, false], ['StringLike', ['?*'], [''], false],
  ['StringNotLike', ['a*'], ['abc'], false], ['StringNotLike', ['a*'], ['b'], true], ['StringNotLike', ['a*'], undefined, true],
  ['StringEqualsIfExists', ['a'], undefined, true], ['StringEqualsIfExists', ['a'], ['b'], false], ['StringNotEqualsIfExists', ['a'], ['a'], false],
  ['Null', ['true'], undefined, true], ['Null', ['true'], ['x'], false], ['Null', ['false'], ['x'], true], ['Null', ['false'], undefined, false],
])('%s %j with %j: %s', (operator, wanted, found, expected) => {
  expect(met(operator, 's3:prefix', wanted, found === undefined ? {} : { 's3:prefix': found })).toBe(expected);
});

test.each<[wanted: string, found: string | undefined, expected: boolean]>([
  ['true', 'true', true], ['false', 'true', false], ['false', 'false', true], ['true', undefined, false], ['false', undefined, false],
])('Bool %s with %s: %s', (wanted, found, expected) => {
  expect(met('Bool', 'aws:SecureTransport', [wanted], found === undefined ? {} : { 'aws:securetransport': [found] })).toBe(expected);
});

test.each<[operator: string, wanted: string, found: string | undefined, expected: boolean]>([
  ['ArnEquals', 'arn:aws:iam::1:role/x', 'arn:aws:iam::1:role/x', true], ['ArnEquals', 'arn:aws:iam::1:role/x', 'arn:aws:iam::1:role/xy', false],
  ['ArnLike', 'arn:aws:iam::*:role/x', 'arn:aws:iam::1:role/x', true], ['ArnLike', 'arn:aws:*:role/x', 'arn:aws:iam::1:role/x', false], ['ArnLike', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/a:b/c', true],
  ['ArnNotEquals', 'arn:aws:iam::1:role/x', 'arn:aws:iam::1:role/x', false], ['ArnNotEquals', 'arn:aws:iam::1:role/x', 'arn:aws:iam::1:root', true], ['ArnNotEquals', 'arn:aws:iam::1:role/x', undefined, true],
  ['ArnNotLike', 'arn:aws:iam::1:role/*', 'arn:aws:iam::1:role/y', false], ['ArnLike', 'arn:aws:iam::1:role/x', 'role/x', false],
])('%s %s with %s: %s', (operator, wanted, found, expected) => {
  expect(met(operator, 'aws:PrincipalArn', [wanted], found === undefined ? {} : { 'aws:principalarn': [found] })).toBe(expected);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
test('ForAllValues and ForAnyValue', () => {
  const all = (found: string[] | undefined) => met('ForAllValues:StringEquals', 'aws:TagKeys', ['sub', 'x'], found === undefined ? {} : { 'aws:tagkeys': found });
  const any = (found: string[] | undefined) => met('ForAnyValue:StringLike', 'cognito-identity.amazonaws.com:amr', ['auth*'], found === undefined ? {} : { 'cognito-identity.amazonaws.com:amr': found });
  expect([all(['sub']), all(['sub', 'x']), all(['sub', 'y']), all(undefined), any(['a', 'authenticated']), any(['unauthenticated']), any(undefined)]).toEqual([true, true, false, true, true, false, false]);
});

test('a policy variable counts in a condition as plain text, also without wildcards around it', () => {
  const context = { 's3:prefix': ['u/*/'], 'aws:principaltag/sub': ['*'] };
  expect([met('StringLike', 's3:prefix', ['u/${aws:PrincipalTag/sub}/*'], context), met('StringLike', 's3:prefix', ['u/${aws:PrincipalTag/sub}/*'], { ...context, 's3:prefix': ['u/eve/'] })]).toEqual([true, false]);
});

test.each<[operator: string, key: string, values: string[]]>([
  ['NumericLessThan', 's3:max-keys', ['1']], ['DateLessThan', 'aws:CurrentTime', ['2030-01-01']], ['StringEquals', 'aws:SourceIp', ['1.2.3.4']], ['StringEquals', 's3:x-amz-storage-class', ['STANDARD']],
  ['stringequals', 's3:prefix', ['a']], ['toString', 's3:prefix', ['a']], ['StringEqualsIfExist', 's3:prefix', ['a']], ['ForSomeValues:StringEquals', 'aws:TagKeys', ['a']],
  ['StringEquals', 'aws:TagKeys', ['a']], ['ForAnyValue:StringEquals', 's3:prefix', ['a']], ['StringEquals', 's3:prefix', []], ['Bool', 'aws:SecureTransport', ['yes']], ['Null', 's3:prefix', ['maybe']], ['Null', 's3:prefix', ['true', 'false']],
  ['StringLike', 's3:prefix', ['${aws:username}/*']],
])('%s on %s with %j is not understood, and stops the start', (operator, key, values) => {
  expect(() => parseCondition(operator, key, values)).toThrow();
});
