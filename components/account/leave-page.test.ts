import { afterEach, expect, it, vi } from 'vitest';

const went: string[] = [];

async function freshPage(pathname: string) {
  went.length = 0;
  vi.stubGlobal('location', { pathname, assign: (path: string) => went.push(path) });
  vi.resetModules();
  return import('./leave-page.ts');
}

afterEach(() => vi.unstubAllGlobals());

it('an ended session leads to the sign-in, and from there back to the page, once', async () => {
  const { toSignIn } = await freshPage('/admin/sessions');
  toSignIn();
  toSignIn();
  expect(went).toEqual(['/sign-in?returnTo=%2Fadmin%2Fsessions']);
});

it('a late 401 does not talk over the page that is on its way', async () => {
  const { leaveTo, toSignIn } = await freshPage('/account');
  leaveTo('/sign-in?done=signed-out');
  toSignIn();
  expect(went).toEqual(['/sign-in?done=signed-out']);
});

it('a 401 that was quicker than the sign-out’s own answer gives way to it', async () => {
  const { leaveTo, toSignIn } = await freshPage('/account');
  toSignIn();
  leaveTo('/sign-in?done=signed-out');
  expect(went.at(-1)).toBe('/sign-in?done=signed-out');
});
