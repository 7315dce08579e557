import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { randomToken } from '../../core/session/crypto-port.ts';
import { createKeyRing } from '../../core/session/key-ring.ts';
import { RedisUnavailable, type RedisPort } from '../../core/session/redis-port.ts';
import type { AuditEvent } from '../../core/session/scripts/audit-log.ts';
import { checkSession } from '../../core/session/scripts/check-session.ts';
import { createSession } from '../../core/session/scripts/create-session.ts';
import { readTokens } from '../../core/session/scripts/refresh-lock.ts';
import { revokeSession } from '../../core/session/scripts/revoke-session.ts';
import { lockVault } from '../../core/session/token-vault.ts';
import { createTokenSource, type IdTokenReply, type RefreshReply, type TokenOwner, type TokenSourceDeps } from '../session/token-source.ts';
import { openTestRedis, type TestRedis } from './redis-ports.ts';
import { newSession } from './session-contract.ts';

/** A Cognito with rotation: a used token is dead at once, and using it again is noticed. */
function rotatingCognito() {
  const seen = { calls: 0, revoked: [] as string[], reused: 0, live: 'refresh-0' };
  return {
    seen,
    async refresh(refreshToken: string): Promise<RefreshReply> {
      seen.calls += 1;
      if (refreshToken !== seen.live) {
        seen.reused += 1;
        return { kind: 'dead', reason: 'RefreshTokenReuseException' };
      }
      const number = seen.calls;
      seen.live = `refresh-${number}`;
      await new Promise((resolve) => setImmediate(resolve));
      return { kind: 'tokens', accessToken: `access-${number}`, refreshToken: `refresh-${number}`, expiresInSeconds: 3_600 };
    },
    async revoke(refreshToken: string): Promise<boolean> {
      seen.revoked.push(refreshToken);
      return true;
    },
  };
}

const ring = createKeyRing(crypto, { current: 1, keys: new Map([[1, new Uint8Array(32).fill(3)]]) });
let owned: TestRedis;
let redis: RedisPort;
let cognito: ReturnType<typeof rotatingCognito>;
let owner: TokenOwner;
let notes: AuditEvent[];

beforeAll(async () => {
  owned = await openTestRedis('mock');
  redis = owned.port;
});
afterAll(() => owned.close());

async function signIn(accessLeftMs: number): Promise<void> {
  const dataKey = randomToken(crypto);
  const session = await newSession();
  const tokens = { accessToken: 'access-0', refreshToken: 'refresh-0', accessExpiresAtMs: Date.now() + accessLeftMs };
  await createSession(redis, { ...session, envelope: await lockVault(crypto, ring, dataKey, session.hash, tokens) });
  owner = { hash: session.hash, id: session.id, userId: session.user.id, dataKey };
}

beforeEach(async () => {
  await owned.command('FLUSHALL');
  cognito = rotatingCognito();
  notes = [];
  await signIn(-1);
});

/** One app server. */
function instance(over: Partial<TokenSourceDeps> = {}) {
  return createTokenSource({
    redis, ring, crypto, now: Date.now, wait: () => new Promise((resolve) => setImmediate(resolve)),
    refresh: (token) => cognito.refresh(token), revoke: (token) => cognito.revoke(token), note: async (event) => void notes.push(event), ...over,
  });
}

test('fifty requests on two servers make one refresh, and all get its token', async () => {
  const servers = [instance(), instance()];
  const replies = await Promise.all(Array.from({ length: 50 }, (_, i) => servers[i % 2]!.accessToken(owner)));
  expect(new Set(replies.map((reply) => JSON.stringify(reply)))).toEqual(new Set(['{"kind":"token","accessToken":"access-1"}']));
  expect([cognito.seen.calls, cognito.seen.reused]).toEqual([1, 0]);
  expect(notes.map((note) => note.kind)).toEqual(['refresh']);
});

test('a token that is good for a while is used as it is', async () => {
  await signIn(3_600_000);
  expect(await instance().accessToken(owner)).toEqual({ kind: 'token', accessToken: 'access-0' });
  expect(cognito.seen.calls).toBe(0);
});

test('a refresh that comes back after the sign-out is thrown away and its new token revoked', async () => {
  const refresh = async (token: string) => {
    const reply = await cognito.refresh(token);
    await revokeSession(redis, owner.hash);
    return reply;
  };
  expect(await instance({ refresh }).accessToken(owner)).toEqual({ kind: 'ended' });
  expect(cognito.seen.revoked).toEqual(['refresh-1']);
  expect(notes.map((note) => note.kind)).toEqual(['refresh-discarded']);
  expect(await owned.command('KEYS', 't:*')).toEqual([]);
});

