import {
  CopyObjectCommand, CreateBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, GetBucketLocationCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand,
  ListBucketsCommand, ListObjectsCommand, ListObjectsV2Command, PutObjectCommand, S3Client, S3ServiceException, type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFaults } from '../faults.ts';
import { startFront, type Front } from '../front.ts';
import { createRequestLog } from '../request-log.ts';
import { personSession, testRules } from '../iam/testing/test-rules.ts';
import { createS3 } from './s3.ts';
import { benchIam, benchKey, errorCode, sendWire } from './testing/s3-bench.ts';
import { amzDateOf, presign, signHeader, type Signer, type WireRequest } from './testing/sign-request.ts';
import { createCredentialMint, type CredentialMint, type TemporaryCredentials } from '../iam/temporary-credentials.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The identity pool's credentials at S3: the real SDK does what a person may, and tries what they may not. */
const Bucket = 'selkie-test';
const region = 'eu-central-1';
const ada = '11111111-1111-4111-8111-111111111111';
const eve = '22222222-2222-4222-8222-222222222222';
const own = (name: string, sub = ada) => `u/${sub}/${name}`;

let dataDir: string;
let front: Front;
let nowMs: number;
let mint: CredentialMint;
let credentials: TemporaryCredentials;
let person: S3Client;
let root: S3Client;

beforeAll(async () => {
  nowMs = Date.now();
  dataDir = await mkdtemp(join(tmpdir(), 'selkie-s3-temporary-'));
  const rules = testRules({ bucket: Bucket, region, now: () => nowMs });
  mint = rules.mint;
  const s3 = await createS3({ dataDir, region, iam: rules.iam, now: () => nowMs });
  await s3.ensureBucket(Bucket);
  await s3.ensureBucket('other-bucket');
  front = await startFront({ service: s3, port: 0, faults: createFaults(), log: createRequestLog() });
  root = clientOf({ accessKeyId: benchKey.id, secretAccessKey: benchKey.secret });
  await put(root, own('theirs', eve), 'eve’s');
  await put(root, 'accounts/x', 'not a person’s');
});
afterAll(async () => {
  person?.destroy();
  root.destroy();
  await front.close();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  person?.destroy();
  nowMs = Date.now();
  credentials = mint.issue(personSession({ sub: ada }));
  person = clientOf(credentials);
});

function clientOf(credentials: NonNullable<S3ClientConfig['credentials']>): S3Client {
  return new S3Client({ endpoint: front.url, region, forcePathStyle: true, maxAttempts: 1, credentials });
}

function put(client: S3Client, Key: string, Body: string) {
  return client.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*' }));
}

async function textOf(client: S3Client, Key: string): Promise<string> {
  return (await client.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString();
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'ok', (error: unknown) => {
    if (error instanceof S3ServiceException) return `${error.name} ${error.$metadata.httpStatusCode}`;
    throw error;
  });
}

