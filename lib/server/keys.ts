import 'server-only';
import { createHmac } from 'node:crypto';
import { createKeyRing, type KeyRing } from '../core/session/key-ring.ts';
import { serverEnv } from './env.ts';

let ring: KeyRing | undefined;

export function keyRing(): KeyRing {
  ring ??= createKeyRing(crypto, serverEnv().sessionSecrets);
  return ring;
}

/** 32 bytes that belong to a text and that nobody without our key can foretell. */
export async function counterBytes(text: string): Promise<Buffer> {
  const key = await keyRing().key('counters', keyRing().current)!;
  return createHmac('sha256', key).update(text).digest();
}

/** A name for a counter that tells nobody whose it is, should Redis be read by others. */
export async function counterName(text: string): Promise<string> {
  return (await counterBytes(text)).toString('base64url');
}
