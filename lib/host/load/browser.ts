import { setTimeout as wait } from 'node:timers/promises';
import { actionTransport } from './action-transport.ts';
import { createDevice, type Device } from './device.ts';
import { createLoopbackClient, judgeStatus, type LoopbackClient } from './loopback-client.ts';
import type { Tally } from './tally.ts';

export interface LoadAccount {
  email: string;
  password: string;
}

/** What must never happen, by name. */
export type Violation = 'session lost' | 'revoked session alive' | 'session list without its own session' | 'not synced at the end';

export interface LoadBrowser {
  readonly email: string;
  readonly device: Device | undefined;
  readonly userId: string | undefined;
  /** Acts at random until `until`, then returns after the act under way. */
  act(until: number): Promise<void>;
  /** Signs in if need be and syncs until nothing is pending; gives up at `until`. */
  settle(until: number): Promise<void>;
  /** Asks once more with every session that was ended: none may be alive. */
  askEnded(): Promise<void>;
  close(): void;
}

/** After a failed sign-in, and twice as long after each further one: five in a minute are all that one address may try for one account. */
const SIGN_IN_AGAIN_MS = 14_000;
const SIGN_IN_AGAIN_MOST_MS = 112_000;
const ENDED_KEPT = 5;

/**
 * One browser of one person, as its page behaves: signs in, writes files and pushes them, looks for changes, lists its
 * sessions, signs out and comes back. Between two acts it thinks, `thinkMs` on average.
 */
export function createLoadBrowser(options: {
  account: LoadAccount; name: string; address: string; origin: string; ca: string; actionId: string; thinkMs: number;
  tally: Tally; random: () => number; now: () => number; violation: (what: Violation, detail: string) => void;
}): LoadBrowser {
  const { account, name, actionId, random, now, violation } = options;
  const client: LoopbackClient = createLoopbackClient(options);
  const ended: string[] = [];
  let device: Device | undefined;
  let userId: string | undefined;
  let isSignedIn = false;
  let signedInAt = 0;
  let signOutIsInDoubt = false;
  /** Sign-ins in a row that did not succeed. */
  let failures = 0;

  const lost = (by: string): void => {
    // A sign-out whose answer did not come may have been done.
    if (!signOutIsInDoubt) violation('session lost', `${account.email} ${name}, told by ${by}, ${Math.round(now() - signedInAt)} ms after its sign-in was answered`);
    isSignedIn = false;
    signOutIsInDoubt = false;
    client.session = undefined;
  };
  const get = (kind: string, path: string) => client.ask(kind, { method: 'GET', path }, (answer) => (answer.status === 401 ? 'absent' : judgeStatus(answer, [200])));
  const post = (kind: string, path: string, body: object, expected: number) =>
    client.ask(kind, { method: 'POST', path, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }, (answer) => judgeStatus(answer, [expected]));

  const signIn = async (): Promise<void> => {
    client.session = undefined;
    const answer = await post('sign in', '/api/auth/sign-in', account, 200);
    if (answer?.status !== 200 || client.session === undefined) return;
    isSignedIn = true;
    signedInAt = now();
    signOutIsInDoubt = false;
    if (userId !== undefined) return;
    const own = await get('session', '/api/auth/session');
    if (own?.status === 401) return lost('session');
    if (own?.status !== 200) return;
    const { user } = JSON.parse(own.body.toString()) as { user: { id: string } };
    userId = user.id;
    device = createDevice({ name, forUser: user.id, transport: actionTransport(client, actionId), now });
  };
  const whoAmI = async (): Promise<void> => {
    const answer = await get('session', '/api/auth/session');
    if (answer?.status === 401) return lost('session');
    if (answer?.status === 200 && device === undefined) {
      userId = (JSON.parse(answer.body.toString()) as { user: { id: string } }).user.id;
      device = createDevice({ name, forUser: userId, transport: actionTransport(client, actionId), now });
    }
  };
  const sync = async (): Promise<boolean> => {
    const { result } = await device!.round();
    if (result === 'absent') lost('sync');
    return result === 'synced';
  };
  const list = async (): Promise<void> => {
    const answer = await get('list sessions', '/api/sessions');
    if (answer?.status === 401) return lost('list sessions');
    if (answer?.status !== 200) return;
    const { sessions } = JSON.parse(answer.body.toString()) as { sessions: { current: boolean }[] };
    if (sessions.filter(({ current }) => current).length !== 1) violation('session list without its own session', `${account.email} ${name}: ${sessions.length} sessions`);
  };
  const signOut = async (): Promise<void> => {
    // As the page does: what is not in the account yet goes there first.
    if (!(await sync()) || !isSignedIn) return;
    const { session } = client;
    const answer = await post('sign out', '/api/auth/sign-out', {}, 204);
    if (answer?.status !== 204) {
      signOutIsInDoubt = true;
      return;
    }
    isSignedIn = false;
    signOutIsInDoubt = false;
    client.session = undefined;
    ended.push(session!);
    if (ended.length > ENDED_KEPT) ended.shift();
    await askAlive(session!);
  };
  const askAlive = async (session: string): Promise<void> => {
    const answer = await client.ask('ended session', { method: 'GET', path: '/api/auth/session', session }, (reply) => judgeStatus(reply, [401]));
    if (answer?.status === 200) violation('revoked session alive', `${account.email} ${name}`);
  };

  const step = async (until: number): Promise<void> => {
    if (!isSignedIn) {
      await signIn();
      failures = isSignedIn ? 0 : failures + 1;
      const pauseMs = Math.min(SIGN_IN_AGAIN_MS * 2 ** (failures - 1), SIGN_IN_AGAIN_MOST_MS) * (0.75 + random() / 2);
      // Who is called to an end gives up waiting.
      if (!isSignedIn) await wait(Math.max(0, Math.min(pauseMs, until - now())));
      return;
    }
    if (device === undefined) return whoAmI();
    const dice = random();
    if (dice < 0.55) {
      device.write();
      await sync();
    } else if (dice < 0.8) await sync();
    else if (dice < 0.88) await list();
    else if (dice < 0.97) await whoAmI();
    else await signOut();
  };

  return {
    email: account.email,
    get device() {
      return device;
    },
    get userId() {
      return userId;
    },
    async act(until) {
      while (now() < until) {
        await step(until);
        const pause = Math.min(-Math.log(1 - random()) * options.thinkMs, 5 * options.thinkMs, until - now());
        if (pause > 0) await wait(pause);
      }
    },
    async settle(until) {
      while (now() < until) {
        if (!isSignedIn) await signIn();
        else if (device === undefined) await whoAmI();
        else if (await sync()) return;
        await wait(500 + random() * 1_500);
      }
      violation('not synced at the end', `${account.email} ${name}`);
    },
    async askEnded() {
      for (const session of ended) await askAlive(session);
    },
    close: () => client.close(),
  };
}
