/**
 * What log, metrics and traces call a request: the pattern of its route, never its path, which can hold the id of a session,
 * a passkey or a person. A closed list, so that odd paths make neither labels nor leaks. A test compares it with app/.
 */
export const API_ROUTES = [
  '/api/account', '/api/admin/audit', '/api/admin/people/[id]/sign-out', '/api/admin/sessions', '/api/admin/sessions/[id]', '/api/audit',
  '/api/auth/callback', '/api/auth/challenge', '/api/auth/confirm', '/api/auth/email-code', '/api/auth/forgot', '/api/auth/login',
  '/api/auth/passkey', '/api/auth/passkey/options', '/api/auth/passkeys', '/api/auth/passkeys/options', '/api/auth/passkeys/[id]',
  '/api/auth/password', '/api/auth/resend', '/api/auth/reset', '/api/auth/session', '/api/auth/sign-in', '/api/auth/sign-out',
  '/api/auth/sign-up', '/api/auth/step-up', '/api/auth/step-up/options', '/api/auth/totp', '/api/auth/totp/confirm',
  '/api/auth/totp/recovery-codes', '/api/csp-report', '/api/health', '/api/metrics', '/api/ready', '/api/sessions',
  '/api/sessions/revoke', '/api/sessions/[id]',
] as const;
export const PAGE_ROUTES = [
  '/', '/account', '/account/data', '/admin/sessions', '/confirm', '/forgot', '/reset', '/sign-in', '/sign-up',
] as const;
/** `action`: a server action, on whatever path. `api`, `file` and `other`: paths that are no route of ours. */
export const ROUTES = [...API_ROUTES, ...PAGE_ROUTES, 'action', 'api', 'file', 'other'] as const;
export type Route = (typeof ROUTES)[number];

const EXACT: ReadonlySet<string> = new Set([...API_ROUTES, ...PAGE_ROUTES].filter((route) => !route.includes('[')));
const PATTERNS = API_ROUTES.filter((route) => route.includes('[')).map((route) => [new RegExp(`^${route.replace('[id]', '[^/]+')}$`), route] as const);

/** `path` as sent, without its query. */
export function routePattern(path: string, hasNextAction: boolean): Route {
  if (hasNextAction) return 'action';
  const plain = path.replace(/(.)\/$/, '$1');
  if (EXACT.has(plain)) return plain as Route;
  if (plain.startsWith('/api/')) return PATTERNS.find(([pattern]) => pattern.test(plain))?.[1] ?? 'api';
  return /^\/_next\/|\.[a-z0-9]{2,12}$/.test(plain) ? 'file' : 'other';
}
