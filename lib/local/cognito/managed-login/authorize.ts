import { errorLocation, parseAuthorization, withParameters, type AuthorizationRequest } from './authorization-request.ts';
import { sessionCookie } from './cookies.ts';
import { redirect, type Endpoint, type LoginState } from './login-state.ts';
import { errorPage } from './pages.ts';

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 * A browser that signed in within the hour goes straight back with a code, any other to `/login` with the same query.
 */
export const authorize: Endpoint = async ({ query, headers }, state) => {
  const parsed = parseAuthorization(query, state.pool.config);
  if (parsed.kind === 'page') return errorPage(parsed.sentence);
  if (parsed.kind === 'redirect') return redirect(parsed.location);
  const { request } = parsed;
  const session = state.sessions.find(sessionCookie.read(headers.cookie));
  const user = session === undefined ? undefined : state.pool.users.find(session.sub);
  const isSignedIn = session !== undefined && user?.enabled === true;
  if (isSignedIn && request.prompt !== 'login') return redirect(codeLocation(state, request, session));
  if (request.prompt === 'none') return redirect(errorLocation(request, 'login_required'));
  return redirect(`/login?${query}`);
};

/** The app's own address with a new code and its state. */
export function codeLocation({ codes }: LoginState, request: AuthorizationRequest, session: { sub: string; authTime: number }): string {
  const code = codes.issue({ sub: session.sub, authTime: session.authTime, request });
  return withParameters(request.redirectUri, { code, state: request.state });
}
