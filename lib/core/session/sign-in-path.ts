/** What happened just before, as the address of the sign-in page names it: which, never in words, so that nobody can put words of their own there. */
export type SignInNotice = 'confirmed' | 'reset' | 'signed-out' | 'deleted' | 'theft' | 'managed-failed';

/**
 * The address of the sign-in page: `done` is told there, and the sign-in leads on to `returnTo`, a path on this origin,
 * which the page checks again (parseReturnPath).
 */
export function signInPath({ done, returnTo }: { done?: SignInNotice | undefined; returnTo?: string | undefined }): string {
  const query = Object.entries({ returnTo, done }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return query.length === 0 ? '/sign-in' : `/sign-in?${query.join('&')}`;
}
