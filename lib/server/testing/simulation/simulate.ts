import type { Redis } from 'ioredis';
import { cookieName } from '../../../core/session/cookies.ts';
import { sha256 } from '../../../core/session/crypto-port.ts';
import { RedisUnavailable } from '../../../core/session/redis-port.ts';
import { listSessions } from '../../../core/session/scripts/list-sessions.ts';
import { revokeAllSessions, revokeSessionById } from '../../../core/session/scripts/revoke-session.ts';
import type { Caller } from '../../caller.ts';
import { currentSession, secretsOf } from '../../current-session.ts';
import { serverEnv } from '../../env.ts';
import { unsealSession } from '../../seals.ts';
import { endSession } from '../../session/end-session.ts';
import { replaceSessionId } from '../../session/replace-session-id.ts';
import { startSession } from '../../session/start-session.ts';
import { Violation } from './violation.ts';
import type { AccessTokenReply } from '../../session/token-source.ts';
import type { Actor, Errand } from './ledger.ts';
import { redisHere, runAt } from './place.ts';
import { takeSnapshot } from './snapshot.ts';
import { JUMPS_MS, System, type AppProcess, type Mistakes } from './system.ts';

interface Browser {
  user: string;
  cookie: string | undefined;
}

const CALLER: Caller = { ip: '192.0.2.7', address: '192.0.2.0/24', device: 'Firefox on Linux', counter: 'counter' };
const hashOf = async (cookie: string) => sha256(crypto, (await unsealSession('seal-session', cookie))!.id);
const valueIn = (setCookie: string) => /^[^=]+=([^;]*)/.exec(setCookie)![1]!;
const idOf = (user: string) => ({ userId: `${user}-sub`, email: `${user}@example.com`, groups: [] as string[] });

/**
 * One seed = one history of three app processes, three browsers of two people, one thief, a real Redis and a
 * model of Cognito. The app's own code runs (the door, token source, start, end and replacement of sessions); each
 * of its calls to Redis and Cognito, and each wait, is parked until the seed picks it. Between any two calls a
 * process may die, a reply get lost, a call arrive long after its sender gave up, or a minute pass. After every
 * call the ledger judges what changed; in the end every surviving cookie must work, with one refresh for many
 * requests. Every third seed has no faults: then the ledger forgives nothing.
 *
 * Rejected: threads and real time. They find a race once, and never again when somebody looks.
 */
export async function simulate(seed: number, connection: Redis, mistakes: Mistakes = {}): Promise<{ turns: number; refreshes: number }> {
  await connection.flushdb();
  return new History(seed, connection, mistakes).run();
}

class History extends System {
  private readonly browsers: Browser[] = [];

  async run(): Promise<{ turns: number; refreshes: number }> {
    this.shot = await takeSnapshot(this.connection);
    this.processes = [0, 1, 2].map((number) => this.start(number));
    const hadFaults = this.hasFaults;
    this.hasFaults = false;
    for (const user of ['ada', 'ada', 'bob']) {
      const browser: Browser = { user, cookie: undefined };
      this.browsers.push(browser);
      void this.signIn(browser);
      await this.turnAll();
    }
    this.hasFaults = hadFaults;
    const waves = 2 + Math.floor(this.random() * 2);
    for (let wave = 0; wave < waves; wave += 1) {
      const copied = this.pick(this.browsers).cookie;
      const errands = 2 + Math.floor(this.random() * 4);
      for (let i = 0; i < errands; i += 1) this.send(this.pick(this.browsers), this.errand());
      if (this.chance(0.15)) this.send({ user: 'ada', cookie: copied }, 'visit');
      await this.turnAll();
      await this.pass(this.pick(JUMPS_MS));
      if (this.chance(0.1)) await this.age(this.chance(0.5) ? 61_000 : 30 * 86_400_000);
    }
    await this.settle();
    return { turns: this.turns, refreshes: this.cognito.families.reduce((sum, family) => sum + family.refreshes, 0) };
  }

  /** The storm is over: late calls arrive, an hour passes, and every cookie must mean what the book says. */
  private async settle(): Promise<void> {
    this.hasFaults = false;
    this.isCalm = true;
    while (this.onTheWay.length > 0) await this.arrive();
    await this.pass(75_000);
    for (const browser of this.browsers) {
      if (browser.cookie === undefined) continue;
      const cookieHash = await hashOf(browser.cookie);
      const { hash, isStolen } = this.ledger.lead(this.shot, cookieHash);
      const entry = this.ledger.byHash(hash);
      const mayDie = entry?.family.mayRepeat === true || entry?.family.isDead === true || entry?.family.isRevoked === true;
      const before = entry?.family.refreshes;
      const visits = this.processes.map((process) => this.visit(browser, process, true));
      await this.turnAll();
      const replies = await Promise.all(visits);
      if (entry === undefined || isStolen) {
        if (replies.some((reply) => reply !== 'absent')) throw new Violation(`a dead cookie was answered ${replies.join(', ')}`);
        if (entry !== undefined && entry.ended !== 'theft') throw new Violation('an old copy of a cookie was used, and the session lives on');
      } else if (!mayDie) {
        const { refreshes } = entry.family;
        if (replies.some((reply) => reply !== 'token')) throw new Violation(`a live session was answered ${replies.join(', ')}`);
        if (refreshes !== before! + 1) throw new Violation(`three processes made ${refreshes - before!} refreshes`);
      }
    }
  }

  private errand(): Errand {
    const at = this.random();
    if (at < 0.55) return 'visit';
    if (at < 0.75) return 'step-up';
    if (at < 0.8) return 'password';
    if (at < 0.87) return 'sign-in';
    if (at < 0.93) return 'sign-out';
    return at < 0.97 ? 'revoke-one' : 'revoke-all';
  }

