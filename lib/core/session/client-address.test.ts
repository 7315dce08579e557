import { expect, test } from 'vitest';
import { addressForCounting, clientAddress, coarseAddress } from './client-address.ts';

test('with no own proxy the right-most entry is the caller; what was sent from outside does not count', () => {
  expect(clientAddress('203.0.113.9', 0)).toBe('203.0.113.9');
  expect(clientAddress('1.1.1.1, 203.0.113.9', 0)).toBe('203.0.113.9');
  expect(clientAddress('1.1.1.1, 203.0.113.9, 10.0.0.1', 1)).toBe('203.0.113.9');
  expect(clientAddress('203.0.113.9', 3)).toBe('203.0.113.9');
});

test('forms of one address are one address; nonsense is unknown', () => {
  expect(clientAddress('::ffff:203.0.113.9', 0)).toBe('203.0.113.9');
  expect(clientAddress('203.0.113.9:51000', 0)).toBe('203.0.113.9');
  expect(clientAddress('[2001:DB8::1]:443', 0)).toBe('2001:db8::1');
  for (const header of [null, '', ' , ', 'evil', 'for=1.2.3.4']) expect(clientAddress(header, 0)).toBe('unknown');
});

test('an IPv6 household counts as one, and records keep a coarse address', () => {
  expect(addressForCounting('2001:db8:1:2:3:4:5:6')).toBe(addressForCounting('2001:db8:1:2::9'));
  expect(addressForCounting('2001:db8:1:3::9')).not.toBe(addressForCounting('2001:db8:1:2::9'));
  expect(addressForCounting('203.0.113.9')).toBe('203.0.113.9');
  expect([coarseAddress('203.0.113.9'), coarseAddress('2001:db8:1:2::9'), coarseAddress('::1'), coarseAddress('unknown')])
    .toEqual(['203.0.113.0/24', '2001:db8:1::/48', '::/48', 'unknown']);
});
