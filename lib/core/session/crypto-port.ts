import { encodeBase64Url, utf8, type Bytes } from './bytes.ts';

/** A key inside the runtime's WebCrypto; opaque here. */
export type KeyHandle = object;
type KeyUse = 'sign' | 'verify' | 'encrypt' | 'decrypt' | 'deriveBits';

/** The part of WebCrypto (https://w3c.github.io/webcrypto/) that sessions need; `globalThis.crypto` is one. */
export interface CryptoPort {
  getRandomValues(array: Bytes): Bytes;
  readonly subtle: {
    digest(algorithm: string, data: Bytes): Promise<ArrayBuffer>;
    importKey(
      format: 'raw',
      keyData: Bytes,
      algorithm: string | { name: string; hash: string },
      extractable: boolean,
      keyUsages: KeyUse[],
    ): Promise<KeyHandle>;
    sign(algorithm: string, key: KeyHandle, data: Bytes): Promise<ArrayBuffer>;
    verify(algorithm: string, key: KeyHandle, signature: Bytes, data: Bytes): Promise<boolean>;
    deriveBits(
      algorithm: { name: string; hash: string; salt: Bytes; info: Bytes },
      baseKey: KeyHandle,
      length: number,
    ): Promise<ArrayBuffer>;
    encrypt(algorithm: { name: string; iv: Bytes; additionalData: Bytes }, key: KeyHandle, data: Bytes): Promise<ArrayBuffer>;
    decrypt(algorithm: { name: string; iv: Bytes; additionalData: Bytes }, key: KeyHandle, data: Bytes): Promise<ArrayBuffer>;
  };
}

/** `bytes` of the runtime's randomness as unpadded base64url. */
export function randomToken(crypto: CryptoPort, bytes = 32): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** H of sessions.md: SHA-256 as base64url, 43 characters. Redis only ever sees a secret id through it. */
export async function sha256(crypto: CryptoPort, text: string): Promise<string> {
  return encodeBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))));
}

/** HKDF-SHA-256 (RFC 5869), 256 bits. */
export async function hkdf(crypto: CryptoPort, key: Bytes, salt: Bytes, info: string): Promise<Bytes> {
  const base = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits']);
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, base, 256));
}
