import { isClient, parseAuthorization } from './authorization-request.ts';
import { sessionCookie } from './cookies.ts';
import { redirect, type Endpoint } from './login-state.ts';
import { errorPage } from './pages.ts';
import { parseParameters } from './parameters.ts';

/**
 * https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 * Ends the browser's session here (no token is touched), then goes to a registered `logout_uri`, or, with the
 * parameters of the authorize endpoint, to the form. A request that is refused ends nothing.
 */
export const logout: Endpoint = async ({ query, headers }, { pool, sessions }) => {
  const { parameters, repeated } = parseParameters(query);
  const clientId = parameters.get('client_id');
  const logoutUri = parameters.get('logout_uri');
  if (repeated.size > 0 || clientId === undefined || !isClient(clientId, pool.config)) {
    return errorPage('This sign-out link names no app client of this pool. Go back to the app and sign out there.');
  }
  let location: string;
  if (logoutUri === undefined) {
    const parsed = parseAuthorization(query, pool.config);
    if (parsed.kind === 'page') return errorPage(parsed.sentence);
    location = parsed.kind === 'redirect' ? parsed.location : `/login?${query}`;
  } else {
    if (!pool.config.logoutUrls.includes(logoutUri)) {
      return errorPage('This sign-out link would send you to an address that is not registered for the app. Go back to the app and sign out there.');
    }
    location = logoutUri;
  }
  sessions.end(sessionCookie.read(headers.cookie));
  return redirect(location, { 'set-cookie': sessionCookie.clear() });
};
