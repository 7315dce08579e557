import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../core/session/crypto-port.ts';
import { RedisUnavailable } from '../../core/session/redis-port.ts';
import { cognito } from '../cognito/client.ts';
import { redis } from '../redis.ts';
import { Browser, password, type RouteStack, SID, startRouteStack, userPoolId } from './route-stack.ts';
import { addPasskey, authenticator, must, setUpTotp, stepUp } from './signed-in-person.ts';

let stack: RouteStack;

beforeAll(async () => void (stack = await startRouteStack()));
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());
afterAll(() => stack.close());

async function personWithEverything() {
  const { browser, email } = await stack.person();
  const other = new Browser();
  other.headers['x-forwarded-for'] = '192.0.2.77';
  await must(other, 200, 'POST', '/api/auth/sign-in', { email, password });
  await stepUp(browser);
  const { user } = await must(browser, 200, 'GET', '/api/auth/session');
  await addPasskey(browser, authenticator(), 'Key');
  await setUpTotp(browser);
  await pushFile(user.id, 'one');
  await pushFile(user.id, 'two');
  return { browser, other, email, userId: user.id as string };
}

let pushed = 0;

async function pushFile(userId: string, name: string, folder = 'u'): Promise<void> {
  pushed += 1;
  await stack.root.s3.send(new PutObjectCommand({ Bucket: 'selkie', Key: `${folder}/${userId}/log/${name} ${pushed}`, Body: 'content', IfNoneMatch: '*' }));
}

/** Where a person can still be found, besides the events of everybody and the epoch that keeps sessions dead. */
async function remainsOf({ userId, email }: { userId: string; email: string }): Promise<string[]> {
  const remains: string[] = [];
  const { Contents = [] } = await stack.root.s3.send(new ListObjectsV2Command({ Bucket: 'selkie' }));
  remains.push(...Contents.map(({ Key }) => Key!).filter((key) => key.includes(userId)));
  const dump = JSON.parse(await stack.redisDump()) as unknown[];
  for (let at = 0; at < dump.length; at += 2) {
    const [key, content] = [String(dump[at]), JSON.stringify(dump[at + 1])];
    if (key === 'au:all' || key === `u:${userId}:epoch`) continue;
    if ([userId, email, await sha256(crypto, email)].some((name) => key.includes(name) || content.includes(name))) remains.push(key);
  }
  const all = JSON.stringify(dump[dump.indexOf('au:all') + 1]);
  if (all.includes(email)) remains.push('the address in the events of everybody');
  const user = await stack.root.cognito.send(new AdminGetUserCommand({ UserPoolId: userPoolId, Username: userId })).catch((error: Error) => error.name);
  if (user !== 'UserNotFoundException') remains.push('Cognito');
  return remains;
}

