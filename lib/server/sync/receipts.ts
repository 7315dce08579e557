import 'server-only';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { ReceiptSigner } from '../../core/sync/serve-log.ts';

/**
 * Receipts: HMAC-SHA256 over user, repository, seq and object hash, with keys derived from the session secrets
 * (HKDF, RFC 5869) so that neither use can be turned against the other. `<key number>.<mac>`; a receipt of a
 * removed key is merely exchanged for a new one.
 */
export function createReceiptSigner(secrets: { current: number; keys: ReadonlyMap<number, Uint8Array> }): ReceiptSigner {
  const derived = new Map<number, Uint8Array>();
  for (const [number, secret] of secrets.keys) {
    derived.set(number, new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), 'selkie sync receipt 1', 32)));
  }
  const macOf = (key: Uint8Array, parts: readonly (string | number)[]): Buffer =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  return {
    sign(user, repo, seq, hash) {
      const key = derived.get(secrets.current);
      if (key === undefined) throw new Error('The current session secret is missing.');
      return `${secrets.current}.${macOf(key, [user, repo, seq, hash]).toString('base64url')}`;
    },
    verify(receipt, user, repo, seq, hash) {
      const [number = '', mac = ''] = receipt.split('.');
      const key = /^\d{1,9}$/.test(number) ? derived.get(Number(number)) : undefined;
      if (key === undefined) return false;
      const given = Buffer.from(mac, 'base64url');
      const expected = macOf(key, [user, repo, seq, hash]);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
