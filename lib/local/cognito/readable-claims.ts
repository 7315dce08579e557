import type { User } from './users.ts';

/**
 * The attributes that scopes let a client read, in the ID token and at userInfo alike: with `openid` alone all of
 * them; with `profile` or `email` beside it only those ("The user attributes endpoint" in the developer guide). A
 * sign-in through the API asks for no scope and gets all.
 */
export function readableClaims(user: User, scopes: readonly string[]): Record<string, string | boolean> {
  const email = { email: user.email, email_verified: user.emailVerified };
  const narrowed = scopes.includes('profile') || scopes.includes('email');
  return {
    ...(!narrowed || scopes.includes('profile') ? user.attributes : {}),
    ...(!narrowed || scopes.includes('email') ? email : {}),
  };
}
