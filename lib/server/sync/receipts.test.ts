import { expect, test } from 'vitest';
import { createReceiptSigner } from './receipts.ts';

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

test('a receipt is good for its user, repository, seq and hash, and for nothing else', () => {
  const { sign, verify } = createReceiptSigner({ current: 1, keys: new Map([[1, key(1)]]) });
  const receipt = sign('ann', 'repo', 3, 'hash');
  expect(verify(receipt, 'ann', 'repo', 3, 'hash')).toBe(true);
  expect([
    verify(receipt, 'bob', 'repo', 3, 'hash'), verify(receipt, 'ann', 'other', 3, 'hash'),
    verify(receipt, 'ann', 'repo', 4, 'hash'), verify(receipt, 'ann', 'repo', 3, 'other'),
    verify(`${receipt.slice(0, -2)}AA`, 'ann', 'repo', 3, 'hash'), verify('', 'ann', 'repo', 3, 'hash'),
    verify('1.', 'ann', 'repo', 3, 'hash'), verify('x.y', 'ann', 'repo', 3, 'hash'),
  ]).toEqual([false, false, false, false, false, false, false, false]);
});

test('after a rotation old receipts are good as long as their key is kept', () => {
  const old = createReceiptSigner({ current: 1, keys: new Map([[1, key(1)]]) }).sign('ann', 'r', 1, 'h');
  expect(createReceiptSigner({ current: 2, keys: new Map([[1, key(1)], [2, key(2)]]) }).verify(old, 'ann', 'r', 1, 'h')).toBe(true);
  expect(createReceiptSigner({ current: 2, keys: new Map([[2, key(2)]]) }).verify(old, 'ann', 'r', 1, 'h')).toBe(false);
});
