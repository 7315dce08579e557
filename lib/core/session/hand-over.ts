import * as v from 'valibot';
import { decodeBase64, encodeBase64Url, utf8, type Bytes } from './bytes.ts';
import type { CryptoPort, KeyHandle } from './crypto-port.ts';
import type { KeyRing } from './key-ring.ts';
import { PROOFS, type SessionFacts } from './session-record.ts';

/**
 * How the middleware tells the handler of the same request what Redis said, so that an authenticated request
 * costs one round trip: a request header with an HMAC over the facts, H(the cookie's secret id), method,
 * path and an end 10 s away. The middleware drops whatever the client sent under this name. Should the
 * middleware be bypassed, a made-up header fails the HMAC, and one captured elsewhere fails the cookie, the
 * path or the time. Rejected: trusting a plain header "because the middleware strips it" (CVE-2025-29927).
 */
export const HAND_OVER_HEADER = 'x-selkie-session';

const facts: v.GenericSchema<unknown, SessionFacts> = v.strictObject({
  id: v.string(),
  user: v.strictObject({ id: v.string(), email: v.string() }),
  createdAtMs: v.number(), lastSeenAtMs: v.number(), expiresAtMs: v.number(), idleMs: v.number(),
  proof: v.picklist(PROOFS),
  stepUpAtMs: v.number(), device: v.string(), address: v.string(), groups: v.array(v.string()),
  remembered: v.boolean(), generation: v.number(), hash: v.string(),
});
const payload = v.strictObject({
  facts, grace: v.boolean(), cookie: v.string(), method: v.string(), path: v.string(), until: v.number(),
});

export interface HandOver {
  session: SessionFacts;
  /** The cookie holds the replaced id; its data key opens nothing any more. */
  throughGrace: boolean;
}

/** What a hand-over is bound to; a page or server action does not see its own method and path. */
export interface HandOverBinding {
  /** H of the secret id in the request's cookie. */
  cookieHash: string;
  method?: string;
  path?: string;
}

async function macKey(crypto: CryptoPort, ring: KeyRing, number: number): Promise<KeyHandle | undefined> {
  const key = await ring.key('hand-over', number);
  return key && crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

function signed(number: string, body: string): Bytes {
  return utf8(`${number}.${body}`);
}

export async function signHandOver(
  crypto: CryptoPort, ring: KeyRing, handOver: HandOver, binding: Required<HandOverBinding>, untilMs: number,
): Promise<string> {
  const key = await macKey(crypto, ring, ring.current);
  if (key === undefined) throw new Error('The current key is not in the ring.');
  const { session, throughGrace } = handOver;
  const body = encodeBase64Url(utf8(JSON.stringify({
    facts: session, grace: throughGrace, cookie: binding.cookieHash, method: binding.method, path: binding.path, until: untilMs,
  })));
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signed(String(ring.current), body)));
  return `${ring.current}.${body}.${encodeBase64Url(mac)}`;
}

/** The finding, if the header is ours, fresh, and for this very request; else undefined: then check with Redis. */
export async function verifyHandOver(
  crypto: CryptoPort, ring: KeyRing, header: string | null | undefined, binding: HandOverBinding, nowMs: number,
): Promise<HandOver | undefined> {
  const parts = /^([1-9]\d{0,8})\.([\w-]+)\.([\w-]{43})$/.exec(header ?? '');
  if (parts === null) return undefined;
  const [, number = '', body = '', mac = ''] = parts;
  const key = await macKey(crypto, ring, Number(number));
  const macBytes = decodeBase64(mac);
  const bodyBytes = decodeBase64(body);
  if (key === undefined || macBytes === undefined || bodyBytes === undefined) return undefined;
  if (!(await crypto.subtle.verify('HMAC', key, macBytes, signed(number, body)))) return undefined;
  const parsed = v.safeParse(payload, JSON.parse(new TextDecoder().decode(bodyBytes)));
  if (!parsed.success) return undefined;
  const { facts: session, grace, cookie, method, path, until } = parsed.output;
  const isForThisRequest = cookie === binding.cookieHash
    && (binding.method === undefined || binding.method === method)
    && (binding.path === undefined || binding.path === path);
  return isForThisRequest && nowMs < until ? { session, throughGrace: grace } : undefined;
}
