import {
  CopyObjectCommand, CreateMultipartUploadCommand, AbortMultipartUploadCommand, DeleteObjectCommand, GetBucketLocationCommand, GetBucketVersioningCommand, GetObjectCommand,
  GetPublicAccessBlockCommand, ListObjectsV2Command, PutObjectCommand, type GetPublicAccessBlockCommandOutput, type S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { randomBytes } from 'node:crypto';
import type { Environment as Settings } from '../../core/session/environment.ts';
import { askAws, type AwsClients } from './ask-aws.ts';
import type { Asked } from './check.ts';
import { noteClock, type Context } from './context.ts';

/**
 * What the store lets the app do. Every attempt is made with the app's own rights on keys of a person called "doctor", whom
 * nobody can be (people's ids are UUIDs), and with the same few bytes each time: in a store without rules they leave a handful of
 * objects of 6 bytes, the same ones at every run, and touch nobody's. The race alone needs a key that is new: one such object a run stays.
 */
export interface S3Evidence {
  settings: Settings;
  /** The list that readiness asks for. */
  list: Asked<unknown>;
  /** As the app does it at its first sync: two creates of one key. */
  creates: readonly [Asked<unknown>, Asked<unknown>];
  /** As devices do it that push at once: many creates of one new key, and how many were told that it is theirs. */
  race: Asked<{ writers: number; winners: number }>;
  attempts: Record<Act, readonly Attempt[]>;
  /** An object of a person, and the list of everybody's; only where people have rights of their own. */
  foreign: readonly Attempt[] | undefined;
  /** A create outside of every prefix. */
  outside: Attempt;
  /** The role that deletes accounts, where one is set. */
  eraser: { assumed: Asked<unknown>; ownList: Asked<unknown>; foreign: Attempt; untagged: Asked<unknown> } | undefined;
  location: Asked<string | undefined>;
  versioning: Asked<string | undefined>;
  publicAccess: Asked<GetPublicAccessBlockCommandOutput['PublicAccessBlockConfiguration']>;
}

export type Act = 'delete' | 'overwrite' | 'copy' | 'parts';

/** `denied`: by the bucket's own policy, because the app's role has no such right, or by somebody who does not say. */
export type Attempt = { key: string } & Outcome;
type Outcome =
  | { kind: 'denied'; by: 'policy' | 'role' | 'unnamed' }
  | { kind: 'allowed' }
  /** The store can do nothing of the sort. */
  | { kind: 'impossible' }
  | { kind: 'silent'; why: string };

const WRITERS = 20;
const BODY = new TextEncoder().encode('selkie');
const NOBODY = '00000000-0000-4000-8000-000000000000';
const NOBODY_ELSE = '00000000-0000-4000-8000-000000000001';

export async function askS3(context: Context, clients: AwsClients): Promise<S3Evidence> {
  const { settings, timeoutMs } = context;
  const { bucket: Bucket, endpoint, region } = settings.s3;
  const { s3, reader } = clients;
  const ask = <T>(request: Parameters<typeof askAws<T>>[1]) => askAws(timeoutMs, request);

  const askedAtMs = context.now();
  await fetch(endpoint ?? `https://s3.${region}.amazonaws.com/`, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) }).then(
    (answer) => noteClock(context, 'S3', answer.headers.get('date'), askedAtMs),
    () => undefined,
  );
  const list = await ask((deadline) => s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'probe/', MaxKeys: 1 }), deadline));
  // Where this much fails, the rest would fail for the same reason, and wait for it.
  if (list.kind !== 'answer' && !(list.kind === 'refused' && list.code === 'AccessDenied')) return nothingMore(settings, list);

  const create = (Key: string) => ask((deadline) => s3.send(new PutObjectCommand({ Bucket, Key, Body: BODY, IfNoneMatch: '*', ContentType: 'application/octet-stream' }), deadline));
  const first = await create('probe/create-only');
  const creates = [first, await create('probe/create-only')] as const;
  if (context.brief === true) return { ...nothingMore(settings, list), creates };

  const race = await raceFor(`probe/race-${randomBytes(8).toString('hex')}`, create);
  const attempt = async (key: string, request: Parameters<typeof askAws>[1], isRead = false): Promise<Attempt> => ({ key, ...attemptOf(await ask(request), isRead) });
  const acts: Record<Act, Attempt[]> = { delete: [], overwrite: [], copy: [], parts: [] };
  for (const folder of ['accounts/doctor', 'u/doctor/log']) {
    await create(`${folder}/probe`);
    const key = (name: string) => `${folder}/${name}`;
    const [deleted, overwritten, put, replaced, copied, begun, begunNew] = await Promise.all([
      attempt(key('absent'), (deadline) => s3.send(new DeleteObjectCommand({ Bucket, Key: key('absent') }), deadline)),
      attempt(key('probe'), (deadline) => s3.send(new PutObjectCommand({ Bucket, Key: key('probe'), Body: BODY }), deadline)),
      attempt(key('new'), (deadline) => s3.send(new PutObjectCommand({ Bucket, Key: key('new'), Body: BODY }), deadline)),
      // Of content that is not there, so that it fails even where it is allowed.
      attempt(key('probe'), (deadline) => s3.send(new PutObjectCommand({ Bucket, Key: key('probe'), Body: BODY, IfMatch: '"00000000000000000000000000000000"' }), deadline)),
      attempt(key('copy'), (deadline) => s3.send(new CopyObjectCommand({ Bucket, Key: key('copy'), CopySource: `${Bucket}/${key('probe')}`, IfNoneMatch: '*' }), deadline)),
      beginParts(s3, Bucket, key('parts'), false, attempt),
      beginParts(s3, Bucket, key('parts'), true, attempt),
    ]);
    acts.delete.push(deleted);
    acts.overwrite.push(overwritten, put, replaced);
    acts.copy.push(copied);
    acts.parts.push(begun, begunNew);
  }
  const [foreign, outside, eraser, location, versioning, publicAccess] = await Promise.all([
    settings.cognito.identityPoolId === undefined ? undefined : Promise.all([
      attempt('u/doctor/log/probe', (deadline) => s3.send(new PutObjectCommand({ Bucket, Key: 'u/doctor/log/probe', Body: BODY, IfNoneMatch: '*' }), deadline)),
      attempt('u/doctor/log/probe', (deadline) => s3.send(new GetObjectCommand({ Bucket, Key: 'u/doctor/log/probe' }), deadline), true),
      attempt('u/', (deadline) => s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'u/', MaxKeys: 1 }), deadline)),
    ]),
    attempt('doctor-outside', (deadline) => s3.send(new PutObjectCommand({ Bucket, Key: 'doctor-outside', Body: BODY, IfNoneMatch: '*' }), deadline)),
    askEraser(context, clients),
    ask(async (deadline) => (await reader.s3.send(new GetBucketLocationCommand({ Bucket }), deadline)).LocationConstraint as string | undefined),
    ask(async (deadline) => (await reader.s3.send(new GetBucketVersioningCommand({ Bucket }), deadline)).Status as string | undefined),
    ask(async (deadline) => (await reader.s3.send(new GetPublicAccessBlockCommand({ Bucket }), deadline)).PublicAccessBlockConfiguration),
  ]);
  return { settings, list, creates, race, attempts: acts, foreign, outside, eraser, location, versioning, publicAccess };
}

