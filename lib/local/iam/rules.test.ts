import { expect, test } from 'vitest';
import { eraserSession, personSession, testRules } from './testing/test-rules.ts';
import type { RoleSession } from './temporary-credentials.ts';

/** The template's own rules, decision by decision, for whoever bears them. */
const bucket = 'b';
const { iam, mint } = testRules({ bucket, region: 'eu-west-1', now: () => 0 });

function may(session: RoleSession, action: string, key: string, context: Record<string, string> = {}, of = bucket): boolean {
  const { accessKeyId, sessionToken } = mint.issue(session);
  const opened = iam.open(accessKeyId, sessionToken);
  if (opened.kind !== 'known') throw new Error('not a good key');
  const full = Object.fromEntries(Object.entries({ 'aws:securetransport': 'true', ...context }).map(([name, value]) => [name, [value]]));
  return iam.decide(opened.principal, { action, resource: `arn:aws:s3:::${of}${key === '' ? '' : `/${key}`}`, context: full }, of).allowed;
}

test.each([
  ['u/ada/x', true], ['u/ada/', true], ['u/ada/log/1\n2', true], ['u/ada', false], ['u/adax/x', false], ['u/eve/x', false], ['u/eve/u/ada/x', false],
  ['u//x', false], ['x/u/ada/x', false], ['u/ADA/x', false], ['accounts/ada/1', false], ['probe/create-only', false],
])('a person reads and creates %j: %s', (key, expected) => {
  const ada = personSession({ sub: 'ada' });
  const creating = { 's3:if-none-match': '*', 's3:objectcreationoperation': 'true' };
  expect([may(ada, 's3:GetObject', key), may(ada, 's3:PutObject', key, creating), may(ada, 's3:PutObject', key), may(ada, 's3:GetObject', key, {}, 'other')]).toEqual([expected, expected, false, false]);
});

test.each([['u/ada/', true], ['u/ada/log/', true], ['u/ada', false], ['u/', false], ['', false], [undefined, false], ['u/eve/', false]])('a person lists by the prefix %j: %s', (prefix, expected) => {
  expect(may(personSession({ sub: 'ada' }), 's3:ListBucket', '', prefix === undefined ? {} : { 's3:prefix': prefix })).toBe(expected);
});

test('a tag is plain text, and one that is missing, empty or inherited opens nothing', () => {
  const reads = (tags: Record<string, string>, key: string) => may(personSession(tags), 's3:GetObject', key);
  expect([reads({ sub: '*' }, 'u/eve/x'), reads({ sub: '*' }, 'u/*/x'), reads({ sub: '.' }, 'u/e/x'), reads({ sub: '(' }, 'u/(/x')]).toEqual([false, true, false, true]);
  for (const tags of [{}, { other: 'ada' }]) for (const key of ['u/ada/x', 'u//x', 'u/undefined/x']) expect(reads(tags as Record<string, string>, key)).toBe(false);
});

test('the eraser deletes what one person has, and neither reads nor writes', () => {
  const eraser = eraserSession({ sub: 'ada' });
  const deletes = (key: string) => [may(eraser, 's3:DeleteObject', key), may(eraser, 's3:DeleteObjectVersion', key)];
  expect([deletes('u/ada/log/1'), deletes('accounts/ada/1'), deletes('u/eve/log/1'), deletes('accounts/eve/1'), deletes('probe/create-only'), deletes('u/ada')]).toEqual([
    [true, true], [true, true], [false, false], [false, false], [false, false], [false, false],
  ]);
  expect(['s3:GetObject', 's3:PutObject'].map((action) => may(eraser, action, 'u/ada/log/1', { 's3:if-none-match': '*' }))).toEqual([false, false]);
});
