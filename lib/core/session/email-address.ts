import * as v from 'valibot';
import * as limits from '../limits.ts';

/**
 * An address as we compare, count and send it: NFKC and lower case, so that `Ａda@…` and `ada@…` are one
 * person to every check. RFC 5321 allows local parts that differ by case only; no provider of note does.
 */
export const emailAddress = v.pipe(
  v.string(),
  v.maxLength(limits.emailMaxBytes * 2),
  v.transform((raw) => raw.normalize('NFKC').trim().toLowerCase()),
  v.check((address) => new TextEncoder().encode(address).length <= limits.emailMaxBytes),
  v.regex(/^[^\s@"(),:;<>[\]\\\p{Cc}\p{Cf}]{1,64}@[^\s@"(),:;<>[\]\\\p{Cc}\p{Cf}.]+(\.[^\s@"(),:;<>[\]\\\p{Cc}\p{Cf}.]+)*$/u),
);
