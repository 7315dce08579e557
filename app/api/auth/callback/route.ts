import { createHash, timingSafeEqual } from 'node:crypto';
import { clearCookie } from '@/lib/core/session/cookies.ts';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { audit } from '@/lib/server/audit.ts';
import { verifyIdToken } from '@/lib/server/cognito/id-token.ts';
import { exchangeCode } from '@/lib/server/cognito/managed-login.ts';
import { revokeRefreshToken } from '@/lib/server/cognito/refresh.ts';
import { serverEnv } from '@/lib/server/env.ts';
import { refuse } from '@/lib/server/http/answer.ts';
import { onwardPage } from '@/lib/server/http/onward-page.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { seeOther } from '@/lib/server/http/see-other.ts';
import { startSession } from '@/lib/server/session/start-session.ts';
import { takeManagedLogin } from '@/lib/server/session/transaction.ts';

/**
 * Back from Cognito's pages. Only the browser that set out may arrive (state, from its transaction), with the
 * code of that very request (PKCE) and a token made for it (nonce): somebody else's code, pasted or linked,
 * would sign the person in as somebody else. Every way to fail looks the same to the person.
 */
export const GET = publicRoute({}, async ({ request, caller }) => {
  const { cognito: { domain, issuer }, cookie } = serverEnv();
  if (domain === undefined) return refuse('not-found', 'Managed login is not set up here; sign in with your address.');
  const cleared = clearCookie('transaction', cookie);
  const fail = async (detail: string) => {
    await audit({ kind: 'sign-in-failed', device: caller.device, address: caller.address, detail: `managed login: ${detail}` });
    return seeOther(signInPath({ done: 'managed-failed' }), [cleared]);
  };
  const transaction = await takeManagedLogin(request);
  // Nothing to clear, nothing to tell: anybody can link here.
  if (transaction === undefined) return seeOther(signInPath({ done: 'managed-failed' }));
  const query = new URL(request.url).searchParams;
  const [state, code, iss] = ['state', 'code', 'iss'].map((name) => only(query.getAll(name)));
  if (!isSame(state ?? '', transaction.state)) return fail('another state');
  // RFC 9207: an answer that names its sender must name ours.
  if (query.has('iss') && iss !== issuer) return fail('another issuer');
  if (query.has('error') || code === undefined) return fail('no code');
  const exchanged = await exchangeCode(domain, code, transaction.verifier);
  if (exchanged === undefined) return fail('the code was not exchanged');
  const who = await verifyIdToken(exchanged.idToken, transaction.nonce);
  if (who === 'invalid' || who === 'unavailable') {
    await revokeRefreshToken(exchanged.tokens.refreshToken);
    return fail(`id token ${who}`);
  }
  const cookies = await startSession({ request, caller, who, tokens: exchanged.tokens, proof: 'managed-login', remember: false }).catch(async (error: unknown) => {
    await revokeRefreshToken(exchanged.tokens.refreshToken);
    throw error;
  });
  return onwardPage(transaction.returnTo, [...cookies, cleared]);
});

/** A parameter that comes twice was put together by somebody (RFC 6749 3.1). */
function only(values: string[]): string | undefined {
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
