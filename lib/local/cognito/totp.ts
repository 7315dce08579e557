import { Secret, TOTP } from 'otpauth';

const STEP_MS = 30_000;

/** 256 random bits in base32, without padding, as AssociateSoftwareToken answers them. */
export function newAuthenticatorSecret(): string {
  return new Secret({ size: 32 }).base32;
}

/**
 * Which 30-second step a code belongs to, or undefined: RFC 6238 with HMAC-SHA-1 and six digits; one step early or late
 * is right ("TOTP software token MFA" in the developer guide).
 */
export function stepOfCode(secret: string, code: string, nowMs: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const totp = new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: STEP_MS / 1000 });
  const delta = totp.validate({ token: code, timestamp: nowMs, window: 1 });
  return delta === null ? undefined : Math.floor(nowMs / STEP_MS) + delta;
}
