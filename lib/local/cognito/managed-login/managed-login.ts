import type { ServiceRequest, ServiceResponse } from '../../service.ts';
import type { Pool } from '../pool.ts';
import { createAuthorizationCodes } from './authorization-codes.ts';
import { authorize } from './authorize.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import { postLogin, showLogin } from './login.ts';
import { oauthError, type Endpoint, type LoginState } from './login-state.ts';
import { logout } from './logout.ts';
import { createPendingSteps } from './pending-steps.ts';
import { revoke } from './revoke.ts';
import { token } from './token.ts';
import { userInfo } from './user-info.ts';

/**
 * The user pool's domain: managed login and the OAuth 2.0 endpoints, on the port of the API ("User pool endpoints and
 * managed login reference" in the developer guide).
 *
 *   app ─302─► /oauth2/authorize ─302─► /login ─form─► steps ─302─► app with a code ─► /oauth2/token
 *                     └─── a session of this hour ───────────────►┘
 *
 * The pages sign people up, reset passwords and set up factors in AWS; here the app does that, so they only sign in.
 * The names are those of CloudTrail's events. A browser reaches these endpoints from any site: nothing but the form
 * and the logout changes anything for a cookie, and the form is guarded by the origin of its request and a token.
 */
const endpoints: Readonly<Record<string, Readonly<Record<string, { name: string; answer: Endpoint }>>>> = {
  '/oauth2/authorize': { GET: { name: 'OAuth2_Authorize_GET', answer: authorize } },
  '/login': { GET: { name: 'Login_GET', answer: showLogin }, POST: { name: 'Login_POST', answer: postLogin } },
  '/logout': { GET: { name: 'Logout_GET', answer: logout } },
  '/oauth2/token': { POST: { name: 'Token_POST', answer: token } },
  '/oauth2/userInfo': { GET: { name: 'UserInfo_GET', answer: userInfo }, POST: { name: 'UserInfo_POST', answer: userInfo } },
  '/oauth2/revoke': { POST: { name: 'Revoke_POST', answer: revoke } },
};

export interface ManagedLogin {
  /** The endpoint's name; undefined when the path is none of them. */
  nameOf(request: ServiceRequest): string | undefined;
  /** Undefined when the path is none of them. */
  handle(request: ServiceRequest): Promise<ServiceResponse> | undefined;
}

export function createManagedLogin(pool: Pool): ManagedLogin {
  const now = () => pool.now();
  const state: LoginState = { pool, codes: createAuthorizationCodes(now), sessions: createBrowserSessions(now), steps: createPendingSteps() };
  const methodsOf = (path: string) => (Object.hasOwn(endpoints, path) ? endpoints[path] : undefined);
  return {
    nameOf: ({ path, method }) => methodsOf(path)?.[method]?.name,
    handle(request) {
      const methods = methodsOf(request.path);
      if (methods === undefined) return undefined;
      const endpoint = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
      if (endpoint !== undefined) return endpoint.answer(request, state);
      return Promise.resolve(oauthError('invalid_request', 405, { allow: Object.keys(methods).join(', ') }));
    },
  };
}