/** Every key of the bucket, as its owner sees it. */
async function keys(): Promise<string[]> {
  return ((await root.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key!);
}

describe('a person’s temporary credentials', () => {
  test('create, read and list in their own folder', async () => {
    await put(person, own('log/1'), 'one');
    await put(person, own('log/2'), 'two');
    expect(await outcome(put(person, own('log/1'), 'three'))).toBe('PreconditionFailed 412');
    expect([await textOf(person, own('log/1')), await textOf(person, own('log/2'))]).toEqual(['one', 'two']);
    expect((await person.send(new HeadObjectCommand({ Bucket, Key: own('log/1') }))).ContentLength).toBe(3);
    for (const Prefix of [own(''), own('log/')]) {
      const { Contents } = await person.send(new ListObjectsV2Command({ Bucket, Prefix }));
      expect(Contents?.map(({ Key }) => Key)).toEqual([own('log/1'), own('log/2')]);
    }
  });

  test('work by a presigned address with the token in it', async () => {
    await put(person, own('shared'), 'by address');
    const signer: Signer = { accessKeyId: credentials.accessKeyId, secret: credentials.secretAccessKey, region, amzDate: amzDateOf(nowMs) };
    const target = `/${Bucket}/${own('shared')}?X-Amz-Security-Token=${encodeURIComponent(credentials.sessionToken)}`;
    const request = presign(signer, wire('GET', target), 60);
    const reply = await sendWire(front.url, request);
    expect([reply.status, reply.body.toString()]).toEqual([200, 'by address']);
    const other = presign(signer, wire('GET', target.replace(ada, eve)), 60);
    expect(errorCode(await sendWire(front.url, other))).toBe('AccessDenied');
    const without = request.target.replace(/X-Amz-Security-Token=[^&]*&/, '');
    expect(errorCode(await sendWire(front.url, { ...request, target: without }))).toBe('InvalidAccessKeyId');
    const moved = { ...request, target: request.target.replace('shared', 'theirs') };
    expect(errorCode(await sendWire(front.url, moved))).toBe('SignatureDoesNotMatch');
  });
});

describe('with a person’s temporary credentials it is refused', () => {
  const attacks: Array<[string, () => Promise<unknown>]> = [
    ['to read another person’s object', () => person.send(new GetObjectCommand({ Bucket, Key: own('theirs', eve) }))],
    ['to read an object beside all people', () => person.send(new GetObjectCommand({ Bucket, Key: 'accounts/x' }))],
    ['to write into another person’s folder', () => put(person, own('planted', eve), 'x')],
    ['to write beside the folder, by a longer name', () => put(person, `u/${ada}x/planted`, 'x')],
    ['to write where the folder’s own name would be', () => put(person, `u/${ada}`, 'x')],
    ['to write above all folders', () => put(person, 'planted', 'x')],
    ['to write by another letter case', () => put(person, own('planted', ada).replace('u/', 'U/'), 'x')],
    ['to overwrite an own object', () => person.send(new PutObjectCommand({ Bucket, Key: own('log/1'), Body: 'x' }))],
    ['to delete an own object', () => person.send(new DeleteObjectCommand({ Bucket, Key: own('log/1') }))],
    ['to delete another person’s object', () => person.send(new DeleteObjectCommand({ Bucket, Key: own('theirs', eve) }))],
    ['to list the whole bucket', () => person.send(new ListObjectsV2Command({ Bucket }))],
    ['to list with an empty prefix', () => person.send(new ListObjectsV2Command({ Bucket, Prefix: '' }))],
    ['to list all people', () => person.send(new ListObjectsV2Command({ Bucket, Prefix: 'u/', Delimiter: '/' }))],
    ['to list another person’s folder', () => person.send(new ListObjectsV2Command({ Bucket, Prefix: own('', eve) }))],
    ['to list from the start of one’s own id', () => person.send(new ListObjectsV2Command({ Bucket, Prefix: `u/${ada.slice(0, 8)}` }))],
    ['to list by the older call', () => person.send(new ListObjectsCommand({ Bucket, Prefix: own('', eve) }))],
    ['to copy from another person', () => person.send(new CopyObjectCommand({ Bucket, Key: own('stolen'), CopySource: `${Bucket}/${own('theirs', eve)}` }))],
    ['to copy from another bucket', () => person.send(new CopyObjectCommand({ Bucket, Key: own('stolen'), CopySource: `other-bucket/${own('x')}` }))],
    ['to copy to another person', () => person.send(new CopyObjectCommand({ Bucket, Key: own('planted', eve), CopySource: `${Bucket}/${own('log/1')}` }))],
    ['to set an access list', () => person.send(new PutObjectCommand({ Bucket, Key: own('open'), Body: 'x', ACL: 'private' }))],
    ['to list buckets', () => person.send(new ListBucketsCommand({}))],
    ['to make a bucket', () => person.send(new CreateBucketCommand({ Bucket: 'mine-now', CreateBucketConfiguration: { LocationConstraint: region } }))],
    ['to ask where the bucket is', () => person.send(new GetBucketLocationCommand({ Bucket }))],
    ['to use the same folder of another bucket', () => person.send(new PutObjectCommand({ Bucket: 'other-bucket', Key: own('x'), Body: 'x', IfNoneMatch: '*' }))],
    ['to learn whether a bucket exists', () => person.send(new GetObjectCommand({ Bucket: 'no-such-bucket', Key: own('x') }))],
    // The right to list hangs on a prefix, which reading an object does not name: 403 instead of 404, as in AWS.
    ['to learn that an own object is not there', () => person.send(new GetObjectCommand({ Bucket, Key: own('nothing') }))],
  ];

  test.each(attacks)('%s', async (_, attack) => {
    const before = await keys();
    await expect(outcome(attack())).resolves.toBe('AccessDenied 403');
    expect(await keys()).toEqual(before);
  });

  test('to see the bucket by HEAD, which has no body to say why', async () => {
    expect(await outcome(person.send(new HeadBucketCommand({ Bucket })))).toMatch(/ 403$/);
    expect(await outcome(person.send(new HeadObjectCommand({ Bucket, Key: own('theirs', eve) })))).toMatch(/ 403$/);
  });

  test('to delete many, each key by its own', async () => {
    const before = await keys();
    const { Errors, Deleted } = await person.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: own('log/1') }, { Key: own('theirs', eve) }] } }));
    expect([Errors?.map(({ Code }) => Code), Deleted, await keys()]).toEqual([['AccessDenied', 'AccessDenied'], undefined, before]);
  });

  test('to climb out of the folder by `..`, which is a name like any other', async () => {
    const target = `/${Bucket}/u/${ada}/../${eve}/theirs`;
    const reply = await sendWire(front.url, signed('GET', target));
    expect([reply.status, errorCode(reply)]).toEqual([403, 'AccessDenied']);
  });

  test('and the refusal names the action and whose it is, as AWS does', async () => {
    await expect(person.send(new DeleteObjectCommand({ Bucket, Key: own('log/1') }))).rejects.toThrow(
      `User: arn:aws:sts::000000000000:assumed-role/PersonRole/CognitoIdentityCredentials is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::${Bucket}/${own('log/1')}" with an explicit deny in a resource-based policy`,
    );
  });
});

