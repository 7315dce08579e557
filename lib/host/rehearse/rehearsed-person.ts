import { randomBytes } from 'node:crypto';
import type { SyncTransport } from '../../core/sync/transport.ts';
import { actionTransport } from '../load/action-transport.ts';
import { createDevice, type Device } from '../load/device.ts';
import type { LoadStack } from '../load/load-stack.ts';
import { createLoopbackClient, type Answer, type Order } from '../load/loopback-client.ts';
import { createTally } from '../load/tally.ts';

export interface RehearsedAccount {
  readonly email: string;
  readonly password: string;
}

export interface RehearsedPerson {
  readonly account: RehearsedAccount;
  readonly userId: string;
  readonly device: Device;
  /** Status of `GET /api/auth/session`: 200 is signed in. */
  sessionStatus(): Promise<number>;
  /** 200, or why not. */
  signIn(): Promise<number>;
  signOut(): Promise<number>;
  stepUp(): Promise<number>;
  deleteAccount(): Promise<number>;
  /** The session cookie that this person's requests carry; may be set to one from before. */
  cookie: string | undefined;
  /** Reloads the page: from now on its sync action is that of the build which is served. Before, it is the one that it was opened with. */
  reload(actionId: string): void;
  /** Whether the server tells the page's sync action that it is of another build; Next's client then has the page reloaded. */
  isOfAnotherBuild(): Promise<boolean>;
  /** A browser of the same person that has nothing yet. */
  newDevice(): Device;
  close(): void;
}

let count = 0;

function newAccount(): RehearsedAccount {
  return { email: `rehearsal-${randomBytes(4).toString('hex')}@example.com`, password: `Rehearse-${randomBytes(5).toString('hex')}-7!` };
}

/** Signs up by mail, confirms, signs in: over the product's own API. @throws Error when one of them is refused. */
export async function createPerson(stack: LoadStack, account: RehearsedAccount = newAccount()): Promise<RehearsedPerson> {
  count += 1;
  const client = createLoopbackClient({ origin: stack.origin, address: `127.20.0.${count}`, ca: stack.ca, tally: createTally(), now: () => performance.now() });
  const ask = async (method: Order['method'], path: string, body?: object, headers?: Record<string, string>): Promise<Answer> => {
    const sent = headers !== undefined ? { body: '[]', headers } : body !== undefined ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
    const answer = await client.ask(path, { method, path, ...sent }, () => 'ok');
    if (answer === undefined) throw new Error(`${path} did not answer.`);
    return answer;
  };
  const must = async (answer: Promise<Answer>): Promise<Answer> => {
    const { status, body } = await answer;
    if (status >= 300) throw new Error(`${status}: ${body.toString()}`);
    return answer;
  };
  const signIn = async () => (await ask('POST', '/api/auth/sign-in', account)).status;
  await must(ask('POST', '/api/auth/sign-up', account));
  const mails = (await (await fetch(`${stack.control}/outbox?to=${encodeURIComponent(account.email)}`)).json()) as { code: string }[];
  await must(ask('POST', '/api/auth/confirm', { email: account.email, code: mails[0]!.code }));
  if ((await signIn()) !== 200) throw new Error('The new account could not sign in.');
  const { user } = JSON.parse((await must(ask('GET', '/api/auth/session'))).body.toString()) as { user: { id: string } };
  let devices = 0;
  let { actionId } = stack;
  const transport: SyncTransport = { sync: (call) => actionTransport(client, actionId).sync(call) };
  const newDevice = () => createDevice({ name: `d${++devices}`, forUser: user.id, transport, now: () => performance.now() });
  return {
    account,
    reload(current) {
      actionId = current;
    },
    async isOfAnotherBuild() {
      const { headers } = await ask('POST', '/', undefined, { 'next-action': actionId, accept: 'text/x-component', 'content-type': 'text/plain;charset=UTF-8' });
      return headers['x-nextjs-action-not-found'] === '1';
    },
    userId: user.id,
    device: newDevice(),
    newDevice,
    signIn,
    sessionStatus: async () => (await ask('GET', '/api/auth/session')).status,
    signOut: async () => (await ask('POST', '/api/auth/sign-out', {})).status,
    stepUp: async () => (await ask('POST', '/api/auth/step-up', { password: account.password })).status,
    deleteAccount: async () => (await ask('DELETE', '/api/account')).status,
    get cookie() {
      return client.session;
    },
    set cookie(value) {
      client.session = value;
    },
    close: () => client.close(),
  };
}
