import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Cognito's variant of SRP-6a (RFC 2945, RFC 5054): the 3072-bit group of RFC 3526 section 4 with g = 2, SHA-256, numbers as Java's
 * `BigInteger.toByteArray` writes them, and a key of 16 bytes from HKDF with the label "Caldera Derived Key". AWS documents
 * the flow ("Sign-in with persistent passwords and secure payload" in the developer guide) but not the arithmetic,
 * which is taken from what its own client libraries compute.
 *
 * SRP keeps a password from the wire, not from who steals the verifier: that is one modular power per guess,
 * cheaper than scrypt. It is stored because the protocol needs it.
 */
export interface SrpVerifier {
  /** Hexadecimal, as on the wire. */
  salt: string;
  verifier: string;
}

/** What the server keeps between the two steps. Numbers are hexadecimal. */
export interface SrpExchange {
  clientPublic: string;
  serverPublic: string;
  serverPrivate: string;
  verifier: string;
}

/** https://www.rfc-editor.org/rfc/rfc3526#section-4 */
const N = BigInt(
  '0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245' +
  'E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F' +
  '83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9' +
  'DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7' +
  'ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB31' +
  '43DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF',
);
const g = 2n;
const k = hash(bytesOf(N), bytesOf(g));

/** The verifier of a password; `userId` is what the first step answers as USER_ID_FOR_SRP. */
export function makeVerifier(poolName: string, userId: string, password: string): SrpVerifier {
  const salt = randomBytes(16).toString('hex');
  const inner = createHash('sha256').update(`${poolName}${userId}:${password}`).digest();
  return { salt, verifier: hex(power(g, hash(bytesOf(number(salt)), inner))) };
}

/** A salt and a verifier that nobody has a password for: the same for the same secret, and no slower than a kept one. */
export function pretendVerifier(secret: Buffer): SrpVerifier {
  const made = Buffer.from(hkdfSync('sha256', secret, '', 'verifier', 400));
  return { salt: made.subarray(0, 16).toString('hex'), verifier: hex(number(made.subarray(16).toString('hex')) % N) };
}

/** Step one. `undefined` for a public value that is no number of the group; zero would let anybody in (RFC 5054 2.5.4). */
export function beginExchange(verifier: string, clientPublic: string): SrpExchange | undefined {
  if (!/^[0-9a-f]{1,770}$/i.test(clientPublic)) return undefined;
  const A = number(clientPublic);
  if (A === 0n || A >= N) return undefined;
  const serverPrivate = randomBytes(32).toString('hex');
  const B = (k * number(verifier) + power(g, number(serverPrivate))) % N;
  return { clientPublic: hex(A), serverPublic: hex(B), serverPrivate, verifier };
}

/** Step two: the claim that a client who knows the password sends, base64. */
export function expectedClaim(exchange: SrpExchange, poolName: string, userId: string, secretBlock: Buffer, timestamp: string): string {
  const A = number(exchange.clientPublic);
  const u = hash(bytesOf(A), bytesOf(number(exchange.serverPublic)));
  const S = power((A * power(number(exchange.verifier), u)) % N, number(exchange.serverPrivate));
  const key = Buffer.from(hkdfSync('sha256', bytesOf(S), bytesOf(u), 'Caldera Derived Key', 16));
  return createHmac('sha256', key).update(poolName).update(userId).update(secretBlock).update(timestamp).digest('base64');
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

function hash(...pieces: Buffer[]): bigint {
  return number(createHash('sha256').update(Buffer.concat(pieces)).digest('hex'));
}

/** Big-endian two's complement in as few bytes as can be, so a leading zero where the top bit is set. */
function bytesOf(value: bigint): Buffer {
  const digits = value.toString(16);
  const even = digits.length % 2 === 1 ? `0${digits}` : digits;
  return Buffer.from(parseInt(even.charAt(0), 16) >= 8 ? `00${even}` : even, 'hex');
}

function number(digits: string): bigint {
  return BigInt(`0x${digits}`);
}

function hex(value: bigint): string {
  return value.toString(16);
}
