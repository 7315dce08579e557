import 'server-only';
import { setTimeout as wait } from 'node:timers/promises';
import { setCookie } from '../../core/session/cookies.ts';
import { randomToken, sha256 } from '../../core/session/crypto-port.ts';
import { lockRefresh, unlockRefresh } from '../../core/session/scripts/refresh-lock.ts';
import { rotateSession } from '../../core/session/scripts/rotate-session.ts';
import type { Proof, SessionFacts } from '../../core/session/session-record.ts';
import { lockVault, openVault } from '../../core/session/token-vault.ts';
import { audit } from '../audit.ts';
import { secretsOf } from '../current-session.ts';
import { serverEnv } from '../env.ts';
import { keyRing } from '../keys.ts';
import { redis } from '../redis.ts';
import { sealSession } from '../seals.ts';
import { sessionTokens } from './tokens.ts';

const PATIENCE_MS = 5_000;
const POLL_MS = 100;

export type Replaced = { kind: 'replaced'; setCookie: string } | { kind: 'absent' } | { kind: 'busy' };

/**
 * New secret id and new data key for a session whose strength just changed (password, factor, step-up). Holds
 * the refresh lock while the tokens move under the new key, so that no refresh commits to the old one.
 * `busy`: a refresh took too long, or a parallel request replaced the id first; the old cookie goes on working.
 */
export async function replaceSessionId(session: SessionFacts, change: { proof?: Proof; stepUp: boolean }): Promise<Replaced> {
  const { seal } = secretsOf(session);
  const lock = randomToken(crypto, 16);
  const giveUpAtMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const held = await lockRefresh(redis(), session.hash, lock);
    if (held.kind === 'absent') return { kind: 'absent' };
    if (held.kind === 'moved') return { kind: 'busy' };
    if (held.kind === 'locked') {
      const replaced = await move(session, seal.dataKey, lock, held.generation, held.envelope, change);
      if (replaced.kind === 'busy') await unlockRefresh(redis(), session.hash, lock);
      return replaced;
    }
    if (Date.now() >= giveUpAtMs) return { kind: 'busy' };
    await wait(POLL_MS);
  }
}

async function move(
  session: SessionFacts, dataKey: string, lock: string, generation: number, envelope: string, change: { proof?: Proof; stepUp: boolean },
): Promise<Replaced> {
  const tokens = await openVault(crypto, keyRing(), dataKey, session.hash, envelope, sessionTokens);
  if (tokens === undefined) return { kind: 'busy' };
  const secret = { id: randomToken(crypto), dataKey: randomToken(crypto) };
  const newHash = await sha256(crypto, secret.id);
  const outcome = await rotateSession(redis(), {
    oldHash: session.hash, newHash, lock, generation, envelope: await lockVault(crypto, keyRing(), secret.dataKey, newHash, tokens), ...change,
  });
  if (outcome !== 'rotated') return { kind: outcome === 'absent' ? 'absent' : 'busy' };
  await audit({ kind: 'new-id', user: session.user.id, session: session.id, device: session.device });
  const { cookie } = serverEnv();
  const value = await sealSession('seal-session', { ...secret, expiresAtSeconds: Math.floor(session.expiresAtMs / 1000) });
  const secondsLeft = Math.max(1, Math.floor((session.expiresAtMs - Date.now()) / 1000));
  return { kind: 'replaced', setCookie: setCookie('session', value, session.remembered ? secondsLeft : undefined, cookie) };
}
