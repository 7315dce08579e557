import type { API_ROUTES, Route } from '../core/observe/route-pattern.ts';

/**
 * What each route of the API answers; a test compares it with the handlers under app/api. HEAD goes with GET, and OPTIONS the edge
 * answers itself. Next would answer other methods with an empty 405, in which neither a person nor a program finds what to do.
 */
export const ROUTE_METHODS: Readonly<Record<(typeof API_ROUTES)[number], readonly ('GET' | 'POST' | 'DELETE')[]>> = {
  '/api/account': ['DELETE'],
  '/api/admin/audit': ['GET'],
  '/api/admin/people/[id]/sign-out': ['POST'],
  '/api/admin/sessions': ['GET'],
  '/api/admin/sessions/[id]': ['DELETE'],
  '/api/audit': ['GET'],
  '/api/auth/callback': ['GET'],
  '/api/auth/challenge': ['POST'],
  '/api/auth/confirm': ['POST'],
  '/api/auth/email-code': ['POST'],
  '/api/auth/forgot': ['POST'],
  '/api/auth/login': ['GET'],
  '/api/auth/passkey': ['POST'],
  '/api/auth/passkey/options': ['POST'],
  '/api/auth/passkeys': ['GET', 'POST'],
  '/api/auth/passkeys/options': ['POST'],
  '/api/auth/passkeys/[id]': ['POST', 'DELETE'],
  '/api/auth/password': ['POST'],
  '/api/auth/resend': ['POST'],
  '/api/auth/reset': ['POST'],
  '/api/auth/session': ['GET'],
  '/api/auth/sign-in': ['POST'],
  '/api/auth/sign-out': ['POST'],
  '/api/auth/sign-up': ['POST'],
  '/api/auth/step-up': ['POST'],
  '/api/auth/step-up/options': ['POST'],
  '/api/auth/totp': ['GET', 'POST', 'DELETE'],
  '/api/auth/totp/confirm': ['POST'],
  '/api/auth/totp/recovery-codes': ['POST'],
  '/api/csp-report': ['POST'],
  '/api/health': ['GET'],
  '/api/metrics': ['GET'],
  '/api/ready': ['GET'],
  '/api/sessions': ['GET'],
  '/api/sessions/revoke': ['POST'],
  '/api/sessions/[id]': ['DELETE'],
};

/** The value of `Allow` (RFC 9110 10.2.1) for a request whose method its route does not have; undefined where there is nothing to refuse. */
export function methodsInstead(route: Route, method: string): string | undefined {
  if (!Object.hasOwn(ROUTE_METHODS, route)) return undefined;
  const methods = ROUTE_METHODS[route as keyof typeof ROUTE_METHODS];
  const all: readonly string[] = methods.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one]));
  return all.includes(method) ? undefined : [...all, 'OPTIONS'].join(', ');
}
