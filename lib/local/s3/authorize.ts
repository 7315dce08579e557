import type { Principal } from '../iam/evaluate.ts';
import type { Iam } from '../iam/iam.ts';
import type { Context } from '../iam/pattern.ts';
import type { Call } from './operations.ts';
import type { Operation } from './route.ts';
import { S3Error } from './s3-error.ts';

/** What the sender of one request may do; IAM decides, this names things as S3 does. */
export interface Rights {
  /** @throws S3Error `AccessDenied`, in AWS's words. */
  require(access: S3Access): void;
  may(access: S3Access): boolean;
}

export interface S3Access {
  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
  action: `s3:${string}`;
  bucket: string;
  /** Empty for the bucket itself. */
  key: string;
  /** Context keys of this access alone, by lower-case name. */
  context?: Context;
}

/** @param isSecure as `aws:SecureTransport`. */
export function rightsOf(iam: Iam, principal: Principal, isSecure: boolean): Rights {
  const decide = ({ action, bucket, key, context }: S3Access) =>
    iam.decide(principal, { action, resource: arnOf(action, bucket, key), context: { ...context, 'aws:securetransport': [String(isSecure)] } }, bucket);
  return {
    require(access) {
      const decision = decide(access);
      if (decision.allowed) return;
      const { action, bucket, key } = access;
      throw new S3Error('AccessDenied', `User: ${principal.name} is not authorized to perform: ${action} on resource: "${arnOf(action, bucket, key)}" ${decision.why}`);
    },
    may: (access) => decide(access).allowed,
  };
}

type Request = Pick<Call, 'bucket' | 'key' | 'query' | 'headers'>;

/** Each operation's own permission; what a header or body adds comes beside it. */
const needs: Readonly<Record<Operation, S3Access['action'] | undefined>> = {
  ListBuckets: 's3:ListAllMyBuckets',
  CreateBucket: 's3:CreateBucket',
  HeadBucket: 's3:ListBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
  ListObjects: 's3:ListBucket',
  ListObjectsV2: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  // Each key by itself, when the body has been read.
  DeleteObjects: undefined,
  PutObject: 's3:PutObject',
  CopyObject: 's3:PutObject',
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  DeleteObject: 's3:DeleteObject',
};

/** @throws S3Error `AccessDenied` unless the principal may do what the operation does to the address itself. */
export function authorize(rights: Rights, operation: Operation, request: Request): void {
  const action = needs[operation];
  if (action !== undefined) requireFor(rights, action, request);
}

/** One action on the request's own address, and those that its headers add to it. */
export function requireFor(rights: Rights, action: S3Access['action'], request: Request, creation: 'true' | 'false' = 'true'): void {
  const { bucket, key, headers } = request;
  rights.require({ action, bucket, key, context: contextOf(action, request, creation) });
  if (action !== 's3:PutObject') return;
  for (const [added, isAsked] of Object.entries(addedBy)) {
    if (Object.keys(headers).some((name) => isAsked(name))) rights.require({ action: added as S3Access['action'], bucket, key });
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, "Permissions". */
const addedBy: Readonly<Record<`s3:${string}`, (header: string) => boolean>> = {
  's3:PutObjectAcl': (name) => name === 'x-amz-acl' || name.startsWith('x-amz-grant-'),
  's3:PutObjectTagging': (name) => name === 'x-amz-tagging',
  's3:PutObjectRetention': (name) => name === 'x-amz-object-lock-mode' || name === 'x-amz-object-lock-retain-until-date',
  's3:PutObjectLegalHold': (name) => name === 'x-amz-object-lock-legal-hold',
};

function contextOf(action: S3Access['action'], { query, headers }: Request, creation: 'true' | 'false'): Context {
  const context: Record<string, readonly string[]> = {};
  const add = (name: string, value: string | undefined) => void (value !== undefined && (context[name] = [value]));
  const parameter = (name: string) => query.find(([found]) => found === name)?.[1];
  if (action === 's3:ListBucket' || action === 's3:ListBucketVersions') for (const name of ['prefix', 'delimiter', 'max-keys']) add(`s3:${name}`, parameter(name));
  if (action === 's3:PutObject') {
    for (const name of ['if-none-match', 'if-match']) add(`s3:${name}`, headers[name]);
    for (const name of ['x-amz-copy-source', 'x-amz-acl']) add(`s3:${name}`, headers[name]);
    add('s3:objectcreationoperation', creation);
  }
  add('s3:versionid', parameter('versionId'));
  return context;
}

function arnOf(action: string, bucket: string, key: string): string {
  if (action === 's3:ListAllMyBuckets') return 'arn:aws:s3:::*';
  return key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}
