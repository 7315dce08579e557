import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PUBLIC_API, routePolicy } from './route-policy.ts';

test('every route file under app/api is either named public or behind the session door', () => {
  const root = new URL('../../../app/api/', import.meta.url);
  const routes = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('route.ts')).map((file) => `/api/${file.slice(0, -'/route.ts'.length)}`);
  expect(routes).toContain('/api/auth/sign-in');
  const guarded = routes.filter((path) => routePolicy(path, false) === 'session').toSorted();
  const open = routes.filter((path) => routePolicy(path, false) !== 'session').filter((path) => path !== '/api/[...path]');
  expect(open.filter((path) => !PUBLIC_API.includes(path))).toEqual([]);
  expect(guarded).toEqual(expect.arrayContaining(['/api/auth/password', '/api/auth/session', '/api/audit', '/api/sessions', '/api/sessions/[id]', '/api/sessions/revoke']));
});

test('other spellings of a guarded path are guarded', () => {
  for (const path of ['/api/sessions/', '/API/Sessions', '/api//sessions', '/%61pi/sessions', '/api/sessions/x']) expect([path, routePolicy(path, false)]).toEqual([path, 'session']);
  for (const path of ['/account', '/account/', '/account/data', '/Account/security', '/%61ccount', '/admin']) expect([path, routePolicy(path, false)]).toEqual([path, 'session-page']);
});

test('the terminal is for everybody, a server action on any path is not', () => {
  for (const path of ['/', '/sign-in', '/accounting', '/sw.js', '/%']) expect([path, routePolicy(path, false)]).toEqual([path, 'public']);
  expect([routePolicy('/', true), routePolicy('/api/auth/sign-in', true)]).toEqual(['session', 'session']);
});
