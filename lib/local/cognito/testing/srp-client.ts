import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** RFC 3526 section 4, from its formula rather than from the digits: 2^3072 - 2^3008 - 1 + 2^64 ([2^2942 pi] + 1690314). */
export const N = (1n << 3072n) - (1n << 3008n) - 1n + (1n << 64n) * (floorOfPi(2942n) + 1690314n);

export interface SrpClient {
  SRP_A: string;
  /** The responses of PASSWORD_VERIFIER without USERNAME and SECRET_HASH. */
  claim(parameters: Record<string, string>, password: string, atMs: number, poolName: string): Record<string, string>;
}

/** The other side of SRP, as a browser library computes it; numbers only, no shortcut of the server's. */
export function createSrpClient(): SrpClient {
  const a = BigInt(`0x${randomBytes(32).toString('hex')}`);
  const A = power(2n, a);
  return {
    SRP_A: A.toString(16),
    claim({ USER_ID_FOR_SRP: userId = '', SALT = '', SRP_B = '', SECRET_BLOCK = '' }, password, atMs, poolName) {
      const B = BigInt(`0x${SRP_B}`);
      const u = digest(bytes(A), bytes(B));
      const identity = createHash('sha256').update(`${poolName}${userId}:${password}`).digest();
      const x = digest(bytes(BigInt(`0x${SALT}`)), identity);
      const k = digest(bytes(N), bytes(2n));
      const S = power((((B - k * power(2n, x)) % N) + N) % N, a + u * x);
      const key = Buffer.from(hkdfSync('sha256', bytes(S), bytes(u), 'Caldera Derived Key', 16));
      const TIMESTAMP = timestampOf(atMs);
      const signed = Buffer.concat([Buffer.from(`${poolName}${userId}`), Buffer.from(SECRET_BLOCK, 'base64'), Buffer.from(TIMESTAMP)]);
      return {
        PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
        PASSWORD_CLAIM_SIGNATURE: createHmac('sha256', key).update(signed).digest('base64'),
        TIMESTAMP,
      };
    },
  };
}

/** `Sat Nov 21 12:00:00 UTC 2026`. */
export function timestampOf(ms: number): string {
  const [weekDay, day, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ');
  return `${weekDay} ${month} ${Number(day)} ${time} UTC ${year}`;
}

function bytes(value: bigint): Buffer {
  const digits = value.toString(16).padStart(2 * Math.ceil(value.toString(16).length / 2), '0');
  return Buffer.from(/^[89a-f]/.test(digits) ? `00${digits}` : digits, 'hex');
}

function digest(...pieces: Buffer[]): bigint {
  return BigInt(`0x${createHash('sha256').update(Buffer.concat(pieces)).digest('hex')}`);
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power((base * base) % N, exponent >> 1n);
  return exponent & 1n ? (half * base) % N : half;
}

/** Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), with 64 bits to spare. */
function floorOfPi(bits: bigint): bigint {
  const one = 1n << (bits + 64n);
  const arctan = (inverse: bigint) => {
    let [sum, term, sign] = [0n, one / inverse, 1n];
    for (let odd = 1n; term > 0n; odd += 2n) {
      sum += (sign * term) / odd;
      term /= inverse * inverse;
      sign = -sign;
    }
    return sum;
  };
  return (16n * arctan(5n) - 4n * arctan(239n)) >> 64n;
}
