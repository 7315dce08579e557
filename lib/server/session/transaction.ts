import 'server-only';
import * as v from 'valibot';
import * as limits from '../../core/limits.ts';
import { clearCookie, readCookie, setCookie } from '../../core/session/cookies.ts';
import { randomToken, sha256 } from '../../core/session/crypto-port.ts';
import { putTransaction, takeTransaction } from '../../core/session/scripts/transactions.ts';
import { lockVault, openVault } from '../../core/session/token-vault.ts';
import { serverEnv } from '../env.ts';
import { keyRing } from '../keys.ts';
import { redis } from '../redis.ts';
import { sealSession, unsealSession } from '../seals.ts';

/**
 * Something under way between two requests of one browser. As with a session, Redis has the content and the
 * cookie has its key. Each has one purpose, and whoever takes one says which: a sign-in can't be finished as
 * a step-up or the other way round, nor a step-up by another session than the one that began it.
 */
const question = {
  challenge: v.picklist(['totp', 'new-password', 'totp-setup', 'email-code', 'passkey']),
  cognitoSession: v.string(),
  /** The name that Cognito knows; the typed one while that is all there is. */
  username: v.string(),
  /** Absent when a passkey named the person. */
  email: v.optional(v.string()),
  /** Wrong answers so far. */
  tries: v.number(),
  /** When Cognito's own session ends, or would if there were one: see `questionEnd`. */
  endsAtMs: v.number(),
};

const signIn = v.strictObject({
  purpose: v.literal('sign-in'),
  ...question,
  remember: v.boolean(),
  /** Nothing is proved so far, so no answer may depend on whether there is such a person. */
  firstFactor: v.boolean(),
});

const stepUp = v.strictObject({
  purpose: v.literal('step-up'),
  ...question,
  /** Public id of the session that asked, and its person. */
  session: v.string(),
  user: v.string(),
});

const managedLogin = v.strictObject({
  purpose: v.literal('managed-login'),
  /** OAuth 2 (RFC 6749 10.12), OpenID Connect Core 3.1.2.1 and PKCE (RFC 7636). */
  state: v.string(),
  nonce: v.string(),
  verifier: v.string(),
  /** Checked by `parseReturnPath`. */
  returnTo: v.string(),
});

const transaction = v.variant('purpose', [signIn, stepUp, managedLogin]);

export type SignInTransaction = v.InferOutput<typeof signIn>;
export type StepUpTransaction = v.InferOutput<typeof stepUp>;
export type ManagedLoginTransaction = v.InferOutput<typeof managedLogin>;
export type Transaction = v.InferOutput<typeof transaction>;

/**
 * A question that Cognito asked now can be answered until then. A little before Cognito's own end of it (three
 * minutes, unless the pool says longer): so a real question and a made-up one end alike.
 */
export function questionEnd(): number {
  return Date.now() + limits.signInQuestionMs;
}

/** Stores it under a new id each time; answers the `Set-Cookie` value. Throws `RedisUnavailable`. */
export async function storeTransaction(content: Transaction): Promise<string> {
  const lifeMs = content.purpose === 'managed-login' ? limits.managedLoginMs : limits.transactionMs;
  const secret = { id: randomToken(crypto), dataKey: randomToken(crypto) };
  const hash = await sha256(crypto, secret.id);
  await putTransaction(redis(), hash, await lockVault(crypto, keyRing(), secret.dataKey, hash, content), lifeMs);
  const seconds = Math.floor(lifeMs / 1000);
  const value = await sealSession('seal-transaction', { ...secret, expiresAtSeconds: Math.floor(Date.now() / 1000) + seconds });
  return setCookie('transaction', value, seconds, serverEnv().cookie);
}

/**
 * The refusal of an answer, with the question stored again for the next one; undefined after the last wrong answer that is allowed.
 * Only wrong answers count: a 429 or a 503 says nothing about what was given.
 */
export async function askAgain(content: SignInTransaction | StepUpTransaction, refusal: Response): Promise<Response | undefined> {
  const tries = content.tries + (refusal.status === 429 || refusal.status === 503 ? 0 : 1);
  if (tries >= limits.transactionTries) return undefined;
  refusal.headers.append('Set-Cookie', await storeTransaction({ ...content, tries }));
  return refusal;
}

/** Takes the request's sign-in, so that no second answer finds it. One of another purpose is gone, too: nobody honest sends it here. */
export async function takeSignIn(request: Request): Promise<SignInTransaction | undefined> {
  const taken = await take(request);
  return taken?.purpose === 'sign-in' && Date.now() < taken.endsAtMs ? taken : undefined;
}

/** As `takeSignIn`, and only for the session that began the step-up. */
export async function takeStepUp(request: Request, session: { id: string; user: { id: string } }): Promise<StepUpTransaction | undefined> {
  const taken = await take(request);
  if (taken?.purpose !== 'step-up' || taken.session !== session.id || taken.user !== session.user.id) return undefined;
  return Date.now() < taken.endsAtMs ? taken : undefined;
}

export async function takeManagedLogin(request: Request): Promise<ManagedLoginTransaction | undefined> {
  const taken = await take(request);
  return taken?.purpose === 'managed-login' ? taken : undefined;
}

/** The header that removes the cookie, when the request has one. */
export function clearTransaction(request: Request): string[] {
  const { cookie } = serverEnv();
  return readCookie(request.headers.get('cookie'), 'transaction', cookie).present ? [clearCookie('transaction', cookie)] : [];
}

async function take(request: Request): Promise<Transaction | undefined> {
  const cookie = readCookie(request.headers.get('cookie'), 'transaction', serverEnv().cookie);
  const seal = await unsealSession('seal-transaction', cookie.value);
  if (seal === undefined) return undefined;
  const hash = await sha256(crypto, seal.id);
  const envelope = await takeTransaction(redis(), hash);
  return envelope === undefined ? undefined : openVault(crypto, keyRing(), seal.dataKey, hash, envelope, transaction);
}
