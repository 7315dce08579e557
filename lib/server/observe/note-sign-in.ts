import 'server-only';
import type { SIGN_IN_KINDS, SIGN_IN_OUTCOMES } from '../../core/observe/selkie-metrics.ts';
import type { Route } from '../../core/observe/route-pattern.ts';
import type { CurrentRequest } from './current-request.ts';
import { metrics } from './metrics.ts';

const KINDS: Partial<Record<Route, (typeof SIGN_IN_KINDS)[number]>> = {
  '/api/auth/sign-in': 'password', '/api/auth/challenge': 'challenge', '/api/auth/passkey': 'passkey', '/api/auth/callback': 'managed-login',
};

/** Counts a step of a sign-in by its answer, which says the same to the person. */
export function noteSignIn(route: Route, { status }: { status: number }, { signedIn }: CurrentRequest): void {
  const kind = KINDS[route];
  if (kind === undefined) return;
  metrics.add('signIns', { kind, outcome: signedIn === true ? 'signed-in' : outcomeOf(status, kind) });
}

function outcomeOf(status: number, kind: (typeof SIGN_IN_KINDS)[number]): (typeof SIGN_IN_OUTCOMES)[number] {
  if (status >= 500) return 'unavailable';
  if (status === 429) return 'limited';
  // Managed login asks on its own pages: whoever comes back without a session was refused, by a redirect to the sign-in page.
  return status >= 400 || kind === 'managed-login' ? 'refused' : 'asked';
}