async function raceFor(key: string, create: (key: string) => Promise<Asked<unknown>>): Promise<S3Evidence['race']> {
  const asked = await Promise.all(Array.from({ length: WRITERS }, () => create(key)));
  const winners = asked.filter(({ kind }) => kind === 'answer').length;
  // 412: somebody was first. 409: somebody is at it.
  const unheard = asked.find((one) => one.kind === 'silent' || (one.kind === 'refused' && one.status !== 412 && one.status !== 409));
  return winners < 2 && unheard !== undefined && unheard.kind !== 'answer' ? unheard : { kind: 'answer', value: { writers: WRITERS, winners } };
}

/** An upload in parts that was begun all the same is ended again. */
async function beginParts(s3: S3Client, Bucket: string, Key: string, isCreateOnly: boolean, attempt: (key: string, request: Parameters<typeof askAws>[1]) => Promise<Attempt>): Promise<Attempt> {
  let UploadId: string | undefined;
  const command = new CreateMultipartUploadCommand({ Bucket, Key });
  if (isCreateOnly) {
    // As somebody would who wants to get past the rule against overwriting; the SDK has no name for it here.
    command.middlewareStack.add((next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers['if-none-match'] = '*';
      return next(args);
    }, { step: 'build', name: 'createOnly' });
  }
  const begun = await attempt(Key, async (deadline) => {
    UploadId = (await s3.send(command, deadline)).UploadId;
  });
  if (UploadId !== undefined) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => undefined);
  return begun;
}

