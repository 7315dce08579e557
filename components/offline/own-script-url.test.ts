import { describe, expect, it } from 'vitest';
import { isOwnScriptUrl } from './own-script-url.ts';

const origin = 'https://selkie.example';

describe('isOwnScriptUrl', () => {
  it.each(['/_next/static/chunks/a.js', '/_next/static/chunks/a.js?dpl=1', `${origin}/_next/static/media/w.js`, '/sw.js', `${origin}/sw.js`])('lets %s load', (url) => {
    expect(isOwnScriptUrl(url, origin)).toBe(true);
  });

  it.each([
    'https://evil.example/_next/static/chunks/a.js',
    '//evil.example/_next/static/a.js',
    '\\\\evil.example/_next/static/a.js',
    '/_next/static/../../api/session',
    '/_next/static/%2e%2e/%2e%2e/upload.js',
    '/_next/image?url=x',
    '/other.js',
    '/sw.js/x',
    'http://selkie.example/_next/static/a.js',
    'https://user@selkie.example/_next/static/a.js',
    'data:text/javascript,alert(1)',
    'blob:https://selkie.example/3f2a',
    'javascript:alert(1)',
    'http://[',
    '',
  ])('refuses %s', (url) => {
    expect(isOwnScriptUrl(url, origin)).toBe(false);
  });
});
