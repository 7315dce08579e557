import { encodeBase64Url, type Bytes } from './bytes.ts';
import { hkdf, type CryptoPort } from './crypto-port.ts';

/**
 * SESSION_SECRET holds one or several numbered keys; the highest number seals, all of them open. So an
 * operator adds key 2, waits until the longest session has ended, then removes key 1, and nobody was
 * signed out. Nothing uses a key directly: each purpose gets its own by HKDF, so that what is sealed as a
 * device cookie can never be opened as a session.
 */
export interface SessionSecrets {
  current: number;
  keys: ReadonlyMap<number, Uint8Array>;
}

export type KeyPurpose = 'seal-session' | 'seal-transaction' | 'seal-device' | 'hand-over' | 'pepper' | 'counters';

export interface KeyRing {
  current: number;
  /** 32 bytes for one purpose; undefined when key `number` was removed. */
  key(purpose: KeyPurpose, number: number): Promise<Bytes> | undefined;
  /** iron-session's numbered passwords for one purpose; it seals with the highest. */
  passwords(purpose: KeyPurpose): Promise<Record<string, string>>;
}

export function createKeyRing(crypto: CryptoPort, secrets: SessionSecrets): KeyRing {
  const derived = new Map<string, Promise<Bytes>>();
  const key: KeyRing['key'] = (purpose, number) => {
    const master = secrets.keys.get(number);
    if (master === undefined) return undefined;
    const name = `${purpose}:${number}`;
    let bytes = derived.get(name);
    if (bytes === undefined) {
      bytes = hkdf(crypto, new Uint8Array(master), new Uint8Array(0), `selkie/1/${purpose}`);
      derived.set(name, bytes);
    }
    return bytes;
  };
  return {
    current: secrets.current,
    key,
    async passwords(purpose) {
      const numbered: Record<string, string> = {};
      for (const number of secrets.keys.keys()) numbered[number] = encodeBase64Url(await key(purpose, number)!);
      return numbered;
    },
  };
}
