import type { Redis } from 'ioredis';
import { encodeBase64Url } from '../../../core/session/bytes.ts';
import { RedisUnavailable, type RedisPort } from '../../../core/session/redis-port.ts';
import { seededRandom } from '../../../core/sync/seeded-random.ts';
import { audit } from '../../audit.ts';
import { keyRing } from '../../keys.ts';
import { createTokenSource, type RefreshReply } from '../../session/token-source.ts';
import { Ledger, type Actor } from './ledger.ts';
import { redisHere, refreshHere, revokeHere, waitHere, type Place } from './place.ts';
import { createRotatingCognito, type Family, type RotatingCognito } from './rotating-cognito.ts';
import { runScript } from './run-script.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';
import { Violation } from './violation.ts';


export interface Mistakes {
  /** Changes a script on its way to Redis. */
  script?: (script: string) => string;
  /** Changes what Cognito's answer looks like to the app. */
  refresh?: (reply: RefreshReply) => RefreshReply;
  /** Changes the port that one process sees. */
  redis?: (port: RedisPort) => RedisPort;
}

export interface AppProcess {
  number: number;
  isDead: boolean;
  source: ReturnType<typeof createTokenSource>;
}

/** Something that waits for its turn. */
interface Parked {
  actor: Actor;
  process: AppProcess;
  kind: 'redis' | 'cognito' | 'answer' | 'timer';
  dueMs: number;
  run(fate: Fate): Promise<void>;
}

/** `late`: the sender gives up now, the call arrives later. */
export type Fate = 'run' | 'lost-reply' | 'lost-request' | 'late';

const MAX_TURNS = 2_000;
export const JUMPS_MS = [11_000, 45_000, 75_000] as const;

/**
 * The machinery under a history: whose turn it is, what may go wrong with it, how time passes, and the ledger's
 * judgement after every call. What people do with it is in simulate.ts.
 */
export class System {
  protected readonly random: () => number;
  protected readonly drawing: () => number;
  protected readonly cognito: RotatingCognito = createRotatingCognito();
  protected readonly ledger = new Ledger(keyRing(), this.cognito);
  protected readonly busy: Place['busy'] = { count: 0, idle: () => undefined };
  protected readonly actors: Actor[] = [];
  protected readonly homes = new Map<Actor, AppProcess>();
  protected parked: Parked[] = [];
  /** Calls whose senders gave up. */
  protected readonly onTheWay: { actor: Actor; script: string; keys: string[]; args: string[] }[] = [];
  protected processes: AppProcess[] = [];
  protected failures: unknown[] = [];
  protected shot!: Snapshot;
  protected hasFaults: boolean;
  /** Nobody loses patience any more. */
  protected isCalm = false;
  protected nowMs = Date.now();
  protected turns = 0;

  constructor(seed: number, protected readonly connection: Redis, private readonly mistakes: Mistakes) {
    this.random = seededRandom(seed);
    this.drawing = seededRandom(seed + 500_000_000);
    this.hasFaults = seed % 3 !== 0;
  }

  // ---- the door's answer against the book ----

  protected expectation(actor: Actor): { kind?: string } {
    const expected: { kind?: string } = {};
    this.expectations.set(actor, expected);
    return expected;
  }

  /** Filled in when the actor's next call to Redis runs. */
  protected readonly expectations = new Map<Actor, { kind?: string }>();

  protected compare(actor: Actor, answered: string, expected: { kind?: string }): void {
    this.expectations.delete(actor);
    if (expected.kind === undefined || answered === 'unknown') return;
    if (answered !== expected.kind) throw new Violation(`the door said ${answered} where ${expected.kind} is right`);
  }

  protected foresee(actor: Actor): void {
    const expected = this.expectations.get(actor);
    if (expected === undefined) return;
    const { hash, isStolen } = this.ledger.lead(this.shot, actor.cookieHash);
    expected.kind = !isStolen && this.ledger.byHash(hash) !== undefined && !this.shot.records.get(hash!)!.isExpired ? 'live' : 'absent';
  }

  // ---- processes and their ports ----

  protected start(number: number): AppProcess {
    // Its calls find their actor by the place they run at.
    const source = createTokenSource({
      redis: redisHere(), ring: keyRing(), crypto, now: () => Date.now(), wait: waitHere, refresh: refreshHere, revoke: revokeHere, note: audit,
    });
    return { number, isDead: false, source };
  }

