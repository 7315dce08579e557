import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../paths.ts';
import { registerPerson, signIn } from './account.ts';
import { measureSessionStore } from './guard-store.ts';
import { signInToPeers, startPeers, type Peers, type PeerSession } from './guard-peers.ts';
import type { Load, Measured } from './load.ts';
import { clearLog, trafficOf } from './request-log.ts';
import { median, type Row } from './table.ts';

/**
 * What the guard costs: an authenticated route (seal opened, one Redis round trip, hand-over checked) against one
 * that needs no session, and against three peers that do the same in an app of their own, in turns within one run.
 * Two apps can't be compared by their raw figures alone (ours carries its policy and headers on every answer),
 * so each peer's note has both shares of the own unguarded route.
 */
const REQUESTS = 300;
const CONCURRENCY = 8;
const ROUNDS = 5;
const SAMPLE = 100;
/** For how long a revoked session is asked for again before we call it "never by itself". */
const PATIENCE_MS = 3_000;

interface Target {
  url: string;
  headers: Record<string, string>;
}

export async function measureGuard(stack: { origin: string; cloud: string; dataDir: string }): Promise<Row[]> {
  const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
  if (!hasRedis) process.stderr.write('  without redis-server: the peers and the figures of the store are left out\n');
  const person = await registerPerson(stack);
  const cookie = await signIn(stack, person);
  const guarded: Target = { url: `${stack.origin}/api/auth/session`, headers: { cookie, 'sec-fetch-site': 'same-origin' } };
  const open: Target = { url: `${stack.origin}/api/health`, headers: {} };
  const peers = hasRedis ? await startPeers(stack.dataDir) : undefined;
  try {
    const sessions = peers === undefined ? [] : await signInToPeers(peers);
    const targets = [
      guarded, open, ...(peers === undefined ? [] : [{ url: `${peers.origin}/open`, headers: {} }]),
      ...sessions.map(({ url, cookie: theirs }) => ({ url, headers: { cookie: theirs } })),
    ];
    const [ours, oursOpen, peersOpen, ...theirs] = await inTurns(targets);
    const share = (mine: Measured, base: Measured) => `${Math.round((mine.perSecond / base.perSecond) * 100)} %`;
    const trips = await ourTrips(stack, guarded);
    const rows: Row[] = [
      { what: 'guarded route', ours: ours!.perSecond, peer: oursOpen!.perSecond, peerName: 'our unguarded route', unit: 'req/s' },
      { what: 'guarded route, half within', ours: ours!.p50Ms, peer: oursOpen!.p50Ms, peerName: 'our unguarded route', unit: 'ms' },
      { what: 'guarded route, 99 of 100 within', ours: ours!.p99Ms, peer: oursOpen!.p99Ms, peerName: 'our unguarded route', unit: 'ms' },
      { what: 'Redis round trips a guarded request', ours: trips.live, peer: 1, peerName: 'the promise', unit: 'trips' },
      { what: 'Redis round trips without a cookie', ours: trips.absent, peer: 0, peerName: 'the promise', unit: 'trips' },
    ];
    const revocation = await ourRevocation(stack, person, guarded);
    for (const [index, session] of sessions.entries()) {
      const measured = theirs[index]!;
      const { name: peerName } = session;
      const theirTrips = await tripsOf(peers!, session);
      const lives = await livesOn(session.signOut, { url: session.url, headers: { cookie: session.cookie } });
      rows.push(
        {
          what: 'guarded route', ours: ours!.perSecond, peer: measured.perSecond, peerName, unit: 'req/s',
          note: `share of the own unguarded route: ${share(ours!, oursOpen!)}, theirs ${share(measured, peersOpen!)}`,
        },
        { what: 'guarded route, half within', ours: ours!.p50Ms, peer: measured.p50Ms, peerName, unit: 'ms' },
        { what: 'guarded route, 99 of 100 within', ours: ours!.p99Ms, peer: measured.p99Ms, peerName, unit: 'ms' },
        {
          what: 'Redis round trips a guarded request', ours: trips.live, peer: theirTrips, peerName, unit: 'trips',
          ...(theirTrips > 0 && { note: 'ours through the REST front of the embedded cloud, theirs on a Unix socket' }),
        },
        {
          what: 'a signed-out session still works for', ours: revocation, peer: lives, peerName, unit: 'ms',
          note: lives === Infinity
            ? `theirs: a copy of the cookie never ends by itself before its own expiry (asked for ${PATIENCE_MS / 1000} s)`
            : 'both: dead at the first request after it',
        },
      );
    }
    return hasRedis ? [...rows, ...await measureSessionStore(stack.dataDir)] : rows;
  } finally {
    await peers?.close();
  }
}

