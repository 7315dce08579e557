import { scryptSync } from 'node:crypto';
import { decodeBase64 } from '../../core/session/bytes.ts';

/** Secrets that stand in tutorials, compose files and documentation: whoever guesses begins with them. */
const SAMPLES = [
  'changeme', 'change-me', 'change_me', 'secret', 'supersecret', 'super-secret', 'password', 'example', 'your-secret', 'yoursecret', 'replace', 'placeholder',
  'complex_password_at_least_32_characters_long', 'keyboard cat', 'example_token', 'selkie', 'letmein', 'qwerty', '0123456789', 'abcdefgh',
];

/**
 * Why a secret is weak, as the end of a sentence, or undefined. Randomness can't be proven, so this looks for what a random
 * value of that length never is: too short, words of tutorials, few different characters, a repetition, a sequence.
 * @param least bits that the secret must be able to hold.
 */
export function weakness(secret: string, least: number): string | undefined {
  const bytes = bytesOf(secret);
  const text = bytes.toString('latin1');
  const sample = SAMPLES.find((word) => secret.toLowerCase().includes(word) || (isText(bytes) && text.toLowerCase().includes(word)));
  if (sample !== undefined) return `is made of a well-known sample value ("${sample}")`;
  const bits = entropyBits(secret);
  if (isText(bytes) && bytes.length < Buffer.byteLength(secret)) return 'is readable text in base64, not random bytes';
  if (period(secret) <= secret.length / 2 || period(text) <= text.length / 2) return 'repeats itself';
  if (isSequence(bytes)) return 'counts up or down';
  if (bits < least) return `holds about ${Math.round(bits)} bits; at least ${least} are needed`;
  return undefined;
}

/** What its characters, by how often each comes, can hold at most (Shannon), times its length. */
export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / text.length);
  return bits;
}

/** What two people may compare without telling each other the secret. Slow on purpose (about 20 ms): a short token must not be found by trying. */
export function fingerprint(name: string, secret: string): string {
  return scryptSync(secret, `selkie doctor ${name}`, 8, { N: 2 ** 13, r: 8, p: 1 }).toString('hex');
}

function bytesOf(secret: string): Buffer {
  const decoded = decodeBase64(secret);
  return decoded === undefined ? Buffer.from(secret) : Buffer.from(decoded);
}

function isText(bytes: Buffer): boolean {
  return bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}

/** The shortest beginning that, repeated, makes the whole. */
function period(text: string): number {
  for (let length = 1; length <= text.length / 2; length++) {
    if (text.slice(length) === text.slice(0, text.length - length)) return length;
  }
  return text.length;
}

function isSequence(bytes: Buffer): boolean {
  const step = bytes.length < 4 ? 0 : (bytes[1]! - bytes[0]! + 256) % 256;
  return step !== 0 && bytes.every((byte, at) => at === 0 || (byte - bytes[at - 1]! + 256) % 256 === step);
}
