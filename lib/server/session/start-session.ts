import 'server-only';
import * as limits from '../../core/limits.ts';
import { readCookie, setCookie } from '../../core/session/cookies.ts';
import { randomToken, sha256 } from '../../core/session/crypto-port.ts';
import { createSession } from '../../core/session/scripts/create-session.ts';
import type { Proof } from '../../core/session/session-record.ts';
import { lockVault, openVault } from '../../core/session/token-vault.ts';
import { audit, auditAlarm } from '../audit.ts';
import type { Caller } from '../caller.ts';
import { revokeRefreshToken } from '../cognito/refresh.ts';
import type { IdClaims } from '../cognito/id-token.ts';
import { serverEnv } from '../env.ts';
import { keyRing } from '../keys.ts';
import { currentRequest } from '../observe/current-request.ts';
import { redis } from '../redis.ts';
import { sealDevice, sealSession, unsealDevice, unsealSession } from '../seals.ts';
import { sessionTokens, type SessionTokens } from './tokens.ts';

export interface SessionStart {
  request: Request;
  caller: Caller;
  who: IdClaims;
  tokens: SessionTokens;
  proof: Proof;
  remember: boolean;
}

/**
 * Begins a session from nothing: new secret id, new data key, whatever the cookie said before; the session of
 * that former cookie ends in the same step, under whatever id it lives. Answers the `Set-Cookie` values. Throws `RedisUnavailable`.
 */
export async function startSession({ request, caller, who, tokens, proof, remember }: SessionStart): Promise<string[]> {
  const { cookie, lifetimes } = serverEnv();
  const lifetime = remember ? lifetimes.remembered : lifetimes.plain;
  const formerCookie = readCookie(request.headers.get('cookie'), 'session', cookie);
  const former = await unsealSession('seal-session', formerCookie.value);
  const formerHash = former && (await sha256(crypto, former.id));
  const secret = { id: randomToken(crypto), dataKey: randomToken(crypto) };
  const hash = await sha256(crypto, secret.id);
  const emailHash = await sha256(crypto, who.email);
  const id = randomToken(crypto, 16);
  const created = await createSession(redis(), {
    hash, id, user: { id: who.userId, email: who.email }, emailHash,
    idleMs: lifetime.idleSeconds * 1000, absoluteMs: lifetime.absoluteSeconds * 1000,
    proof, device: caller.device, address: caller.address, groups: who.groups, remembered: remember,
    envelope: await lockVault(crypto, keyRing(), secret.dataKey, hash, tokens), formerHash,
  });
  if (created.alarm) await auditAlarm(created.alarm);
  if (former !== undefined && formerHash !== undefined && created.formerEnvelope !== '') {
    const old = await openVault(crypto, keyRing(), former.dataKey, formerHash, created.formerEnvelope, sessionTokens);
    if (old !== undefined) await revokeRefreshToken(old.refreshToken);
  }
  const observed = currentRequest();
  if (observed !== undefined) observed.signedIn = true;
  await audit({ kind: 'sign-in', user: who.userId, session: id, device: caller.device, address: caller.address, detail: proof });
  const value = await sealSession('seal-session', { ...secret, expiresAtSeconds: Math.floor(created.expiresAtMs / 1000) });
  return [
    setCookie('session', value, remember ? lifetime.absoluteSeconds : undefined, cookie),
    setCookie('device', await deviceSeal(request, emailHash), limits.deviceCookieSeconds, cookie),
  ];
}

/** The browser keeps its device id for as long as it stays with one account. */
async function deviceSeal(request: Request, account: string): Promise<string> {
  const known = await unsealDevice(readCookie(request.headers.get('cookie'), 'device', serverEnv().cookie).value);
  return sealDevice({ id: known?.account === account ? known.id : randomToken(crypto, 16), account });
}
