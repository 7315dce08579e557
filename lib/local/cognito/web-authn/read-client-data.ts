import * as v from 'valibot';
import { invalidCredential } from './parse-credential.ts';

export interface ClientData {
  challenge: string;
  origin: string;
  /** Whether the page may use the relying party: see `isOriginOf`. */
  isOriginAllowed: boolean;
}

const schema = v.object({ type: v.string(), challenge: v.string(), origin: v.string(), crossOrigin: v.exactOptional(v.boolean()) });

/**
 * Which challenge a credential answers, and on which page (WebAuthn level 3, section 5.8.1). Throws
 * InvalidParameterException unless it is client data of this ceremony.
 */
export function readClientData(clientDataJSON: string, type: 'webauthn.create' | 'webauthn.get', relyingPartyId: string): ClientData {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
  } catch {
    throw invalidCredential();
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success || parsed.output.type !== type) throw invalidCredential();
  const { challenge, origin, crossOrigin } = parsed.output;
  return { challenge, origin, isOriginAllowed: crossOrigin !== true && isOriginOf(origin, relyingPartyId) };
}

/**
 * The host must be the relying party id or below it (WebAuthn 5.1.3 step 8), on https, or on any port of localhost; and not in
 * a frame of another site.
 */
function isOriginOf(origin: string, relyingPartyId: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { origin: canonical, protocol, hostname } = new URL(origin);
  if (canonical !== origin) return false;
  if (protocol !== 'https:' && !(protocol === 'http:' && /(^|\.)localhost$/.test(hostname))) return false;
  return hostname === relyingPartyId || hostname.endsWith(`.${relyingPartyId}`);
}