  private send(browser: Browser, errand: Errand): void {
    switch (errand) {
      case 'visit':
        void this.visit(browser, this.pick(this.processes), this.chance(0.8));
        return;
      case 'sign-in':
        void this.signIn(browser);
        return;
      case 'sign-out':
        void this.signOut(browser);
        return;
      default:
        void this.manage(browser, errand);
    }
  }

  // ---- what people do; each is one request in one process ----

  private visit(browser: Browser, process: AppProcess, needsToken: boolean): Promise<'absent' | 'unknown' | 'live' | AccessTokenReply['kind'] | undefined> {
    return this.request('visit', browser, process, async (actor, request) => {
      const expected = this.expectation(actor);
      const current = await currentSession(request);
      this.compare(actor, current.kind, expected);
      if (current.kind !== 'live' || !needsToken) return current.kind;
      const { session } = current;
      actor.sessionId = session.id;
      const reply = await process.source.accessToken({ hash: session.hash, id: session.id, userId: session.user.id, dataKey: secretsOf(session).seal.dataKey });
      const entry = this.ledger.entries.get(session.id)!;
      if (reply.kind === 'token' && this.cognito.familyOf(reply.accessToken) !== entry.family) throw new Violation("somebody else's access token");
      if (reply.kind === 'ended' && entry.ended === undefined) throw new Violation('a live session was called ended');
      return reply.kind;
    });
  }

  private signIn(browser: Browser): Promise<unknown> {
    const request = this.requestOf(browser);
    return this.request('sign-in', browser, this.pick(this.processes), async (actor) => {
      const { family, ...tokens } = this.cognito.signIn(this.nowMs);
      try {
        const [cookie] = await startSession({ request, caller: CALLER, who: idOf(browser.user), tokens, proof: 'password', remember: false });
        if (this.ledger.byHash(this.ledger.lead(this.shot, actor.cookieHash).hash) !== undefined) throw new Violation('the session of the former cookie survived a sign-in');
        browser.cookie = valueIn(cookie!);
      } catch (error) {
        if (!(error instanceof RedisUnavailable)) throw error;
        family.isRevoked = true;
      }
    });
  }

  private signOut(browser: Browser): Promise<unknown> {
    return this.request('sign-out', browser, this.pick(this.processes), async (actor) => {
      const seal = await unsealSession('seal-session', browser.cookie);
      const cookie = browser.cookie;
      if (seal === undefined) return;
      await endSession(seal, CALLER);
      const left = this.ledger.byHash(this.ledger.lead(this.shot, actor.cookieHash).hash);
      if (left !== undefined) throw new Violation('a session outlived its sign-out');
      if (browser.cookie === cookie) browser.cookie = undefined;
    });
  }

  private manage(browser: Browser, errand: Exclude<Errand, 'visit' | 'sign-in' | 'sign-out'>): Promise<unknown> {
    return this.request(errand, browser, this.pick(this.processes), async (actor, request) => {
      const current = await currentSession(request);
      if (current.kind !== 'live') return;
      const { session } = current;
      actor.sessionId = session.id;
      const redis = redisHere();
      const earlier = [...this.ledger.entries.values()].filter((entry) => entry.user === session.user.id && entry.ended === undefined);
      if (errand === 'revoke-one') {
        const target = this.pick((await listSessions(redis, session.user.id)).map(({ id }) => id).toSorted());
        actor.target = target;
        if (target !== undefined) await revokeSessionById(redis, session.user.id, target);
        if (target !== undefined && this.ledger.entries.get(target)?.ended === undefined) throw new Violation('a session outlived its revocation');
        return;
      }
      if (errand !== 'step-up') {
        actor.keeps = errand === 'password' ? session.hash : undefined;
        await revokeAllSessions(redis, session.user.id, actor.keeps);
        if (earlier.some((entry) => entry.ended === undefined && !(errand === 'password' && entry.id === session.id))) throw new Violation('a session outlived the end of all');
      }
      if (errand === 'revoke-all') return;
      const replaced = await replaceSessionId(session, { stepUp: errand === 'step-up' });
      // The answer would take the cookie away that another tab has just been given.
      if (replaced.kind === 'absent' && this.ledger.entries.get(session.id)!.ended === undefined) throw new Violation('a live session was called absent');
      if (replaced.kind === 'replaced') browser.cookie = valueIn(replaced.setCookie);
    });
  }

  /** Runs one request; its reply may find the process dead, and then nobody hears of it. */
  private async request<T>(errand: Errand, browser: Browser, process: AppProcess, act: (actor: Actor, request: Request) => Promise<T>): Promise<T | undefined> {
    const actor: Actor = {
      name: `${errand} ${this.actors.length} of ${browser.user}`, errand, user: idOf(browser.user).userId, cookieHash: undefined,
      sessionId: undefined, target: undefined, keeps: undefined, drawn: [], heardDead: new Set(), holds: new Set(), brought: undefined, wasPaused: false, isOver: false,
    };
    this.actors.push(actor);
    this.homes.set(actor, process);
    const request = this.requestOf(browser);
    try {
      return await runAt(this.place(actor, process), async () => {
        const seal = await unsealSession('seal-session', browser.cookie);
        actor.cookieHash = seal && (await sha256(crypto, seal.id));
        return act(actor, request);
      });
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) this.failures.push(error);
      return undefined;
    } finally {
      this.letGo(actor);
    }
  }

  private requestOf(browser: Browser): Request {
    const name = cookieName('session', serverEnv().cookie);
    return new Request('http://localhost:3000/api/auth/session', { headers: browser.cookie === undefined ? {} : { cookie: `${name}=${browser.cookie}` } });
  }
}
