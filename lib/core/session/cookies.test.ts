import { expect, test } from 'vitest';
import { clearCookie, readCookie, setCookie } from './cookies.ts';

const safe = { secure: true, sameSite: 'lax' } as const;
const loopback = { secure: false, sameSite: 'strict' } as const;

test('each cookie has exactly the attributes that its prefix demands, and no Domain', () => {
  expect(setCookie('session', 'v', undefined, safe)).toBe('__Host-Http-sid=v; Path=/; HttpOnly; SameSite=Lax; Secure');
  expect(setCookie('session', 'v', 60, { ...safe, sameSite: 'strict' })).toBe('__Host-Http-sid=v; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=60');
  expect(setCookie('transaction', 'v', 300, safe)).toBe('__Host-Http-tx=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=300');
  expect(setCookie('device', 'v', 9, loopback)).toBe('device=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=9');
  expect(clearCookie('session', loopback)).toBe('sid=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
});

test('our cookie is found among others; a name that comes twice counts as none, but is there to clear', () => {
  expect(readCookie('a=1; __Host-Http-sid=seal; b=2', 'session', safe)).toEqual({ value: 'seal', present: true });
  expect(readCookie('__Host-Http-sid=one; __Host-Http-sid=two', 'session', safe)).toEqual({ present: true });
  expect(readCookie('__Host-Http-sid=one; x=1;__Host-Http-sid=one', 'session', safe)).toEqual({ present: true });
  expect(readCookie('sid=x; __host-http-sid=x', 'session', safe)).toEqual({ present: false });
  expect(readCookie(null, 'session', safe)).toEqual({ present: false });
});
