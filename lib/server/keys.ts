import 'server-only';
import { createHmac } from 'node:crypto';
import { createKeyRing, type KeyRing } from '../core/session/key-ring.ts';
import { serverEnv } from './env.ts';

let ring: KeyRing | undefined;

export function keyRing(): KeyRing {
  ring ??= createKeyRing(crypto, serverEnv().sessionSecrets);
  return ring;
}

/** A name for a counter that tells nobody whose it is, should Redis be read by others. */
export async function counterName(text: string): Promise<string> {
  const key = await keyRing().key('counters', keyRing().current)!;
  return createHmac('sha256', key).update(text).digest('base64url');
}