/** Medians of several rounds; a round visits each target once, so that a busy minute hits all of them. */
async function inTurns(targets: readonly Target[]): Promise<Measured[]> {
  const rounds: Measured[][] = targets.map(() => []);
  for (const target of targets) await load(target, SAMPLE);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, target] of targets.entries()) rounds[index]!.push(await load(target, REQUESTS));
  }
  const middle = (results: Measured[], figure: keyof Measured) => median(results.map((result) => result[figure]));
  return rounds.map((results) => ({ perSecond: middle(results, 'perSecond'), p50Ms: middle(results, 'p50Ms'), p99Ms: middle(results, 'p99Ms') }));
}

async function load(target: Target, requests: number, status = 200): Promise<Measured> {
  const order: Load = { ...target, requests, concurrency: CONCURRENCY, status };
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./load.ts', import.meta.url)), JSON.stringify(order)], {
    cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`The load on ${target.url} failed.`);
  return JSON.parse(output) as Measured;
}

async function ourTrips(stack: { cloud: string }, guarded: Target): Promise<{ live: number; absent: number }> {
  const count = async (headers: Record<string, string>, status: number) => {
    await clearLog(stack.cloud);
    await load({ url: guarded.url, headers }, SAMPLE, status);
    return (await trafficOf(stack.cloud, 'redis')).requests / SAMPLE;
  };
  return { live: await count(guarded.headers, 200), absent: await count({ 'sec-fetch-site': 'same-origin' }, 401) };
}

/** Ours is ended from another browser of the same person: the harder case, nothing reaches the one that is measured. */
async function ourRevocation(stack: { origin: string; cloud: string }, person: { email: string; password: string }, guarded: Target): Promise<number> {
  const other = await signIn(stack, person);
  return livesOn(async () => {
    const answer = await fetch(`${stack.origin}/api/sessions/revoke`, {
      method: 'POST', headers: { cookie: other, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }, body: JSON.stringify({ scope: 'others' }),
    });
    if (!answer.ok) throw new Error(`The other sessions could not be ended: ${answer.status}`);
  }, guarded);
}

/** Milliseconds from the answer to "sign out" to the first refusal, asked without a pause; 0 when the first request was refused. */
async function livesOn(end: () => Promise<void>, { url, headers }: Target): Promise<number> {
  const ask = async () => (await fetch(url, { headers, redirect: 'manual' })).status;
  if ((await ask()) !== 200) throw new Error(`${url} did not take its own session.`);
  await end();
  const since = performance.now();
  let answered = 0;
  while (performance.now() - since < PATIENCE_MS) {
    const status = await ask();
    if (status === 401) return answered;
    if (status !== 200) throw new Error(`${url} answered ${status}.`);
    answered = performance.now() - since;
  }
  return Infinity;
}

/** Redis's own count of the data commands that one request causes. */
async function tripsOf({ redis }: Peers, session: PeerSession): Promise<number> {
  await redis.config('RESETSTAT');
  await load({ url: session.url, headers: { cookie: session.cookie } }, SAMPLE);
  const calls = [...(await redis.info('commandstats')).matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm)];
  return calls.filter(([, name = '']) => !/^(config|info|ping|hello|client|command|select)/.test(name)).reduce((sum, [, , count]) => sum + Number(count), 0) / SAMPLE;
}
