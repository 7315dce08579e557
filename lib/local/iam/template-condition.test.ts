import { expect, test } from 'vitest';
import { holds } from './template-condition.ts';

const ref = (name: string): string => {
  if (name === 'Team') return 'acme';
  throw new Error(`${name} has no value`);
};
const named = { IsAcme: { 'Fn::Equals': [{ Ref: 'Team' }, 'acme'] }, IsEmpty: { 'Fn::Equals': ['', { Ref: 'Team' }] }, Both: { 'Fn::And': [{ Condition: 'IsAcme' }, { Condition: 'IsEmpty' }] }, Round: { 'Fn::Not': [{ Condition: 'Round' }] } };
const yes = { Condition: 'IsAcme' };
const no = { Condition: 'IsEmpty' };

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-conditions.html
test.each<[expression: object, expected: boolean]>([
  [yes, true], [no, false], [{ Condition: 'Both' }, false], [{ 'Fn::Not': [no] }, true], [{ 'Fn::Not': [yes] }, false],
  [{ 'Fn::And': [yes, yes] }, true], [{ 'Fn::And': [yes, no] }, false], [{ 'Fn::Or': [no, yes] }, true], [{ 'Fn::Or': [no, no] }, false],
  [{ 'Fn::Equals': ['a', 'A'] }, false], [{ 'Fn::And': [yes, { 'Fn::Or': [no, { 'Fn::Not': [no] }] }] }, true],
])('%j holds: %s', (expression, expected) => {
  expect(holds(expression, named, ref)).toBe(expected);
});

test.each<[expression: unknown, sentence: RegExp]>([
  [{ Condition: 'Nobody' }, /Nobody is not there/], [{ Condition: 'toString' }, /toString is not there/], [{ Condition: 'Round' }, /Round is not there, or needs itself/], [{ 'Fn::Contains': [['a'], 'a'] }, /Fn::Contains/],
  [{ 'Fn::Not': [yes, yes] }, /Fn::Not/], [{ 'Fn::And': [yes] }, /Fn::And/], [{ 'Fn::Equals': ['a'] }, /Fn::Equals/], [{ 'Fn::Equals': [{ 'Fn::Sub': 'a' }, 'a'] }, /Fn::Sub is not understood in Fn::Equals/],
  [{ 'Fn::Equals': [{ Ref: 'Other' }, ''] }, /Other has no value/], [true, /true is not understood/], [{}, /\{\} is not understood/], [{ ...yes, 'Fn::Not': [no] }, /not understood/],
])('%j is not understood, and says so', (expression, sentence) => {
  expect(() => holds(expression, named, ref)).toThrow(sentence);
});