  protected place(actor: Actor, process: AppProcess): Place {
    const park = <T>(kind: Parked['kind'], dueMs: number, make: (fate: Fate) => Promise<T>): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        const run = async (fate: Fate) => {
          try {
            const value = await make(fate);
            if (!process.isDead) resolve(value);
          } catch (error) {
            if (error instanceof Violation) throw error;
            if (!process.isDead) reject(error as Error);
          }
        };
        if (!process.isDead) this.parked.push({ actor, process, kind, dueMs, run });
      });
    const send: RedisPort['eval'] = (script, keys, args) => park('redis', 0, async (fate) => {
      if (fate === 'late') this.onTheWay.push({ actor, script, keys, args });
      if (fate === 'late' || fate === 'lost-request') throw new RedisUnavailable('timeout');
      const reply = await this.call(actor, script, keys, args);
      if (fate === 'lost-reply') throw new RedisUnavailable('timeout');
      return reply;
    });
    const plain: RedisPort = {
      // The client repeats a call once when there is time, and the app does not hear of it.
      eval: (script, keys, args) => send(script, keys, args).catch((error: unknown) => {
        if (this.chance(0.5)) throw error;
        return send(script, keys, args);
      }),
    };
    return {
      redis: this.mistakes.redis?.(plain) ?? plain,
      refresh: async (token) => {
        const arrived = await park('cognito', 0, async (fate) => this.refresh(actor, process, token, fate));
        return park('answer', 0, async (fate) => {
          if (arrived.family !== undefined) arrived.family.inFlight -= 1;
          const isLost = fate !== 'run' || arrived.reply.kind === 'unavailable';
          if (isLost && arrived.reply.kind === 'tokens') this.stumble(actor);
          const reply: RefreshReply = isLost ? { kind: 'unavailable' } : arrived.reply;
          actor.brought = reply.kind === 'tokens' ? reply.refreshToken : undefined;
          return this.mistakes.refresh?.(reply) ?? reply;
        });
      },
      revoke: (token) => park('cognito', 0, async (fate) => {
        if (fate === 'lost-request') return false;
        const family = this.cognito.familyOf(token);
        if ([...this.ledger.entries.values()].some((entry) => entry.family === family && entry.ended === undefined)) throw new Violation('the tokens of a live session were revoked');
        this.cognito.revoke(token);
        return fate === 'run';
      }),
      wait: (ms) => park('timer', this.nowMs + ms, async () => undefined),
      now: () => this.nowMs,
      random: this.drawing,
      drawn: (bytes) => void actor.drawn.push(encodeBase64Url(new Uint8Array(bytes))),
      busy: this.busy,
    };
  }

  protected refresh(actor: Actor, process: AppProcess, token: string, fate: Fate): { reply: RefreshReply; family: Family | undefined } {
    if (fate === 'lost-request' || fate === 'late') return { reply: { kind: 'unavailable' }, family: undefined };
    const family = this.cognito.familyOf(token);
    if (family !== undefined && actor.wasPaused) family.mayRepeat = true;
    const reply = this.cognito.refresh(token, this.nowMs);
    if (family === undefined) return { reply, family };
    if (process.isDead) family.mayRepeat = true;
    else family.inFlight += 1;
    if (reply.kind === 'tokens' && !process.isDead) {
      actor.holds.add(family);
      this.ledger.held.add(family);
    }
    if (reply.kind === 'dead') actor.heardDead.add(family);
    return { reply, family };
  }

  /** A fault hit an actor: what only they knew may be lost. */
  protected stumble(actor: Actor): void {
    for (const family of actor.holds) family.mayRepeat = true;
  }

  protected letGo(actor: Actor): void {
    if (actor.isOver) return;
    actor.isOver = true;
    const held = [...actor.holds];
    actor.holds.clear();
    for (const family of held) if (!this.actors.some((other) => other.holds.has(family))) this.ledger.held.delete(family);
  }

  // ---- turns ----

  protected async turnAll(): Promise<void> {
    await this.quiet();
    while (this.parked.length > 0) {
      this.turns += 1;
      if (this.turns > MAX_TURNS) throw new Violation(`no end in sight: ${this.parked.map(({ actor, kind }) => `${actor.name} waits for ${kind}`).join(', ')}`);
      if (this.hasFaults && this.onTheWay.length > 0 && this.chance(0.15)) await this.arrive();
      // Most of what a pause can break lies between a lock and its commit.
      const isDelicate = this.parked.some(({ kind }) => kind === 'cognito' || kind === 'answer');
      if (this.hasFaults && this.chance(isDelicate ? 0.06 : 0.008)) await this.pass(this.pick(JUMPS_MS));
      if (this.hasFaults && this.chance(0.02)) {
        await this.crash();
        continue;
      }
      const next = this.choose();
      if (next === undefined) continue;
      const fate = this.fate(next);
      if (fate !== 'run') this.stumble(next.actor);
      await next.run(fate);
      if (next.kind !== 'redis' && next.kind !== 'timer') this.ledger.tokensAreNewest();
      await this.quiet();
    }
  }

  /** Timers only move when there is nothing else, or rarely: a wait is long beside a call. */
  protected choose(): Parked | undefined {
    const calls = this.parked.filter(({ kind }) => kind !== 'timer');
    const timers = this.parked.filter(({ kind }) => kind === 'timer');
    const next = this.pick(timers.length > 0 && (calls.length === 0 || (!this.isCalm && this.chance(0.15))) ? timers : calls);
    if (next === undefined) return undefined;
    this.parked = this.parked.filter((other) => other !== next);
    if (next.kind === 'timer') this.nowMs = Math.max(this.nowMs, next.dueMs) + Math.floor(this.random() * 900);
    return next;
  }

  protected fate(next: Parked): Fate {
    if (!this.hasFaults || next.kind === 'timer' || !this.chance(0.06)) return 'run';
    return this.pick(['lost-reply', 'lost-request', 'late'] as const);
  }

  /** A process dies with everything in it, and another takes its place. */
  protected async crash(): Promise<void> {
    const process = this.pick(this.processes);
    // Died before the call left, or after it arrived.
    const last = this.parked.find((entry) => entry.process === process && (entry.kind === 'redis' || entry.kind === 'cognito'));
    const hasLeft = last !== undefined && this.chance(0.5);
    process.isDead = true;
    this.processes[process.number] = this.start(process.number);
    this.parked = this.parked.filter((entry) => entry.process !== process || entry.kind === 'answer');
    if (hasLeft) await last.run('run');
    for (const entry of this.parked.filter(({ process: owner }) => owner === process)) await entry.run('lost-reply');
    this.parked = this.parked.filter((entry) => entry.process !== process);
    for (const actor of this.actors) {
      if (actor.isOver || this.homes.get(actor) !== process) continue;
      this.stumble(actor);
      this.letGo(actor);
    }
    await this.quiet();
  }

  protected async arrive(): Promise<void> {
    const [call] = this.onTheWay.splice(Math.floor(this.random() * this.onTheWay.length), 1);
    if (call !== undefined) await this.call(call.actor, call.script, call.keys, call.args);
  }

  /** One call, what it left behind, and the ledger's word on it. */
  protected async call(actor: Actor, script: string, keys: string[], args: string[]): Promise<unknown> {
    this.foresee(actor);
    const isMine = this.mustKeep(actor, args);
    const sent = this.mistakes.script?.(script) ?? script;
    const [reply, after] = await Promise.all([runScript(this.connection, sent, keys, args), takeSnapshot(this.connection)]);
    await this.judge(after, actor);
    isMine();
    const [hash = '', lock = ''] = args;
    if (Array.isArray(reply) && reply[0] === 'busy' && lock !== '' && after.locks.get(hash) === lock) throw new Violation('a lock was refused to its own holder');
    return reply;
  }

  /** Whoever comes with new tokens to a session in which nobody else moved since, and which nobody else holds, leaves them there. */
  protected mustKeep(actor: Actor, [hash = '', lock, generation]: string[]): () => void {
    const { brought } = actor;
    actor.brought = undefined;
    const entry = this.ledger.byHash(hash);
    const holder = this.shot.locks.get(hash);
    if (brought === undefined || entry?.generation !== Number(generation) || (holder !== undefined && holder !== lock)) return () => undefined;
    return () => {
      if (entry.ended === undefined && entry.tokens.refreshToken !== brought) throw new Violation('new tokens were thrown away though nobody else had moved');
    };
  }

  protected async judge(after: Snapshot, actor: Actor | undefined): Promise<void> {
    const before = this.shot;
    this.shot = after;
    await this.ledger.observe(before, after, actor);
  }

  /** Time passes: locks end, tombstones age. Whoever is in the middle of something was paused meanwhile. */
  protected async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    for (const { actor } of this.parked) {
      actor.wasPaused = true;
      this.stumble(actor);
    }
    for (const family of this.cognito.families) if (family.inFlight > 0) family.mayRepeat = true;
    for (const hash of this.shot.locks.keys()) await this.connection.del(`l:${hash}`);
    for (const [hash, { next }] of this.shot.tombstones) if (next !== '') await this.connection.hincrby(`x:${hash}`, 'at', -ms);
    await this.judge(await takeSnapshot(this.connection), undefined);
  }

  /** A session that nobody used for a while: past the touch interval, or past its idle limit. */
  protected async age(ms: number): Promise<void> {
    const hash = this.pick([...this.shot.records.keys()].toSorted());
    if (hash === undefined) return;
    await this.connection.hincrby(`s:${hash}`, 'seen', -ms);
    await this.judge(await takeSnapshot(this.connection), undefined);
  }

  /** Until every actor waits for its turn or is through. */
  protected async quiet(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.busy.count === 0) break;
      await new Promise<void>((resolve) => void (this.busy.idle = resolve));
    }
    const [failure] = this.failures;
    if (failure !== undefined) throw failure;
  }

  protected pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T;
  }

  protected chance(probability: number): boolean {
    return this.random() < probability;
  }
}
