import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '../testing/property-runs.ts';
import { parseReturnPath } from './return-path.ts';

test('paths on this origin come through as they are', () => {
  for (const path of ['/', '/account', '/account?tab=sessions#audit', '/a/b.c/%C3%A9', '/x?next=a%20b', '/files/.profile']) expect(parseReturnPath(path)).toBe(path);
});

test('whatever a browser could read as another origin becomes the front page', () => {
  const evil = [
    '//evil.example', '/\\evil.example', '\\\\evil.example', 'https://evil.example', 'javascript:alert(1)', 'evil', '', null, undefined,
    '/%2Fevil.example', '/%5Cevil.example', '/%2f%2fevil.example', '/%252Fevil.example', '/\t/evil.example', '/\n//evil.example', '/%09/evil.example',
    '/%0A/evil.example', '/.//evil.example', '/x/..//evil.example', '/%2e/%2fevil.example', '/..//evil.example', '/\u2028/evil', ' //evil.example', '/\u00a0/evil',
    '/%E2%80%AE', '/bad%', `/${'a'.repeat(600)}`, '/x\u0000y', '///evil.example', '/a//b',
  ];
  for (const raw of evil) expect([raw, parseReturnPath(raw)]).toEqual([raw, '/']);
});

test('a sign-in does not lead back to a form, nor to the API', () => {
  for (const path of ['/sign-in', '/sign-in?returnTo=%2F', '/api/auth/session', '/reset', '/Confirm/']) expect(parseReturnPath(path)).toBe('/');
});

test('no input leaves the origin', () => {
  const piece = fc.constantFrom('/', '\\', '.', '%2f', '%5c', '%09', '\t', 'evil.example', '@', ':', '?', '#', '%25', '..', ' ');
  fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
    const path = parseReturnPath(`/${pieces.join('')}`);
    expect(new URL(path, 'https://selkie.example').origin).toBe('https://selkie.example');
    expect(path.startsWith('/')).toBe(true);
  }), { numRuns: propertyRuns(60) });
});