describe('a session token is refused', () => {
  const read = (over: Partial<TemporaryCredentials>) => {
    const client = clientOf({ ...credentials, ...over });
    return outcome(client.send(new ListObjectsV2Command({ Bucket, Prefix: own('') }))).finally(() => client.destroy());
  };

  test('once its hour is over', async () => {
    nowMs = credentials.expiresAt - 1;
    expect(errorCode(await sendWire(front.url, signed('GET', `/${Bucket}?list-type=2&prefix=${encodeURIComponent(own(''))}`)))).toBe('');
    nowMs = credentials.expiresAt;
    const reply = await sendWire(front.url, signed('GET', `/${Bucket}?list-type=2&prefix=${encodeURIComponent(own(''))}`));
    expect([reply.status, errorCode(reply)]).toEqual([400, 'ExpiredToken']);
  });

  test('altered in any byte', async () => {
    const bytes = Buffer.from(credentials.sessionToken, 'base64');
    for (const at of [0, 12, bytes.length - 17, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[at]! ^= 1;
      expect(await read({ sessionToken: altered.toString('base64') })).toBe('InvalidToken 400');
    }
  });

  test('of another person’s key, of another cloud, cut, padded, or made up', async () => {
    const evil = createCredentialMint({ secret: 'another cloud', now: () => nowMs }).issue(personSession({ sub: ada }));
    expect([
      await read({ sessionToken: mint.issue(personSession({ sub: ada })).sessionToken }),
      await read(evil),
      await read({ sessionToken: credentials.sessionToken.slice(0, -4) }),
      await read({ sessionToken: `${credentials.sessionToken}=` }),
      await read({ sessionToken: 'AAAA' }),
    ]).toEqual(Array(5).fill('InvalidToken 400'));
  });

  test('beside an account’s key, which needs none', async () => {
    expect(await read({ accessKeyId: benchKey.id, secretAccessKey: benchKey.secret })).toBe('InvalidToken 400');
  });

  test('with another secret', async () => {
    expect(await read({ secretAccessKey: mint.issue(personSession({ sub: ada })).secretAccessKey })).toBe('SignatureDoesNotMatch 403');
  });

  test('when the key comes without it', async () => {
    const client = clientOf({ accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey });
    expect(await outcome(client.send(new ListObjectsV2Command({ Bucket, Prefix: own('') })))).toBe('InvalidAccessKeyId 403');
    client.destroy();
  });

  test('that was not signed, or is in two places', async () => {
    const target = `/${Bucket}?list-type=2&prefix=${encodeURIComponent(own(''))}`;
    const { headers, ...rest } = signHeader(signerNow(), wire('GET', target));
    expect(errorCode(await sendWire(front.url, { ...rest, headers: { ...headers, 'x-amz-security-token': credentials.sessionToken } }))).toBe('AccessDenied');
    const twice = signed('GET', `${target}&X-Amz-Security-Token=${encodeURIComponent(credentials.sessionToken)}`);
    expect(errorCode(await sendWire(front.url, twice))).toBe('InvalidToken');
  });
});

test('credentials without the tag that the policy names may do nothing', async () => {
  for (const tags of [{}, { sub: '' }, { name: ada }, { sub: '*' }]) {
    const client = clientOf(mint.issue(personSession(tags as Record<string, string>)));
    expect(await outcome(client.send(new GetObjectCommand({ Bucket, Key: own('theirs', eve) })))).toBe('AccessDenied 403');
    expect(await outcome(client.send(new ListObjectsV2Command({ Bucket, Prefix: own('', eve) })))).toBe('AccessDenied 403');
    client.destroy();
  }
});

test('an S3 without an identity pool takes no token', async () => {
  const s3 = await createS3({ dataDir: join(dataDir, 'plain'), region, iam: benchIam(region, () => nowMs), now: () => nowMs });
  const plain = await startFront({ service: s3, port: 0, faults: createFaults(), log: createRequestLog() });
  const request = signHeader(signerNow(), { ...wire('GET', '/', plain.url), headers: { host: new URL(plain.url).host, 'x-amz-security-token': credentials.sessionToken } });
  expect(errorCode(await sendWire(plain.url, request))).toBe('InvalidToken');
  await plain.close();
});

function signerNow(): Signer {
  return { accessKeyId: credentials.accessKeyId, secret: credentials.secretAccessKey, region, amzDate: amzDateOf(nowMs) };
}

function wire(method: string, target: string, url = front.url): WireRequest {
  return { method, target, headers: { host: new URL(url).host }, body: Buffer.alloc(0) };
}

/** Signed with the person's credentials, the token in its header. */
function signed(method: string, target: string): WireRequest {
  const request = wire(method, target);
  return signHeader(signerNow(), { ...request, headers: { ...request.headers, 'x-amz-security-token': credentials.sessionToken } });
}
