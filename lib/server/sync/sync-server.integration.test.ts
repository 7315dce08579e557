import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../../core/fs/files-contract.ts';
import { StoreUnavailable } from '../../core/sync/serve-log.ts';
import { createTestCloud, createTestDevice, type TestDevice } from '../../core/sync/test-device.ts';
import type { SyncCall, SyncReply } from '../../core/sync/transport.ts';
import { benchKey, startS3Bench, type S3Bench } from '../../local/s3/testing/s3-bench.ts';
import { createReceiptSigner } from './receipts.ts';
import { createObject, createS3Log } from './s3-log.ts';
import { ownAccess, SessionEnded, type StoreAccess } from './store-access.ts';
import { isCreateOnly } from './store-probe.ts';
import { createSyncServer, type SyncServer } from './sync-server.ts';

let bench: S3Bench;
let client: S3Client;
let server: SyncServer;
const signer = createReceiptSigner({ current: 1, keys: new Map([[1, new Uint8Array(32).fill(7)]]) });

beforeAll(async () => {
  bench = await startS3Bench();
  client = newClient(bench.url);
  server = createSyncServer({ client, bucket: bench.bucket, signer });
});
afterAll(async () => {
  client.destroy();
  await bench.dispose();
});

function newClient(endpoint: string): S3Client {
  return new S3Client({
    endpoint, region: 'eu-central-1', forcePathStyle: true, maxAttempts: 1,
    credentials: { accessKeyId: benchKey.id, secretAccessKey: benchKey.secret },
  });
}

const home = (device: TestDevice): string[] => snapshot(device.files, '/home/me');

/** A device whose calls go to the real server; `user` is the session's. */
function device(name: string, user: string, through: (call: SyncCall) => Promise<SyncReply> = (call) => server.serve(user, call)): TestDevice {
  return createTestDevice(createTestCloud(), name, { transport: (call) => through({ ...call, forUser: user }) });
}

test('two devices of one person hold the same files through S3, under that person\u2019s prefix alone', async () => {
  const [a, b] = [device('a', 'ann'), device('b', 'ann')];
  a.write('notes.md', 'one\ntwo\nthree\n');
  expect(await a.sync()).toEqual({ result: 'synced' });
  await b.sync();
  a.write('notes.md', 'ONE\ntwo\nthree\n');
  b.write('notes.md', 'one\ntwo\nTHREE\n');
  await a.sync();
  expect(await b.sync()).toEqual({ result: 'synced' });
  await a.sync();
  expect([home(a), home(b)]).toEqual([['notes.md=ONE\ntwo\nTHREE\n'], ['notes.md=ONE\ntwo\nTHREE\n']]);
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bench.bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual([
    'probe/create-only', 'u/ann/log/999999999996', 'u/ann/log/999999999997', 'u/ann/log/999999999998',
  ]);
});

test('devices that push at the same moment all get their commit in, one after the other', async () => {
  const devices = Array.from({ length: 4 }, (_, index) => device(`r${index}`, 'race'));
  for (const [index, each] of devices.entries()) each.write(`f${index}`, String(index));
  await Promise.all(devices.map((each) => each.sync()));
  for (const each of [...devices, ...devices]) await each.sync();
  const expected = ['f0=0', 'f1=1', 'f2=2', 'f3=3'];
  expect(devices.map(home)).toEqual([expected, expected, expected, expected]);
  const log = createS3Log(ownAccess(client), bench.bucket, 'race');
  expect(await log.newest(10)).toEqual([4, 3, 2, 1]);
});

test('snapshots are found newest first at or below a commit, and made once', async () => {
  const log = createS3Log(ownAccess(client), bench.bucket, 'snapper');
  const bytes = (text: string) => new TextEncoder().encode(text);
  for (const seq of [64, 128, 192]) expect(await log.createSnapshot(seq, bytes(String(seq)))).toBe('created');
  expect([await log.createSnapshot(128, bytes('other')), await log.readSnapshot(64), await log.readSnapshot(65)]).toEqual(['exists', bytes('64'), undefined]);
  expect(await Promise.all([500, 192, 191, 128, 64, 63].map((atMost) => log.newestSnapshots(atMost, 2)))).toEqual([[192, 128], [192, 128], [128, 64], [128, 64], [64], []]);
  expect(await log.newest(5)).toEqual([]);
});

