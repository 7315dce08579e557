import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ServiceError } from './service-error.ts';
import { makeVerifier, type SrpVerifier } from './srp.ts';

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);

export interface ScryptCost {
  N: number;
  r: number;
  p: number;
}

/** The cost is kept with the hash, so that raising it later breaks nobody. */
export interface PasswordHash extends ScryptCost {
  salt: string;
  hash: string;
  /** Absent in an older file, until the person signs in with the plain password. */
  srp?: SrpVerifier;
}

/** About 95 ms and 32 MiB on the machine where it was measured; N = 2^14 took 47 ms. */
export const defaultCost: ScryptCost = { N: 2 ** 15, r: 8, p: 1 };

export interface Passwords {
  /** The verifier of SRP binds the password to its person, so their `sub` goes in. */
  hash(password: string, sub: string): Promise<PasswordHash>;
  /** Without a stored hash (nobody of that name) it works as long, and answers no. */
  matches(password: string, stored: PasswordHash | undefined): Promise<boolean>;
  /** What SRP needs of a password that has just been found right. */
  verifierOf(password: string, sub: string): SrpVerifier;
}

/** `poolName`: the pool's id without its region. */
export function createPasswords(cost: ScryptCost, poolName: string): Passwords {
  const nobody: PasswordHash = { ...cost, salt: randomBytes(16).toString('base64'), hash: randomBytes(32).toString('base64') };
  return {
    async hash(password, sub) {
      const salt = randomBytes(16);
      const derived = await run(password, salt, cost);
      return { ...cost, salt: salt.toString('base64'), hash: derived.toString('base64'), srp: makeVerifier(poolName, sub, password) };
    },
    async matches(password, stored) {
      const { salt, hash, ...itsCost } = stored ?? nobody;
      const derived = await run(password, Buffer.from(salt, 'base64'), itsCost);
      return timingSafeEqual(derived, Buffer.from(hash, 'base64')) && stored !== undefined;
    },
    verifierOf: (password, sub) => makeVerifier(poolName, sub, password),
  };
}

function run(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  // scrypt needs 128·N·r bytes and Node refuses above 32 MiB unless told otherwise.
  return derive(password, salt, 32, { N, r, p, maxmem: 256 * N * r });
}

/** The characters that Cognito counts as symbols: user-pool-settings-policies in the developer guide. */
const symbols = '^$*.[]{}()?-"!@#%&/\\,><\':;|_~`+= ';

/** Cognito's default: `PasswordPolicyType`. */
export const passwordPolicy = {
  MinimumLength: 8, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true, TemporaryPasswordValidityDays: 7,
} as const;

/** Throws InvalidPasswordException, with what is missing, unless the password meets Cognito's default policy. */
export function requirePolicy(password: string): void {
  const missing =
    [...password].length < passwordPolicy.MinimumLength ? 'Password not long enough'
    : !/[a-z]/.test(password) ? 'Password must have lowercase characters'
    : !/[A-Z]/.test(password) ? 'Password must have uppercase characters'
    : !/[0-9]/.test(password) ? 'Password must have numeric characters'
    : ![...password].some((character) => symbols.includes(character)) ? 'Password must have symbol characters'
    : undefined;
  if (missing !== undefined) {
    throw new ServiceError('InvalidPasswordException', `Password did not conform with policy: ${missing}`);
  }
}

/** Cognito's default for `TemporaryPasswordValidityDays`. */
export const temporaryPasswordLifeMs = passwordPolicy.TemporaryPasswordValidityDays * 24 * 60 * 60 * 1000;

/** A random password that meets the policy, for people whom an administrator creates without one. */
export function temporaryPassword(): string {
  const pick = (alphabet: string, count: number) => Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]!);
  const characters = [
    ...pick('ABCDEFGHJKLMNPQRSTUVWXYZ', 4),
    ...pick('abcdefghijkmnopqrstuvwxyz', 6),
    ...pick('23456789', 4),
    ...pick('!#%&*+-?', 2),
  ];
  for (let i = characters.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [characters[i], characters[j]] = [characters[j]!, characters[i]!];
  }
  return characters.join('');
}
