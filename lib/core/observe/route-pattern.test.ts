import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { API_ROUTES, PAGE_ROUTES, ROUTES, routePattern } from './route-pattern.ts';

function under(folder: string, file: string): string[] {
  const root = new URL(`../../../app/${folder}`, import.meta.url);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path === file || path.endsWith(`/${file}`))
    .map((path) => `/${folder}${path.slice(0, -file.length)}`.replace(/\([^)]*\)\//g, '').replace(/(.)\/$/, '$1'))
    .toSorted();
}

test('the routes are those of app/, each its own pattern', () => {
  expect(API_ROUTES.toSorted()).toEqual(under('api/', 'route.ts').filter((path) => path !== '/api/[...path]'));
  expect(PAGE_ROUTES.toSorted()).toEqual(under('', 'page.tsx'));
  for (const route of [...API_ROUTES, ...PAGE_ROUTES]) expect(routePattern(route.replace('[id]', 'x-1%2F'), false)).toBe(route);
});

test('whatever is asked for, the answer is one of the list and holds nothing of the path', () => {
  expect([
    '/api/sessions/c2VjcmV0', '/api/sessions/c2VjcmV0/', '/api/sessions/a/b', '/api/ada@example.com', '/home/ada@example.com', '/sw.js', '/_next/static/x', '/API/Sessions', '/%', '', '//',
  ].map((path) => routePattern(path, false))).toEqual([
    '/api/sessions/[id]', '/api/sessions/[id]', 'api', 'api', 'file', 'file', 'file', 'other', 'other', 'other', '/',
  ]);
  expect(ROUTES).toContain(routePattern('/__proto__', false));
  expect(routePattern('/api/sessions', true)).toBe('action');
});
