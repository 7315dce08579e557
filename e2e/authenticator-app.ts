import { Secret, TOTP } from 'otpauth';

/** What an authenticator app on a phone shows (RFC 6238: SHA-1, six digits, 30 seconds) for a secret in base32, blanks allowed. */
export interface AuthenticatorApp {
  /** The code of this moment. */
  code(): string;
  /** The next one, which a phone whose clock is a little ahead shows; a service takes it, and each only once. */
  nextCode(): string;
  /** A code of neither now nor the moments around it. */
  wrongCode(): string;
}

const PERIOD_MS = 30_000;

export function authenticatorApp(secret: string): AuthenticatorApp {
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(/\s/g, '')), algorithm: 'SHA1', digits: 6, period: PERIOD_MS / 1000 });
  const at = (offset: number) => totp.generate({ timestamp: Date.now() + offset * PERIOD_MS });
  return {
    code: () => at(0),
    nextCode: () => at(1),
    wrongCode() {
      const good = new Set([-2, -1, 0, 1, 2].map(at));
      return Array.from({ length: 10 }, (_, digit) => String(digit).repeat(6)).find((code) => !good.has(code))!;
    },
  };
}
