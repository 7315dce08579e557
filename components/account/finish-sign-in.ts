import { session } from '@/lib/client/account.ts';
import { owedSignOut } from '@/lib/client/owed-sign-out.ts';
import { parseReturnPath } from '@/lib/core/session/return-path.ts';
import { tellTabs } from './account-tabs.ts';
import type { FormOutcome } from './form-outcome.ts';
import { forgetPendingMail } from './pending-mail.ts';

/** Said when the server signed somebody in and the browser threw the cookie away. */
const COOKIE_NOT_KEPT =
  'You were signed in, but this browser did not keep the session cookie. Safari does this on http://localhost: ' +
  'set SESSION_COOKIE_SECURE=false and start Selkie again, or open it over https. Elsewhere, allow cookies for this site.';

/**
 * The last step of every way to sign in: makes sure that the browser kept the cookie, tells the other tabs, and goes
 * to `returnTo`. The whole page is loaded, so that the server renders it for the person, and password managers see
 * that the sign-in went well.
 */
export async function finishSignIn(returnTo: string): Promise<FormOutcome> {
  const check = await session();
  // Anything but a plain "not signed in" (an outage in between) says nothing about the cookie.
  if (!check.ok && check.code === 'not-signed-in') return { kind: 'refused', message: COOKIE_NOT_KEPT };
  forgetPendingMail();
  owedSignOut(() => localStorage).forget();
  tellTabs();
  location.assign(parseReturnPath(returnTo));
  return { kind: 'leaving' };
}
