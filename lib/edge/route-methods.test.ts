import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { API_ROUTES } from '../core/observe/route-pattern.ts';
import { methodsInstead, ROUTE_METHODS } from './route-methods.ts';

const app = new URL('../../app/', import.meta.url);

test('the table is what the handlers under app/api export', () => {
  const files = readdirSync(new URL('api', app), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('route.ts') && !name.includes('[...'));
  const found = Object.fromEntries(files.map((name) => {
    const text = readFileSync(new URL(`api/${name}`, app), 'utf8');
    const methods = [...text.matchAll(/^export (?:async )?(?:function|const) (GET|HEAD|POST|PUT|PATCH|DELETE)\b/gm)].map(([, method]) => method!);
    return [`/api/${name.replace(/\/route\.ts$/, '')}`, methods.filter((method) => method !== 'HEAD').toSorted()];
  }));
  expect(found).toEqual(Object.fromEntries(API_ROUTES.map((route) => [route, [...ROUTE_METHODS[route]].toSorted()])));
});

test('a method that a route has not is told which it has; HEAD is GET, and what is no route of ours is nobody’s to refuse here', () => {
  expect([methodsInstead('/api/auth/totp', 'PUT'), methodsInstead('/api/auth/sign-in', 'GET'), methodsInstead('/api/health', 'POST')]).toEqual(['GET, HEAD, POST, DELETE, OPTIONS', 'POST, OPTIONS', 'GET, HEAD, OPTIONS']);
  expect([methodsInstead('/api/health', 'HEAD'), methodsInstead('/api/sessions/[id]', 'DELETE'), methodsInstead('api', 'POST'), methodsInstead('/', 'PUT'), methodsInstead('action', 'PUT')]).toEqual(Array(5).fill(undefined));
});
