/**
 * Which requests the middleware stops when there is no session. It is the first of two doors: every handler,
 * page and action proves the session again, so a path missing here costs a round trip and leaks nothing.
 */
export type RoutePolicy =
  /** Anybody; the cookie is not even opened. */
  | 'public'
  /** A live session, else 401. */
  | 'session'
  /** A live session, else to the sign-in page. */
  | 'session-page';

/** Method-independent API paths; a test compares this list with the files under app/api. */
export const PUBLIC_API: readonly string[] = [
  '/api/auth/sign-up', '/api/auth/confirm', '/api/auth/resend', '/api/auth/forgot', '/api/auth/reset', '/api/auth/sign-in',
  '/api/auth/challenge', '/api/auth/sign-out', '/api/auth/login', '/api/auth/callback', '/api/auth/passkey',
  '/api/auth/passkey/options', '/api/auth/email-code', '/api/health', '/api/ready', '/api/metrics',
  '/api/csp-report',
];
const SESSION_API = /^\/api\/(auth\/(session|password|passkeys|totp|step-up)|sessions|audit|admin|account)(\/|$)/;

/** `path` as sent; comparisons happen on its decoded, lower-case form without doubled or final slashes. */
export function routePolicy(path: string, hasNextAction: boolean): RoutePolicy {
  let plain: string;
  try {
    plain = decodeURIComponent(path);
  } catch {
    plain = path;
  }
  plain = plain.toLowerCase().replace(/[/\\]+/g, '/').replace(/(.)\/$/, '$1');
  if (hasNextAction) return 'session';
  if (PUBLIC_API.includes(plain)) return 'public';
  if (SESSION_API.test(plain)) return 'session';
  // Any other path under /api is a 404 for everybody.
  return /^\/(account|admin)(\/|$)/.test(plain) ? 'session-page' : 'public';
}
