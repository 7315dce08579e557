/**
 * Passwords that a guesser tries first, beyond what the pool's own policy refuses: OWASP ASVS 5.0, 6.2.4 and
 * 6.2.11. A rule by composition lets `P@ssw0rd` through; a list does not.
 */
export type EasyReason = 'common' | 'context';

/** What belongs to this site or this person: known to whoever guesses. */
const SITE_WORDS = ['selkie'];
/** Shorter parts of an address occur in good passwords by chance. */
const WORD_MIN_CHARS = 4;
/** Digits and signs around a common word that make no difference to a guesser, who tries them all. */
const DRESS_MAX_CHARS = 4;
/** What must be left of a password once all that everybody knows is taken out. */
const OWN_MIN_CHARS = 6;

/** @param common Lower-case passwords of a public list. Undefined: not easy, as far as this can tell. */
export function easyPassword(password: string, email: string, common: ReadonlySet<string>): EasyReason | undefined {
  const lower = password.toLowerCase();
  // `Password1!` is `password`, dressed up for the rules of composition.
  const bare = lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (common.has(lower) || (lower.length - bare.length <= DRESS_MAX_CHARS && common.has(bare))) return 'common';
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const words = [email.toLowerCase(), local, ...local.split(/[^\p{L}\p{N}]+/u), domain, domain.split('.')[0] ?? '', ...SITE_WORDS]
    .filter((word) => word.length >= WORD_MIN_CHARS)
    .sort((a, b) => b.length - a.length);
  let rest = lower;
  for (const word of words) rest = rest.replaceAll(word, '');
  return rest !== lower && rest.length < OWN_MIN_CHARS ? 'context' : undefined;
}
