import { expect, test } from 'vitest';
import { parseReturnPath } from './return-path.ts';
import { signInPath } from './sign-in-path.ts';

test('names what happened and where to go on, each only when there is one', () => {
  expect(signInPath({})).toBe('/sign-in');
  expect(signInPath({ done: 'signed-out' })).toBe('/sign-in?done=signed-out');
  expect(signInPath({ returnTo: '/account/data' })).toBe('/sign-in?returnTo=%2Faccount%2Fdata');
  expect(signInPath({ done: 'theft', returnTo: '/account' })).toBe('/sign-in?returnTo=%2Faccount&done=theft');
});

test('a path with a query, or one that would add a notice, arrives as the path that it was', () => {
  for (const returnTo of ['/account?tab=audit&x=1#end', '/x?a=b%26done=theft', '/account&done=deleted', '/a%20b+c=d']) {
    const { searchParams } = new URL(signInPath({ returnTo }), 'https://selkie.example');
    expect([...searchParams.keys()]).toEqual(['returnTo']);
    expect(parseReturnPath(searchParams.get('returnTo'))).toBe(returnTo);
  }
});
