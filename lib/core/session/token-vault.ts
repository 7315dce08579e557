import * as v from 'valibot';
import { decodeBase64, encodeBase64Url, utf8, type Bytes } from './bytes.ts';
import { hkdf, type CryptoPort, type KeyHandle } from './crypto-port.ts';
import type { KeyRing } from './key-ring.ts';

/**
 * Encrypts what Redis keeps for a session under a key that needs two places: the data key (only in the
 * person's cookie) and the pepper (only in the environment). Envelope: `1.<key number>.<iv>.<ciphertext>`,
 * AES-256-GCM, with H(secret id) and the key's number as additional data, so that an envelope moved to
 * another session does not open. Rejected: one key for all sessions from the environment; then a dump of
 * Redis plus one leaked variable is every person's tokens.
 */
const ENVELOPE = /^1\.([1-9]\d{0,8})\.([\w-]{16})\.([\w-]{22,})$/;

async function vaultKey(crypto: CryptoPort, ring: KeyRing, number: number, dataKey: string): Promise<KeyHandle | undefined> {
  const pepper = await ring.key('pepper', number);
  const own = decodeBase64(dataKey);
  if (pepper === undefined || own === undefined || own.length !== 32) return undefined;
  const key = await hkdf(crypto, own, pepper, 'selkie/1/vault');
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

function boundTo(number: number, hash: string): Bytes {
  return utf8(`selkie/1/${number}/${hash}`);
}

/** Encrypts `content` (JSON) for the session whose H(id) is `hash`. */
export async function lockVault(crypto: CryptoPort, ring: KeyRing, dataKey: string, hash: string, content: unknown): Promise<string> {
  const key = await vaultKey(crypto, ring, ring.current, dataKey);
  if (key === undefined) throw new Error('The data key of a session must be 32 bytes.');
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const parameters = { name: 'AES-GCM', iv, additionalData: boundTo(ring.current, hash) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, key, utf8(JSON.stringify(content))));
  return `1.${ring.current}.${encodeBase64Url(iv)}.${encodeBase64Url(sealed)}`;
}

/** The content, parsed by `schema`; undefined when the envelope is not for this cookie, was altered, or its key is gone. */
export async function openVault<T>(
  crypto: CryptoPort, ring: KeyRing, dataKey: string, hash: string, envelope: string, schema: v.GenericSchema<unknown, T>,
): Promise<T | undefined> {
  const parts = ENVELOPE.exec(envelope);
  if (parts === null) return undefined;
  const number = Number(parts[1]);
  const iv = decodeBase64(parts[2]!);
  const sealed = decodeBase64(parts[3]!);
  const key = await vaultKey(crypto, ring, number, dataKey);
  if (key === undefined || iv === undefined || sealed === undefined) return undefined;
  try {
    const parameters = { name: 'AES-GCM', iv, additionalData: boundTo(number, hash) };
    const plain = await crypto.subtle.decrypt(parameters, key, sealed);
    const content = v.safeParse(schema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(plain))));
    return content.success ? content.output : undefined;
  } catch {
    return undefined;
  }
}
