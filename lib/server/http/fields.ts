import 'server-only';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';
import { emailAddress } from '../../core/session/email-address.ts';

/** Fields of request bodies, each defined once. */
export const email = emailAddress;
/** As typed: what a password may be is the pool's policy, and trimming one would change it. */
export const password = v.pipe(v.string(), v.minLength(1), v.maxLength(limits.passwordMaxChars));
/** Codes from mails and authenticator apps; people paste them with spaces. */
export const code = v.pipe(v.string(), v.maxLength(32), v.transform((raw) => raw.replace(/\s/g, '')), v.regex(/^\d{4,10}$/));
/** A name that a person gives a passkey. */
export const passkeyName = v.pipe(
  v.string(), v.maxLength(limits.passkeyNameMaxChars * 2), v.transform((raw) => raw.normalize('NFC').trim()),
  v.minLength(1), v.maxLength(limits.passkeyNameMaxChars), v.regex(/^[^\p{Cc}\p{Cs}\u{202a}-\u{202e}\u{2066}-\u{2069}]+$/u),
);
