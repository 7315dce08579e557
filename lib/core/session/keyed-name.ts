import { encodeBase64Url, utf8 } from './bytes.ts';
import type { CryptoPort } from './crypto-port.ts';
import type { KeyRing } from './key-ring.ts';

/**
 * A short name for somebody in the log: the same for the same person while the key is, so that ten failures of one account
 * look like ten failures of one account, and nobody's who has only the log.
 */
export async function keyedName(crypto: CryptoPort, ring: KeyRing, text: string): Promise<string> {
  const raw = await ring.key('counters', ring.current)!;
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(`log ${text}`)));
  return encodeBase64Url(mac).slice(0, 12);
}
