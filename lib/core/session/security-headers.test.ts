import { expect, test } from 'vitest';
import { contentSecurityPolicy, securityHeaders } from './security-headers.ts';

test('in production the policy has no unsafe source, and everything not named is refused', () => {
  const policy = contentSecurityPolicy({ nonce: 'abc', https: true, development: false });
  expect(policy).not.toContain('unsafe-');
  expect(policy.split('; ')).toEqual(expect.arrayContaining([
    "default-src 'none'", "script-src 'nonce-abc' 'strict-dynamic'", "style-src 'self' 'nonce-abc'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", 'trusted-types nextjs default', 'upgrade-insecure-requests', 'report-uri /api/csp-report', 'report-to csp',
  ]));
  // One frame only: a PDF that the page itself has made an address for.
  expect(policy).toContain('; frame-src blob:; ');
});

test('http has no upgrade and no HSTS; only development may evaluate and style inline', () => {
  const policy = contentSecurityPolicy({ nonce: 'abc', https: false, development: true });
  expect(policy).not.toContain('upgrade-insecure-requests');
  expect(policy.match(/'unsafe-[a-z]+'/g)).toEqual(["'unsafe-eval'", "'unsafe-inline'"]);
  expect(securityHeaders(false, 'http://localhost:3000')).not.toHaveProperty('Strict-Transport-Security');
  expect(securityHeaders(true, 'https://selkie.example')['Strict-Transport-Security']).toBe('max-age=63072000; includeSubDomains; preload');
});
