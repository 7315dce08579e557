import { expect, test } from 'vitest';
import { mayAccess, type Access, type Principal, type Role } from './authorize.ts';
import { personRole } from './person-role.ts';

const ada: Principal = { kind: 'role', role: personRole('b'), tags: { sub: 'ada' } };
const get = (key: string, bucket = 'b'): Access => ({ action: 's3:GetObject', bucket, key });
const list = (prefix?: string, bucket = 'b'): Access => ({ action: 's3:ListBucket', bucket, key: '', prefix });

test('the account’s own keys may do everything', () => {
  expect(mayAccess({ kind: 'account' }, { action: 's3:DeleteObject', bucket: 'any', key: 'x' })).toBe(true);
});

test.each([
  ['u/ada/x', true], ['u/ada/', true], ['u/ada/log/1\n2', true], ['u/ada', false], ['u/adax/x', false], ['u/eve/x', false], ['u/eve/u/ada/x', false],
  ['u//x', false], ['', false], ['x/u/ada/x', false], ['u/ADA/x', false],
])('a person reads %j: %s', (key, may) => {
  expect(mayAccess(ada, get(key))).toBe(may);
  expect(mayAccess(ada, get(key, 'bb'))).toBe(false);
});

test.each([
  ['u/ada/', true], ['u/ada/log/', true], ['u/ada', false], ['u/', false], ['', false], [undefined, false], ['u/eve/', false],
])('a person lists by the prefix %j: %s', (prefix, may) => {
  expect(mayAccess(ada, list(prefix))).toBe(may);
  expect(mayAccess(ada, list(prefix, 'other'))).toBe(false);
});

test('a tag is plain text, and one that is missing, empty or inherited matches nothing', () => {
  const as = (tags: Record<string, string>): Principal => ({ ...ada, tags } as Principal);
  expect(mayAccess(as({ sub: '*' }), get('u/eve/x'))).toBe(false);
  expect(mayAccess(as({ sub: '*' }), get('u/*/x'))).toBe(true);
  expect(mayAccess(as({ sub: '.' }), get('u/e/x'))).toBe(false);
  expect(mayAccess(as({ sub: '(' }), get('u/(/x'))).toBe(true);
  for (const tags of [{}, { sub: '' }, { other: 'ada' }]) for (const key of ['u/ada/x', 'u//x', 'u/undefined/x']) expect(mayAccess(as(tags as Record<string, string>), get(key))).toBe(false);
  const role: Role = { name: 'r', statements: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::b/${aws:PrincipalTag/toString}/*'] }] };
  expect(mayAccess({ kind: 'role', role, tags: {} }, get('function toString() { [native code] }/x'))).toBe(false);
});

test('`*` crosses slashes and `?` is one character, as in IAM', () => {
  const may = (pattern: string, key: string) =>
    mayAccess({ kind: 'role', role: { name: 'r', statements: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::b/${pattern}`] }] }, tags: {} }, get(key));
  expect([may('*', 'a/b'), may('a?c', 'abc'), may('a?c', 'ac'), may('a?c', 'a😀c'), may('a.c', 'abc'), may('a*c', 'a/x/c'), may('$', '$'), may('a', 'A')]).toEqual([true, true, false, true, false, true, true, false]);
});

test('a role without a statement for the action may do nothing', () => {
  for (const action of ['s3:DeleteObject', 's3:ListAllMyBuckets', 's3:CreateBucket', 's3:GetBucketLocation', 's3:PutObjectAcl'] as const)
    expect(mayAccess(ada, { action, bucket: 'b', key: 'u/ada/x', prefix: 'u/ada/' })).toBe(false);
});
