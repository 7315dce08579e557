import 'server-only';
import type * as v from 'valibot';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { audit } from '../audit.ts';
import { groupsOf } from '../cognito/access-claims.ts';
import { serverEnv } from '../env.ts';
import { refuse, refuseUnavailable } from '../http/answer.ts';
import { sessionRoute, type Given } from '../http/route.ts';
import { withAccess } from '../http/with-access.ts';

/** Whether the sign-in of this session named the administrators' group; a hint for pages, never a permission. */
export function mayBeAdmin(session: SessionFacts): boolean {
  return session.groups.includes(serverEnv().adminGroup);
}

/**
 * A route for administrators. The session's own word, which is as old as the sign-in, is not enough: Cognito's
 * current access token must name the group as well, so whoever is removed from it is out within that token's life.
 * Everybody else gets 403, and the try is in the audit.
 */
export function adminRoute<Body = undefined>(
  options: { body?: v.GenericSchema<unknown, Body> },
  run: (given: Given<Body> & { session: SessionFacts }) => Promise<Response>,
): ReturnType<typeof sessionRoute> {
  return sessionRoute(options, async (given) => {
    const { session, caller, request } = given;
    const refused = async () => {
      const detail = `${request.method} ${new URL(request.url).pathname.split('/').slice(0, 4).join('/')}`;
      await audit({ kind: 'admin-refused', user: session.user.id, session: session.id, device: caller.device, address: caller.address, detail });
      return refuse('forbidden', 'Only administrators may do this.');
    };
    if (!mayBeAdmin(session)) return refused();
    return withAccess(session, async (accessToken) => {
      const groups = await groupsOf(accessToken, session.user.id);
      if (groups === 'unavailable') return refuseUnavailable(5);
      return groups !== 'invalid' && groups.includes(serverEnv().adminGroup) ? run(given) : refused();
    });
  });
}