async function askEraser(context: Context, { sts, s3With }: AwsClients): Promise<S3Evidence['eraser']> {
  const { settings: { s3: { eraserRoleArn: RoleArn, bucket: Bucket } }, timeoutMs } = context;
  if (RoleArn === undefined) return undefined;
  const take = (Tags: Array<{ Key: string; Value: string }>) =>
    askAws(timeoutMs, (deadline) => sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'doctor', DurationSeconds: 900, ...(Tags.length > 0 && { Tags }) }), deadline));
  const [assumed, untagged] = [await take([{ Key: 'sub', Value: NOBODY }]), await take([])];
  const silent = { kind: 'silent', why: 'the role was not taken' } as const;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = (assumed.kind === 'answer' ? assumed.value.Credentials : undefined) ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) return { assumed, untagged, ownList: silent, foreign: { key: '', ...silent } };
  const s3 = s3With({ accessKeyId, secretAccessKey, sessionToken });
  const key = `accounts/${NOBODY_ELSE}/1`;
  return {
    assumed,
    untagged,
    ownList: await askAws(timeoutMs, (deadline) => s3.send(new ListObjectsV2Command({ Bucket, Prefix: `accounts/${NOBODY}/`, MaxKeys: 1 }), deadline)),
    foreign: { key, ...attemptOf(await askAws(timeoutMs, (deadline) => s3.send(new DeleteObjectCommand({ Bucket, Key: key }), deadline))) },
  };
}

/** AWS says whose policy it was: https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html. */
function attemptOf(asked: Asked<unknown>, isRead = false): Outcome {
  if (asked.kind === 'silent') return asked;
  if (asked.kind === 'answer') return { kind: 'allowed' };
  // Whoever may read but not list is told of the latter when the object is not there (API_GetObject, "Permissions").
  if (asked.code === 'AccessDenied' && /to perform: s3:ListBucket on/.test(asked.message) && isRead) return { kind: 'allowed' };
  if (asked.code === 'AccessDenied' || asked.code === 'AllAccessDisabled') {
    return { kind: 'denied', by: /explicit deny in a resource-based policy/.test(asked.message) ? 'policy' : /no identity-based policy allows|explicit deny in an identity-based policy/.test(asked.message) ? 'role' : 'unnamed' };
  }
  if (asked.code === 'NotImplemented' || asked.code === 'MethodNotAllowed') return { kind: 'impossible' };
  // What came further than the policies, and failed on its condition or on what is not there.
  if (['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey', 'NotFound', 'InvalidRequest'].includes(asked.code)) return { kind: 'allowed' };
  return { kind: 'silent', why: `it was refused with ${asked.code}` };
}

function nothingMore(settings: Settings, list: Asked<unknown>): S3Evidence {
  const silent = { kind: 'silent', why: 'the store could not be used' } as const;
  const attempt: Attempt = { key: '', ...silent };
  return {
    settings, list, creates: [silent, silent], race: silent, attempts: { delete: [attempt], overwrite: [attempt], copy: [attempt], parts: [attempt] }, foreign: [attempt], outside: attempt,
    eraser: { assumed: silent, ownList: silent, foreign: attempt, untagged: silent }, location: silent, versioning: silent, publicAccess: silent,
  };
}
