import 'server-only';
import { randomBytes } from 'node:crypto';

/** Crockford's base32 (https://www.crockford.com/base32.html): no I, L, O or U, which look like others or make words. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LETTERS = 24;

/** 120 random bits in six groups of four: `8ZK2-0M4Q-WRT7-X3HC-51VD-NB9E`. */
export function randomRecoveryCode(): string {
  // 256 is a multiple of 32, so every letter is as likely.
  const letters = Array.from(randomBytes(LETTERS), (byte) => ALPHABET[byte % 32]!).join('');
  return letters.match(/.{4}/g)!.join('-');
}

/** The letters of a code as somebody typed it, in any case, with any spaces and dashes, O for 0, I or L for 1; undefined for anything else. */
export function parseRecoveryCode(typed: string): string | undefined {
  const letters = typed.normalize('NFKC').toUpperCase().replace(/[\s\p{Pd}]/gu, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return letters.length === LETTERS && [...letters].every((letter) => ALPHABET.includes(letter)) ? letters : undefined;
}
