import { expect, test } from 'vitest';
import { callerOf, writeForwarded } from './forwarded.ts';

test('without own proxies a forged X-Forwarded-For, -Host and -Proto change nothing', () => {
  const headers = { host: 'selkie.example', 'x-forwarded-for': '1.2.3.4', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
  expect(callerOf(headers, '::ffff:10.0.0.9', false, 0)).toEqual({ address: '10.0.0.9', host: 'selkie.example', protocol: 'http', isProxied: false });
});

test('behind one proxy the entry that proxy wrote counts, not what the client put before it', () => {
  const headers = { host: 'upstream:3000', 'x-forwarded-for': '6.6.6.6, 203.0.113.7', 'x-forwarded-host': 'selkie.example', 'x-forwarded-proto': 'https' };
  expect(callerOf(headers, '10.0.0.2', false, 1)).toEqual({ address: '203.0.113.7', host: 'selkie.example', protocol: 'https', isProxied: true });
});

test('behind two proxies the second entry from the right counts', () => {
  expect(callerOf({ 'x-forwarded-for': '6.6.6.6, 203.0.113.7, 10.0.0.1' }, '10.0.0.2', false, 2).address).toBe('203.0.113.7');
});

test('a request that came past the proxy counts by its socket', () => {
  expect(callerOf({ host: 'selkie.example', 'x-forwarded-proto': 'https' }, '203.0.113.8', false, 1)).toEqual({
    address: '203.0.113.8', host: 'selkie.example', protocol: 'http', isProxied: false,
  });
});

test('headers that only Next or a proxy may set are dropped and rewritten', () => {
  const headers: Record<string, string> = {
    cookie: 'a=b', forwarded: 'for=1.2.3.4', 'x-real-ip': '1.2.3.4', 'x-middleware-subrequest': 'middleware:middleware',
    'x-middleware-next': '1', 'x-forwarded-for': '1.2.3.4', 'x-vercel-forwarded-for': '1.2.3.4', 'x-matched-path': '/admin',
  };
  writeForwarded(headers, { address: '203.0.113.8', host: 'selkie.example', protocol: 'https', isProxied: false });
  expect(headers).toEqual({ cookie: 'a=b', 'x-forwarded-for': '203.0.113.8', 'x-forwarded-host': 'selkie.example', 'x-forwarded-proto': 'https' });
});

test("a request's id and trace are kept from a proxy of ours, and from nobody else", () => {
  const sent = { 'x-request-id': 'a'.repeat(32), traceparent: `00-${'b'.repeat(32)}-${'c'.repeat(16)}-01`, tracestate: 'x=1' };
  const after = (isProxied: boolean) => {
    const headers: Record<string, string> = { ...sent };
    writeForwarded(headers, { address: '203.0.113.8', host: 'selkie.example', protocol: 'https', isProxied });
    return Object.keys(headers).filter((name) => name in sent);
  };
  expect([after(true), after(false)]).toEqual([['x-request-id', 'traceparent', 'tracestate'], []]);
});
