import * as v from 'valibot';
import * as limits from '../limits.ts';

/**
 * What is in the browser: an iron-session seal (Fe26.2, AES-256-CBC + HMAC-SHA-256) around a short array.
 *
 *   session, transaction   [version, secret id, data key, expiry in seconds]
 *   device                 [version, device id, account hash]
 *
 * The shape is checked whole before opening: iron-session takes `…~2` followed by anything, and answers `{}`
 * rather than failing for a seal that is cut, altered or of a removed key. Rejected: a ttl inside the seal;
 * its clock would be the app server's, while a session's end is decided by Redis's clock alone.
 */
export const SEAL_VERSION = 1;

const SHAPE = /^Fe26\.2\*[1-9]\d{0,8}\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{43,256}\*\*[0-9a-f]{64}\*[\w-]{43}~2$/;

/** Whether `value` can be a seal of ours at all. */
export function isSealShape(value: string): boolean {
  return value.length <= limits.sealMaxBytes && SHAPE.test(value);
}

const token256 = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
const sessionContent = v.strictTuple([
  v.literal(SEAL_VERSION), token256, token256, v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
]);
const deviceContent = v.strictTuple([v.literal(SEAL_VERSION), v.pipe(v.string(), v.regex(/^[\w-]{22}$/)), token256]);

export interface SessionSeal {
  /** The secret id: 256 random bits, base64url. Redis knows only its SHA-256. */
  id: string;
  /** 256 random bits, base64url: the half of the token key that Redis never has. */
  dataKey: string;
  /** End of the absolute lifetime, seconds since the epoch: past it no trip to Redis is worth making. */
  expiresAtSeconds: number;
}

export interface DeviceSeal {
  id: string;
  /** SHA-256 of the account's address: the seal speaks for this account only. */
  account: string;
}

/** iron-session's `unsealData` with the passwords filled in. */
export type Unseal = (seal: string) => Promise<unknown>;

export function sessionSealContent(seal: SessionSeal): unknown {
  return [SEAL_VERSION, seal.id, seal.dataKey, seal.expiresAtSeconds];
}

export function deviceSealContent(seal: DeviceSeal): unknown {
  return [SEAL_VERSION, seal.id, seal.account];
}

async function open(value: string | undefined, unseal: Unseal): Promise<unknown> {
  if (value === undefined || !isSealShape(value)) return undefined;
  try {
    return await unseal(value);
  } catch {
    return undefined;
  }
}

/** The session (or transaction) in a cookie's value; undefined for anything that we did not seal, or that ended. */
export async function openSessionSeal(value: string | undefined, unseal: Unseal, nowMs: number): Promise<SessionSeal | undefined> {
  const content = v.safeParse(sessionContent, await open(value, unseal));
  if (!content.success) return undefined;
  const [, id, dataKey, expiresAtSeconds] = content.output;
  return expiresAtSeconds * 1000 > nowMs ? { id, dataKey, expiresAtSeconds } : undefined;
}

export async function openDeviceSeal(value: string | undefined, unseal: Unseal): Promise<DeviceSeal | undefined> {
  const content = v.safeParse(deviceContent, await open(value, unseal));
  return content.success ? { id: content.output[1], account: content.output[2] } : undefined;
}
