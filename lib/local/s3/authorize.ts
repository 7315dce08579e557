import type { Call } from './operations.ts';
import type { Operation } from './route.ts';
import { S3Error } from './s3-error.ts';

/**
 * The one place that says who may do what. The account's own keys may do everything; temporary credentials may do what
 * their role's policy allows, a subset of IAM's language as data: nothing is allowed unless a statement says so.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export type Principal = { kind: 'account' } | { kind: 'role'; role: Role; tags: Readonly<Record<string, string>> };

export interface Role {
  /** As in `arn:aws:sts::000000000000:assumed-role/<name>/CognitoIdentityCredentials`. */
  name: string;
  statements: readonly Statement[];
}

export interface Statement {
  Effect: 'Allow';
  Action: readonly Action[];
  /** ARNs with `*`, `?` and `${aws:PrincipalTag/name}`. */
  Resource: readonly string[];
  /** The only condition so far: what a listing asks for. A request without a prefix does not meet it. */
  Condition?: { StringLike: { 's3:prefix': readonly string[] } };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export type Action =
  | 's3:ListAllMyBuckets'
  | 's3:CreateBucket'
  | 's3:ListBucket'
  | 's3:GetBucketLocation'
  | 's3:GetObject'
  | 's3:PutObject'
  | 's3:PutObjectAcl'
  | 's3:DeleteObject';

/** What one request wants to do to one thing. */
export interface Access {
  action: Action;
  bucket: string;
  /** Empty for the bucket itself. */
  key: string;
  /** The context key `s3:prefix`. */
  prefix?: string | undefined;
}

/** Each operation's own permissions; what a header or body adds (a copy's source, keys to delete) its handler asks for. */
const needs: Readonly<Record<Operation, readonly Action[]>> = {
  ListBuckets: ['s3:ListAllMyBuckets'],
  CreateBucket: ['s3:CreateBucket'],
  HeadBucket: ['s3:ListBucket'],
  GetBucketLocation: ['s3:GetBucketLocation'],
  ListObjects: ['s3:ListBucket'],
  ListObjectsV2: ['s3:ListBucket'],
  DeleteObjects: [],
  PutObject: ['s3:PutObject'],
  CopyObject: ['s3:PutObject'],
  GetObject: ['s3:GetObject'],
  HeadObject: ['s3:GetObject'],
  DeleteObject: ['s3:DeleteObject'],
};

/** @throws S3Error `AccessDenied` unless the principal may do what the operation does to the address itself. */
export function authorize(principal: Principal, operation: Operation, call: Pick<Call, 'bucket' | 'key' | 'query' | 'headers'>): void {
  const { bucket, key, query, headers } = call;
  const prefix = query.find(([name]) => name === 'prefix')?.[1];
  const wanted: Action[] = [...needs[operation], ...(headers['x-amz-acl'] === undefined || key === '' ? [] : ['s3:PutObjectAcl' as const])];
  for (const action of wanted) requireAccess(principal, { action, bucket, key, prefix });
}

/** @throws S3Error `AccessDenied`, naming the action as AWS does. */
export function requireAccess(principal: Principal, access: Access): void {
  if (mayAccess(principal, access)) return;
  const who = principal.kind === 'role' ? `arn:aws:sts::000000000000:assumed-role/${principal.role.name}/CognitoIdentityCredentials` : 'arn:aws:iam::000000000000:root';
  throw new S3Error('AccessDenied', `User: ${who} is not authorized to perform: ${access.action} on resource: "${arnOf(access)}" because no identity-based policy allows the ${access.action} action`);
}

export function mayAccess(principal: Principal, access: Access): boolean {
  if (principal.kind === 'account') return true;
  const { role, tags } = principal;
  return role.statements.some(
    ({ Action: actions, Resource: resources, Condition: condition }) =>
      actions.includes(access.action) &&
      resources.some((pattern) => isLike(arnOf(access), pattern, tags)) &&
      (condition === undefined || (access.prefix !== undefined && condition.StringLike['s3:prefix'].some((pattern) => isLike(access.prefix!, pattern, tags)))),
  );
}

function arnOf({ action, bucket, key }: Access): string {
  if (action === 's3:ListAllMyBuckets') return 'arn:aws:s3:::*';
  return key === '' ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
}

/**
 * IAM's matching: `*` is any text, slashes included, and `?` one character. A tag's value counts as plain text, so that
 * nobody can be called `*`; a tag that is not there makes the pattern match nothing.
 */
function isLike(text: string, pattern: string, tags: Readonly<Record<string, string>>): boolean {
  let isComplete = true;
  const source = pattern.replace(/\$\{aws:PrincipalTag\/([^}]+)\}|[\s\S]/gu, (part: string, tag: string | undefined) => {
    if (tag !== undefined) {
      const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
      if (!value) isComplete = false;
      return literal(value ?? '');
    }
    return part === '*' ? '[\\s\\S]*' : part === '?' ? '[\\s\\S]' : literal(part);
  });
  return isComplete && new RegExp(`^${source}$`, 'u').test(text);
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