describe('with a key of the person’s own', () => {
  const call = { forUser: 'ann', have: 0 };

  test('one that the store refuses is changed for a new one, and the work is done once', async () => {
    const refused = new S3Client({ endpoint: bench.url, region: 'eu-central-1', forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId: 'AKIDNOTHINGATALL', secretAccessKey: 'x' } });
    let renewals = 0;
    const access = (): StoreAccess => ({
      client: async () => refused,
      renew: async (old) => {
        renewals += 1;
        return old === refused ? client : undefined;
      },
    });
    const log = () => createS3Log(access(), bench.bucket, 'renewed');
    expect([await log().create(1, Uint8Array.of(7)), await log().read(1), await log().newest(1), await log().create(1, Uint8Array.of(8))]).toEqual(['created', Uint8Array.of(7), [1], 'exists']);
    expect(renewals).toBe(4);
    expect(await server.serve('ann', call, access())).toMatchObject({ status: 'ok' });
    expect(await server.serve('ann', call, { ...access(), renew: async () => undefined })).toMatchObject({ status: 'unavailable' });
    refused.destroy();
  });

  test('a sign-in that is over is no session, and no key for now is an outage', async () => {
    const failing = (error: Error): StoreAccess => ({ client: () => Promise.reject(error), renew: () => Promise.reject(error) });
    expect(await server.serve('ann', call, failing(new SessionEnded()))).toEqual({ status: 'absent' });
    expect(await server.serve('ann', call, failing(new StoreUnavailable(7)))).toMatchObject({ status: 'unavailable', retryAfterSeconds: 7 });
  });
});

test('of many that create one slot, one succeeds', async () => {
  const outcomes = await Promise.all(Array.from({ length: 12 }, (_, index) =>
    createObject(client, bench.bucket, 'u/slot/log/1', Uint8Array.of(index))));
  expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'created' || outcome === 'exists' || outcome === 'undecided')).toHaveLength(12);
});

test('a reply that was lost is found again as a success, and nothing is written twice', async () => {
  let lose = true;
  const a = device('a', 'lost', async (call) => {
    const reply = await server.serve('lost', call);
    if (lose && call.commit !== undefined) throw new Error('lost');
    return reply;
  });
  a.write('x', '1');
  expect(await a.sync()).toEqual({ result: 'failed' });
  a.write('x', '2');
  lose = false;
  a.restart();
  expect(await a.sync()).toEqual({ result: 'synced' });
  expect(home(a)).toEqual(['x=2']);
  const log = createS3Log(ownAccess(client), bench.bucket, 'lost');
  expect(await log.newest(2)).toEqual([2, 1]);
});

describe('the server refuses', () => {
  test('what is not a call, and a call for another person', async () => {
    const good = { forUser: 'ann', have: 0 };
    const inputs: unknown[] = [undefined, 'x', {}, { ...good, have: -1 }, { ...good, commit: 'x' }, { ...good, commit: new Uint8Array(900_001) }];
    for (const input of inputs) expect(await server.serve('ann', input)).toMatchObject({ status: 'refused', code: 'invalid-call' });
    expect(await server.serve('bob', good)).toMatchObject({ status: 'refused', code: 'other-user' });
    expect(await server.serve('../ann', { ...good, forUser: '../ann' })).toMatchObject({ status: 'refused', code: 'other-user' });
  });

  test('a commit without the receipt for its parent, or with another person\u2019s', async () => {
    const calls: SyncCall[] = [];
    const a = device('a', 'rec', (call) => {
      calls.push(call);
      return server.serve('rec', call);
    });
    a.write('x', '1');
    await a.sync();
    a.write('x', '2');
    await a.sync();
    const push = calls.findLast((call) => call.commit !== undefined) as SyncCall;
    const { receipt: _, ...without } = push;
    expect(await server.serve('rec', without)).toMatchObject({ status: 'refused', code: 'receipt' });
    expect(await server.serve('rec', { ...push, receipt: signer.sign('bob', push.repo ?? '', push.have, 'h') }))
      .toMatchObject({ status: 'refused', code: 'receipt' });
  });
});

test('an outage of the store is a value, with a time to come back', async () => {
  const gone = createSyncServer({ client: newClient('http://127.0.0.1:9'), bucket: bench.bucket, signer });
  expect(await gone.serve('ann', { forUser: 'ann', have: 0 })).toMatchObject({ status: 'unavailable', retryAfterSeconds: expect.any(Number) });
  const elsewhere = createS3Log(ownAccess(client), 'no-such-bucket', 'ann');
  await expect(elsewhere.read(1)).rejects.toThrow('The store does not answer.');
});

test('a store that overwrites is recognised, and nothing is synced to it', async () => {
  expect(await isCreateOnly(client, bench.bucket)).toBe(true);
  const careless = newClient(bench.url);
  careless.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'PutObjectCommand') delete (args.input as { IfNoneMatch?: string }).IfNoneMatch;
      return next(args);
    },
    { step: 'initialize' },
  );
  expect(await isCreateOnly(careless, bench.bucket)).toBe(false);
  const unsafe = createSyncServer({ client: careless, bucket: bench.bucket, signer });
  expect(await unsafe.serve('ann', { forUser: 'ann', have: 0 })).toMatchObject({ status: 'refused', code: 'unsafe-store' });
  careless.destroy();
});

test('an object in the log that is not ours stops the sync instead of being believed', async () => {
  await client.send(new PutObjectCommand({ Bucket: bench.bucket, Key: 'u/odd/log/999999999998', Body: 'hello' }));
  const a = device('a', 'odd');
  a.write('x', '1');
  expect(await a.sync()).toMatchObject({ result: 'stopped', message: expect.stringContaining('damaged') });
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bench.bucket, Key: 'u/odd/log/999999999998' }));
  expect(await Body?.transformToString()).toBe('hello');
});