test("only Cognito's own word ends the session", async () => {
  cognito.seen.live = 'somebody else has it';
  expect(await instance().accessToken(owner)).toEqual({ kind: 'ended' });
  expect((await checkSession(redis, owner.hash)).kind).toBe('absent');
  expect(notes).toEqual([{ kind: 'refresh-refused', user: owner.userId, session: owner.id, detail: 'RefreshTokenReuseException' }]);
});

test('while Cognito is down the session lives, the lock is free again, and the next request succeeds', async () => {
  const down = instance({ refresh: async () => ({ kind: 'unavailable' }) });
  expect((await down.accessToken(owner)).kind).toBe('unknown');
  expect((await checkSession(redis, owner.hash)).kind).toBe('live');
  expect(await instance().accessToken(owner)).toEqual({ kind: 'token', accessToken: 'access-1' });
  await signIn(30_000);
  expect(await down.accessToken(owner)).toEqual({ kind: 'token', accessToken: 'access-0' });
});

test('a commit whose reply was lost is repeated and counts once: the rotated token is kept', async () => {
  let lost = 0;
  const flaky: RedisPort = {
    async eval(script, keys, args) {
      const reply = await redis.eval(script, keys, args);
      if (script.includes("'nonce', lock") && lost < 2) {
        lost += 1;
        throw new RedisUnavailable('timeout');
      }
      return reply;
    },
  };
  expect(await instance({ redis: flaky }).accessToken(owner)).toEqual({ kind: 'token', accessToken: 'access-1' });
  expect([lost, cognito.seen.calls, cognito.seen.revoked]).toEqual([2, 1, []]);
  expect(await readTokens(redis, owner.hash)).toMatchObject({ generation: 2 });
});

/** A refresh that brings an id token of this life as well. */
function withIdTokens(lifeMs: number): Partial<TokenSourceDeps> {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  return {
    async refresh(token) {
      const reply = await cognito.refresh(token);
      return reply.kind === 'tokens' ? { ...reply, idToken: `${part({})}.${part({ exp: Math.floor((Date.now() + lifeMs) / 1000), at: cognito.seen.calls })}.x` } : reply;
    },
  };
}
const idOf = (reply: IdTokenReply) => (reply.kind === 'token' ? (decodeJwt(reply.idToken)['at'] as number) : reply.kind);

test('an id token is fetched for a session from before it was kept, once for all who ask, and then used as it is', async () => {
  const source = instance(withIdTokens(3_600_000));
  await signIn(3_600_000);
  expect([await source.accessToken(owner), cognito.seen.calls]).toEqual([{ kind: 'token', accessToken: 'access-0' }, 0]);
  expect([(await Promise.all([source.idToken(owner), source.idToken(owner)])).map(idOf), cognito.seen.calls]).toEqual([[1, 1], 1]);
  expect([idOf(await source.idToken(owner)), await source.accessToken(owner), cognito.seen.calls]).toEqual([1, { kind: 'token', accessToken: 'access-1' }, 1]);
});

test('an id token that ends before the access token is renewed by itself', async () => {
  await signIn(3_600_000);
  let aheadMs = 0;
  const source = instance({ ...withIdTokens(600_000), now: () => Date.now() + aheadMs });
  expect(idOf(await source.idToken(owner))).toBe(1);
  aheadMs = 599_000;
  expect([await source.accessToken(owner), cognito.seen.calls]).toEqual([{ kind: 'token', accessToken: 'access-1' }, 1]);
  expect([idOf(await source.idToken(owner)), cognito.seen.calls]).toEqual([2, 2]);
});

test('while a refresh brings no id token none is known, and the session lives', async () => {
  await signIn(3_600_000);
  expect((await instance().idToken(owner)).kind).toBe('unknown');
  expect((await checkSession(redis, owner.hash)).kind).toBe('live');
});

test('who holds the wrong data key gets nothing, ends nothing, and cannot ride on somebody who has the right one', async () => {
  const server = instance();
  const thief = { ...owner, dataKey: randomToken(crypto) };
  const [right, wrong] = await Promise.all([server.accessToken(owner), server.accessToken(thief)]);
  expect(right).toEqual({ kind: 'token', accessToken: 'access-1' });
  expect(wrong.kind).toBe('unknown');
  expect((await checkSession(redis, owner.hash)).kind).toBe('live');
}, 20_000);

test('without Redis nothing is known and nothing is asked of Cognito', async () => {
  const dead: RedisPort = { eval: () => Promise.reject(new RedisUnavailable('no connection')) };
  expect((await instance({ redis: dead }).accessToken(owner)).kind).toBe('unknown');
  expect(cognito.seen.calls).toBe(0);
});