test('a deleted account is gone everywhere, on every device, and other people are as they were', async () => {
  const [ada, eve] = [await personWithEverything(), await personWithEverything()];
  expect((await remainsOf(ada)).length).toBeGreaterThan(8);
  const eveBefore = await remainsOf(eve);
  const reply = await ada.browser.call('DELETE', '/api/account');
  expect([reply.status, reply.response.headers.get('clear-site-data')]).toEqual([204, '"cache"']);
  expect([...ada.browser.jar.keys()]).toEqual([]);
  expect(reply.response.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual(['__Host-Http-sid', '__Host-Http-device', '__Host-Http-tx']);
  expect(await remainsOf(ada)).toEqual([]);
  const last = ((await stack.redisCommand('XREVRANGE', 'au:all', '+', '-', 'COUNT', '1')) as Array<[string, string[]]>)[0]![1];
  expect(last).toEqual(expect.arrayContaining(['account-deleted', ada.userId]));
  expect((await ada.other.call('GET', '/api/auth/session')).status).toBe(401);
  expect((await ada.other.call('POST', '/api/auth/sign-in', { email: ada.email, password })).status).toBe(401);
  expect((await eve.browser.call('GET', '/api/auth/session')).status).toBe(200);
  expect(await remainsOf(eve)).toEqual(eveBefore);
  // The address is free, and whoever takes it is somebody new with nothing.
  await must(new Browser(), 202, 'POST', '/api/auth/sign-up', { email: ada.email, password });
});

test.each(['lost on the way', 'answered, and the answer lost'] as const)('a request %s at any step, and then repeated: nothing of the person is left', async (how) => {
  const ada = await personWithEverything();
  const session = ada.browser.jar.get(SID)!;
  let calls = 0;
  let strikeAt = Infinity;
  const struck = new Set<string>();
  const strike = (fault: () => Error) => <A extends unknown[], R>(real: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    // The trail is best effort; losing an entry stops nothing.
    if (JSON.stringify(args[1]) === '["au:all"]') return real(...args);
    calls += 1;
    if (calls !== strikeAt) return real(...args);
    struck.add(typeof args[0] === 'string' ? 'Redis' : (args[0] as object).constructor.name);
    if (how !== 'lost on the way') await real(...args).catch(() => undefined);
    throw fault();
  };
  const broken = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
  const real = { s3: S3Client.prototype.send, sts: STSClient.prototype.send, cognito: cognito().send.bind(cognito()), redis: redis().eval.bind(redis()) };
  // The eraser's client is made anew for each sweep.
  for (const [service, send] of [[S3Client, real.s3], [STSClient, real.sts]] as const) {
    vi.spyOn(service.prototype, 'send').mockImplementation(function sendOrBreak(this: never, ...args: never[]) {
      return strike(broken)((send as (...all: never[]) => Promise<unknown>).bind(this))(...args);
    } as never);
  }
  vi.spyOn(cognito(), 'send').mockImplementation(strike(broken)(real.cognito as never) as never);
  vi.spyOn(redis(), 'eval').mockImplementation(strike(() => new RedisUnavailable('timeout'))(real.redis));

  const statuses: number[] = [];
  for (let step = 1; step < 60; step += 1) {
    strikeAt = Infinity;
    ada.browser.jar.set(SID, session);
    // Another tab of this browser goes on writing for as long as it is signed in: so no step is skipped because there is nothing to do.
    if ((await ada.browser.call('GET', '/api/auth/session')).status === 200) for (const folder of ['u', 'accounts']) await pushFile(ada.userId, `late ${step}`, folder);
    strikeAt = step;
    calls = 0;
    ada.browser.jar.set(SID, session);
    const { status } = await ada.browser.call('DELETE', '/api/account');
    statuses.push(status);
    if (status === 204 || status === 401) break;
  }
  vi.mocked(redis().eval).mockRestore();
  vi.mocked(cognito().send).mockRestore();
  vi.mocked(S3Client.prototype.send).mockRestore();
  vi.mocked(STSClient.prototype.send).mockRestore();
  expect(statuses.slice(0, -1).every((status) => status === 503), String(statuses)).toBe(true);
  expect([...struck]).toEqual(expect.arrayContaining(['Redis', 'AssumeRoleCommand', 'ListObjectVersionsCommand', 'DeleteObjectsCommand', 'AdminDeleteUserCommand']));
  expect([204, 401]).toContain(statuses.at(-1));
  expect(await remainsOf(ada)).toEqual([]);
});

test('what another tab writes while the account goes, and once more while the session ends, is swept as well', async () => {
  const ada = await personWithEverything();
  const real = { cognito: cognito().send.bind(cognito()), redis: redis().eval.bind(redis()) };
  vi.spyOn(cognito(), 'send').mockImplementation((async (...args: Parameters<typeof real.cognito>) => {
    await pushFile(ada.userId, `late ${args[0].constructor.name}`);
    return real.cognito(...args);
  }) as never);
  vi.spyOn(redis(), 'eval').mockImplementation(async (...args) => {
    if (args[0].includes("'INCRBY'")) await pushFile(ada.userId, 'last');
    return real.redis(...args);
  });
  await must(ada.browser, 204, 'DELETE', '/api/account');
  vi.mocked(cognito().send).mockRestore();
  vi.mocked(redis().eval).mockRestore();
  expect(await remainsOf(ada)).toEqual([]);
});
