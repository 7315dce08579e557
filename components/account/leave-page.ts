import { signInPath } from '@/lib/core/session/sign-in-path.ts';

let isLeaving = false;

/** Loads another page of this origin. */
export function leaveTo(path: string): void {
  isLeaving = true;
  location.assign(path);
}

/**
 * Where a page of the account goes when the session has ended: to the sign-in, and from there back to itself. Not when
 * the page is being left already: a late 401 must not talk over "You are signed out".
 */
export function toSignIn(): void {
  if (!isLeaving) leaveTo(signInPath({ returnTo: location.pathname }));
}
