import 'server-only';
import * as v from 'valibot';
import { limits } from '../../core/limits.ts';
import { readCookie, setCookie } from '../../core/session/cookies.ts';
import { randomToken, sha256 } from '../../core/session/crypto-port.ts';
import { putTransaction, takeTransaction } from '../../core/session/scripts/transactions.ts';
import { lockVault, openVault } from '../../core/session/token-vault.ts';
import { serverEnv } from '../env.ts';
import { keyRing } from '../keys.ts';
import { redis } from '../redis.ts';
import { sealSession, unsealSession } from '../seals.ts';

/** A sign-in between its steps. As with a session, Redis has the content and the cookie has its key. */
const transaction = v.strictObject({
  challenge: v.picklist(['totp', 'new-password', 'totp-setup', 'email-code']),
  cognitoSession: v.string(),
  username: v.string(),
  email: v.string(),
  remember: v.boolean(),
  /** Wrong answers so far. */
  tries: v.number(),
});

export type Transaction = v.InferOutput<typeof transaction>;

/** Stores it under a new id each time; answers the `Set-Cookie` value. */
export async function storeTransaction(content: Transaction): Promise<string> {
  const secret = { id: randomToken(crypto), dataKey: randomToken(crypto) };
  const hash = await sha256(crypto, secret.id);
  await putTransaction(redis(), hash, await lockVault(crypto, keyRing(), secret.dataKey, hash, content));
  const seconds = Math.floor(limits.transactionMs / 1000);
  const value = await sealSession('seal-transaction', { ...secret, expiresAtSeconds: Math.floor(Date.now() / 1000) + seconds });
  return setCookie('transaction', value, seconds, serverEnv().cookie);
}

/** Takes the request's transaction, so that no second answer finds it. */
export async function takeRequestTransaction(request: Request): Promise<Transaction | undefined> {
  const cookie = readCookie(request.headers.get('cookie'), 'transaction', serverEnv().cookie);
  const seal = await unsealSession('seal-transaction', cookie.value);
  if (seal === undefined) return undefined;
  const hash = await sha256(crypto, seal.id);
  const envelope = await takeTransaction(redis(), hash);
  return envelope === undefined ? undefined : openVault(crypto, keyRing(), seal.dataKey, hash, envelope, transaction);
}
