import { expect, test } from 'vitest';
import { isLike, parsePattern } from './pattern.ts';

const like = (pattern: string, text: string, context = {}) => isLike(text, parsePattern(pattern), context);

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
test.each([
  ['*', 'a/b', true], ['*', '', true], ['', '', true], ['', 'a', false], ['a', 'A', false], ['a*c', 'a/x/c', true], ['a*c', 'ac', true], ['a*c', 'acb', false], ['a.c', 'abc', false],
  ['a?c', 'abc', true], ['a?c', 'ac', false], ['a?c', 'a😀c', true], ['a??c', 'a😀c', false], ['?', '', false], ['$', '$', true], ['a*b*c', 'a-b-b-c', true], ['*ab', 'aab', true],
  ['*a?', 'aaab', true], ['a*?', 'a', false], ['a*?', 'ab', true], ['**', 'x', true], ['a*a', 'a', false], ['*b*b*', 'ab', false], ['x\ny*', 'x\ny\nz', true],
])('%j fits %j: %s', (pattern, text, expected) => {
  expect(like(pattern, text)).toBe(expected);
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
test('a variable is the plain text of its one value', () => {
  const with_ = (value: string) => ({ 'aws:principaltag/sub': [value] });
  const pattern = 'u/${aws:PrincipalTag/sub}/*';
  expect([like(pattern, 'u/ada/x', with_('ada')), like(pattern, 'u/ada/', with_('ada')), like(pattern, 'u/ada', with_('ada')), like(pattern, 'u/adax/x', with_('ada'))]).toEqual([true, true, false, false]);
  expect([like(pattern, 'u/eve/x', with_('*')), like(pattern, 'u/*/x', with_('*')), like(pattern, 'u/e/x', with_('?')), like(pattern, 'u/${aws:PrincipalTag/sub}/x', with_('ada'))]).toEqual([false, true, false, false]);
  expect([like(pattern, 'u//x', {}), like(pattern, 'u/undefined/x', {}), like(pattern, 'u//x', { 'aws:principaltag/sub': [] }), like(pattern, 'u/a/x', { 'aws:principaltag/sub': ['a', 'b'] })]).toEqual([false, false, false, false]);
  expect(like('${aws:PrincipalTag/toString}', 'function toString() { [native code] }')).toBe(false);
});

test('signs can be escaped, and what is no variable is refused', () => {
  expect([like('${*}', '*'), like('${*}', 'x'), like('a${?}${$}', 'a?$')]).toEqual([true, false, true]);
  for (const odd of ['${', '${}', '${aws:x', "${aws:PrincipalTag/sub, 'all'}", '${x y:z}', '${sub}']) expect(() => parsePattern(odd), odd).toThrow(/variable/);
});

test('a pattern of many stars on a long text takes no time worth speaking of', () => {
  expect(like(`${'*a'.repeat(30)}*b`, 'a'.repeat(1_000))).toBe(false);
});
