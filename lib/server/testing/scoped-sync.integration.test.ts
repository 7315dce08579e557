import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { snapshot } from '../../core/fs/files-contract.ts';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { createTestCloud, createTestDevice, type TestDevice } from '../../core/sync/test-device.ts';
import { accountBucket } from '../account/account-bucket.ts';
import { personCredentials } from '../cognito/identity-pool.ts';
import { currentSession } from '../current-session.ts';
import { idToken } from '../session/access-token.ts';
import { readObject } from '../sync/read-object.ts';
import { serveSync } from '../sync/serve-sync.ts';
import { ORIGIN, type RouteStack, startRouteStack } from './route-stack.ts';

/** Sync of real sessions, with the credentials that the identity pool gives for them, at the S3 that has the template's rules. */
let stack: RouteStack;
let logged: string[];
beforeAll(async () => void (stack = await startRouteStack()));
beforeEach(() => {
  logged = [];
  for (const how of ['log', 'error'] as const) vi.spyOn(console, how).mockImplementation((line: unknown) => void logged.push(String(line)));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(() => stack.close());

async function signedIn(): Promise<{ session: SessionFacts; device: (name: string) => TestDevice }> {
  const { browser } = await stack.person();
  const cookie = [...browser.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const check = await currentSession(new Request(ORIGIN, { headers: { cookie } }));
  if (check.kind !== 'live') throw new Error('not signed in');
  const { session } = check;
  return { session, device: (name) => createTestDevice(createTestCloud(), name, { transport: (call) => serveSync(session, { ...call, forUser: session.user.id }) }) };
}

const home = (device: TestDevice): string[] => snapshot(device.files, '/home/me');
const prefixOf = ({ user }: SessionFacts) => `u/${user.id}/`;

test('two devices of a person meet through that person’s own key to the store; an edit is one request of the store and none of Cognito', async () => {
  const { session, device } = await signedIn();
  const [a, b] = [device('a'), device('b')];
  a.write('x', '1');
  expect(await a.sync()).toEqual({ result: 'synced' });
  a.write('x', '2');
  await a.sync();
  await stack.control('DELETE', '/requests');
  a.write('x', '3');
  expect(await a.sync()).toEqual({ result: 'synced' });
  expect([await stack.askedOf('s3'), await stack.askedOf('cognito')]).toEqual([['PutObject'], []]);
  expect([await b.sync(), home(b)]).toEqual([{ result: 'synced' }, ['x=3']]);
  const { client, bucket } = accountBucket();
  const listing = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefixOf(session) });
  expect((await stack.root.s3.send(listing)).Contents?.map(({ Key }) => Key!.slice(prefixOf(session).length))).toEqual(['log/999999999996', 'log/999999999997', 'log/999999999998']);
  await expect(client.send(listing)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefixOf(session)}log/999999999998` }))).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('many calls at once of somebody new ask the identity pool once', async () => {
  const { session } = await signedIn();
  await stack.control('DELETE', '/requests');
  const replies = await Promise.all(Array.from({ length: 20 }, () => serveSync(session, { forUser: session.user.id, have: 0 })));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set(['ok']));
  expect((await stack.askedOf('cognito')).sort()).toEqual(['GetCredentialsForIdentity', 'GetId']);
});

test('the key of one person opens nothing of another, and nobody gets a key for somebody else’s id', async () => {
  const [ada, eve] = [await signedIn(), await signedIn()];
  const hers = ada.device('a');
  hers.write('secret', 'of ada');
  expect(await hers.sync()).toEqual({ result: 'synced' });
  const token = await idToken(eve.session);
  if (token.kind !== 'token') throw new Error('no id token');
  const credentials = await personCredentials(eve.session.user.id, token.idToken);
  if (credentials === 'unavailable') throw new Error('no credentials');
  const { endpoint } = accountBucket().client.config;
  const client = new S3Client({ region: 'eu-west-1', endpoint: endpoint!, forcePathStyle: true, maxAttempts: 1, credentials });
  const deadline = () => ({ abortSignal: AbortSignal.timeout(5_000) });
  const read = (key: string) => readObject(client, 'selkie', key, 1_000_000, deadline);
  // What is not there and what is another's are told apart, though the store says "denied" to both.
  expect(await read(`${prefixOf(eve.session)}log/999999999998`)).toBe(undefined);
  await expect(read(`${prefixOf(ada.session)}log/999999999998`)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(read(`accounts/${eve.session.user.id}/999999999998`)).rejects.toMatchObject({ name: 'AccessDenied' });
  client.destroy();

  await stack.control('DELETE', '/requests');
  expect(await personCredentials(ada.session.user.id, token.idToken)).toBe('unavailable');
  expect(await stack.askedOf('cognito')).toEqual([]);
  expect(await serveSync(eve.session, { forUser: ada.session.user.id, have: 0 })).toMatchObject({ status: 'refused', code: 'other-user' });
  const others = eve.device('b');
  await others.sync();
  expect(home(others)).toEqual([]);
});

test('while the identity pool does not answer somebody new waits with a sentence, whoever has a key goes on, and then all is well', async () => {
  const [known, fresh] = [await signedIn(), await signedIn()];
  const device = known.device('a');
  device.write('x', '1');
  await device.sync();
  await stack.control('POST', '/faults', { service: 'cognito', operation: 'GetCredentialsForIdentity', action: 'fail', status: 500, times: 100 });
  device.write('x', '2');
  expect(await device.sync()).toEqual({ result: 'synced' });
  const ask = () => serveSync(fresh.session, { forUser: fresh.session.user.id, have: 0 });
  expect(await ask()).toMatchObject({ status: 'unavailable', message: expect.stringContaining('your files stay here') });
  expect(logged.filter((line) => line.includes('identity-pool-unavailable'))).toHaveLength(1);
  expect(logged.join('\n')).not.toMatch(/eyJ|ASIA/);
  await stack.control('DELETE', '/faults');
  expect((await ask()).status).toBe('ok');
});

test('the vault keeps the id token sealed: Redis holds none', async () => {
  await signedIn();
  expect(await stack.redisDump()).not.toContain('eyJ');
});
