import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { randomToken } from '../../core/session/crypto-port.ts';
import { createKeyRing } from '../../core/session/key-ring.ts';
import type { RedisPort } from '../../core/session/redis-port.ts';
import { createSession } from '../../core/session/scripts/create-session.ts';
import { lockVault } from '../../core/session/token-vault.ts';
import { seededRandom } from '../../core/sync/seeded-random.ts';
import type { TokenOwner } from '../session/token-source.ts';
import { newSession } from './session-contract.ts';
import type { Order, Report } from './simulation/app-process.ts';
import { startOwnRedis, type OwnRedis } from './simulation/redis-server.ts';
import { createRotatingCognito, type RotatingCognito } from './simulation/rotating-cognito.ts';

const SECRET = Buffer.alloc(32, 9);
const ring = createKeyRing(crypto, { current: 1, keys: new Map([[1, new Uint8Array(SECRET)]]) });
const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** An app server, and what the test knows of it. */
interface Server {
  child: ChildProcess;
  tell(order: { kind: 'visit' | 'sign-out'; owner: TokenOwner }): Promise<string>;
}

describe.skipIf(!isInstalled && !process.env.CI)('three app servers, three processes', () => {
  let owned: OwnRedis;
  let connection: ReturnType<OwnRedis['connect']>;
  let redis: RedisPort;
  let cognito: RotatingCognito;
  let servers: Server[];
  /** Runs when a refresh has reached Cognito and before its answer leaves. */
  let meanwhile: (server: Server) => Promise<void> | void;
  let orders = 0;

  const start = async (): Promise<Server> => {
    const child = fork(fileURLToPath(new URL('./simulation/app-process.ts', import.meta.url)), [owned.socket, SECRET.toString('hex')], {
      execArgv: ['--conditions=react-server', '--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const waiting = new Map<number, (outcome: string) => void>();
    const server: Server = {
      child,
      tell: (order) => new Promise((resolve) => {
        orders += 1;
        waiting.set(orders, resolve);
        child.send({ ...order, id: orders } satisfies Order);
      }),
    };
    const ready = new Promise<void>((resolve, reject) => {
      child.once('exit', () => {
        for (const resolveOne of waiting.values()) resolveOne('crashed');
        reject(new Error('the app server ended'));
      });
      child.on('message', async (report: Report) => {
        if (report.kind === 'ready') return resolve();
        if (report.kind === 'done') return waiting.get(report.id)?.(report.outcome);
        if (report.kind === 'revoke') {
          cognito.revoke(report.token);
          return void child.send({ kind: 'revoked', id: report.id } satisfies Order);
        }
        const reply = cognito.refresh(report.token, Date.now());
        const family = cognito.familyOf(report.token)!;
        family.inFlight += 1;
        await meanwhile(server);
        family.inFlight -= 1;
        if (child.connected) child.send({ kind: 'refreshed', id: report.id, reply } satisfies Order);
      });
    });
    await ready;
    return server;
  };

  beforeAll(async () => {
    owned = await startOwnRedis();
    connection = owned.connect(0);
    redis = { eval: (script, keys, args) => connection.eval(script, keys.length, ...keys, ...args) };
    cognito = createRotatingCognito();
    servers = await Promise.all([start(), start(), start()]);
  });
  beforeEach(() => {
    meanwhile = () => undefined;
    cognito.families.length = 0;
  });
  afterAll(async () => {
    for (const { child } of servers) child.kill('SIGKILL');
    await owned.close();
  });

  /** A session whose access token has run out. */
  const signIn = async (): Promise<TokenOwner> => {
    const { family: _, ...tokens } = cognito.signIn(Date.now() - 100_000);
    const dataKey = randomToken(crypto);
    const session = await newSession();
    await createSession(redis, { ...session, envelope: await lockVault(crypto, ring, dataKey, session.hash, tokens) });
    return { hash: session.hash, id: session.id, userId: session.user.id, dataKey };
  };
  const keysOf = async (owner: TokenOwner) => connection.exists(`s:${owner.hash}`, `t:${owner.hash}`, `l:${owner.hash}`);

  test('of sixty requests at one moment one refreshes, and all get its token, for 20 sessions', async () => {
    for (let round = 0; round < 20; round += 1) {
      const owner = await signIn();
      const outcomes = await Promise.all(Array.from({ length: 60 }, (_, i) => servers[i % 3]!.tell({ kind: 'visit', owner })));
      expect(new Set(outcomes)).toEqual(new Set([`family${round}:access1`]));
      expect(cognito.families[round]).toMatchObject({ refreshes: 1, isDead: false });
    }
  });

  test('a sign-out beside them, early or late, ends everything: no key is left, and the new token is revoked', async () => {
    const random = seededRandom(1);
    for (let round = 0; round < 20; round += 1) {
      const owner = await signIn();
      let signOut: Promise<string> | undefined;
      const leave = () => (signOut ??= servers[2]!.tell({ kind: 'sign-out', owner }));
      const isLate = random() < 0.5;
      if (isLate) meanwhile = async () => void (await leave());
      const visits = Array.from({ length: 12 }, (_, i) => servers[i % 2]!.tell({ kind: 'visit', owner }));
      if (!isLate) leave();
      const outcomes = await Promise.all(visits);
      expect(await leave()).toBe('revoked');
      const family = cognito.families[round]!;
      if (isLate) expect([family.refreshes, family.isRevoked, outcomes.some((outcome) => outcome.includes('access'))]).toEqual([1, true, false]);
      expect(await servers[0]!.tell({ kind: 'visit', owner })).toBe('absent');
      expect(await keysOf(owner)).toBe(0);
      // Refreshed and thrown away, or committed before the end: never twice.
      expect(family.refreshes).toBeLessThanOrEqual(1);
      meanwhile = () => undefined;
    }
  });

  test('an app server killed with the new tokens in its hands: the session lives, and after its lock another goes on', async () => {
    const owner = await signIn();
    let victim: Server | undefined;
    meanwhile = async (server) => {
      if (victim !== undefined) return;
      victim = server;
      server.child.kill('SIGKILL');
      await once(server.child, 'exit');
      cognito.families[0]!.mayRepeat = true;
      // Its 10 s pass.
      await connection.del(`l:${owner.hash}`);
    };
    const outcomes = await Promise.all(servers.map((server) => server.tell({ kind: 'visit', owner })));
    expect(outcomes.toSorted()).toEqual(['crashed', 'family0:access2', 'family0:access2']);
    servers[servers.indexOf(victim!)] = await start();
    expect(await Promise.all(servers.map((server) => server.tell({ kind: 'visit', owner })))).toEqual(Array(3).fill('family0:access2'));
    expect(cognito.families[0]).toMatchObject({ refreshes: 2, isDead: false });
  });
});
