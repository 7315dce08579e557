import { requireFor, type Rights, type S3Access } from './authorize.ts';
import type { Call } from './operations.ts';
import { parseTarget, type Target } from './route.ts';
import type { Query } from './uri.ts';

/**
 * Operations that are not done here. They are known by name all the same: who asks for one hears first whether the policies
 * would let them, as AWS would say, and only then that it is not implemented.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export interface OtherOperation {
  name: string;
  actions: ReadonlyArray<S3Access['action']>;
}

type Table = Readonly<Record<string, Readonly<Record<string, readonly [name: string, ...actions: Array<S3Access['action']>]>>>>;

/** By what the query asks of a bucket, and by method. */
const ofBucket: Table = {
  '': { DELETE: ['DeleteBucket', 's3:DeleteBucket'] },
  accelerate: { GET: ['GetBucketAccelerateConfiguration', 's3:GetAccelerateConfiguration'], PUT: ['PutBucketAccelerateConfiguration', 's3:PutAccelerateConfiguration'] },
  acl: { GET: ['GetBucketAcl', 's3:GetBucketAcl'], PUT: ['PutBucketAcl', 's3:PutBucketAcl'] },
  cors: { GET: ['GetBucketCors', 's3:GetBucketCORS'], PUT: ['PutBucketCors', 's3:PutBucketCORS'], DELETE: ['DeleteBucketCors', 's3:PutBucketCORS'] },
  encryption: { GET: ['GetBucketEncryption', 's3:GetEncryptionConfiguration'], PUT: ['PutBucketEncryption', 's3:PutEncryptionConfiguration'], DELETE: ['DeleteBucketEncryption', 's3:PutEncryptionConfiguration'] },
  inventory: { GET: ['GetBucketInventoryConfiguration', 's3:GetInventoryConfiguration'], PUT: ['PutBucketInventoryConfiguration', 's3:PutInventoryConfiguration'] },
  lifecycle: { GET: ['GetBucketLifecycleConfiguration', 's3:GetLifecycleConfiguration'], PUT: ['PutBucketLifecycleConfiguration', 's3:PutLifecycleConfiguration'], DELETE: ['DeleteBucketLifecycle', 's3:PutLifecycleConfiguration'] },
  logging: { GET: ['GetBucketLogging', 's3:GetBucketLogging'], PUT: ['PutBucketLogging', 's3:PutBucketLogging'] },
  notification: { GET: ['GetBucketNotificationConfiguration', 's3:GetBucketNotification'], PUT: ['PutBucketNotificationConfiguration', 's3:PutBucketNotification'] },
  'object-lock': { GET: ['GetObjectLockConfiguration', 's3:GetBucketObjectLockConfiguration'], PUT: ['PutObjectLockConfiguration', 's3:PutBucketObjectLockConfiguration'] },
  ownershipControls: { GET: ['GetBucketOwnershipControls', 's3:GetBucketOwnershipControls'], PUT: ['PutBucketOwnershipControls', 's3:PutBucketOwnershipControls'], DELETE: ['DeleteBucketOwnershipControls', 's3:PutBucketOwnershipControls'] },
  policy: { GET: ['GetBucketPolicy', 's3:GetBucketPolicy'], PUT: ['PutBucketPolicy', 's3:PutBucketPolicy'], DELETE: ['DeleteBucketPolicy', 's3:DeleteBucketPolicy'] },
  publicAccessBlock: { PUT: ['PutPublicAccessBlock', 's3:PutBucketPublicAccessBlock'], DELETE: ['DeletePublicAccessBlock', 's3:PutBucketPublicAccessBlock'] },
  replication: { GET: ['GetBucketReplication', 's3:GetReplicationConfiguration'], PUT: ['PutBucketReplication', 's3:PutReplicationConfiguration'], DELETE: ['DeleteBucketReplication', 's3:PutReplicationConfiguration'] },
  tagging: { GET: ['GetBucketTagging', 's3:GetBucketTagging'], PUT: ['PutBucketTagging', 's3:PutBucketTagging'], DELETE: ['DeleteBucketTagging', 's3:PutBucketTagging'] },
  uploads: { GET: ['ListMultipartUploads', 's3:ListBucketMultipartUploads'] },
  versioning: { PUT: ['PutBucketVersioning', 's3:PutBucketVersioning'] },
  website: { GET: ['GetBucketWebsite', 's3:GetBucketWebsite'], PUT: ['PutBucketWebsite', 's3:PutBucketWebsite'], DELETE: ['DeleteBucketWebsite', 's3:DeleteBucketWebsite'] },
};

/** By what the query asks of an object, and by method; with `versionId` the last action is the version's. */
const ofObject: Table = {
  acl: { GET: ['GetObjectAcl', 's3:GetObjectAcl'], PUT: ['PutObjectAcl', 's3:PutObjectAcl'] },
  attributes: { GET: ['GetObjectAttributes', 's3:GetObject', 's3:GetObjectAttributes'] },
  'legal-hold': { GET: ['GetObjectLegalHold', 's3:GetObjectLegalHold'], PUT: ['PutObjectLegalHold', 's3:PutObjectLegalHold'] },
  restore: { POST: ['RestoreObject', 's3:RestoreObject'] },
  retention: { GET: ['GetObjectRetention', 's3:GetObjectRetention'], PUT: ['PutObjectRetention', 's3:PutObjectRetention'] },
  select: { POST: ['SelectObjectContent', 's3:GetObject'] },
  tagging: { GET: ['GetObjectTagging', 's3:GetObjectTagging'], PUT: ['PutObjectTagging', 's3:PutObjectTagging'], DELETE: ['DeleteObjectTagging', 's3:DeleteObjectTagging'] },
  torrent: { GET: ['GetObjectTorrent', 's3:GetObjectTorrent'] },
  uploads: { POST: ['CreateMultipartUpload', 's3:PutObject'] },
  uploadId: { GET: ['ListParts', 's3:ListMultipartUploadParts'], PUT: ['UploadPart', 's3:PutObject'], POST: ['CompleteMultipartUpload', 's3:PutObject'], DELETE: ['AbortMultipartUpload', 's3:AbortMultipartUpload'] },
  versionId: { GET: ['GetObject', 's3:GetObjectVersion'], HEAD: ['HeadObject', 's3:GetObjectVersion'], DELETE: ['DeleteObject', 's3:DeleteObjectVersion'] },
};
const versioned: Readonly<Record<string, S3Access['action']>> = {
  's3:GetObjectAcl': 's3:GetObjectVersionAcl', 's3:PutObjectAcl': 's3:PutObjectVersionAcl', 's3:GetObjectTagging': 's3:GetObjectVersionTagging',
  's3:PutObjectTagging': 's3:PutObjectVersionTagging', 's3:DeleteObjectTagging': 's3:DeleteObjectVersionTagging', 's3:GetObjectAttributes': 's3:GetObjectVersionAttributes',
};
/** They make no object yet, as `s3:ObjectCreationOperation` says. */
const parts = new Set(['CreateMultipartUpload', 'UploadPart']);

export function otherOperationOf(method: string, target: Target, query: Query): OtherOperation | null {
  if (target.bucket === '') return null;
  const has = (name: string) => query.some(([found]) => found === name);
  const table = target.key === '' ? ofBucket : ofObject;
  const asked = Object.keys(table).find((name) => name !== '' && has(name) && table[name]![method] !== undefined) ?? '';
  const found = table[asked]?.[method];
  if (found === undefined) return null;
  const [name, ...actions] = found;
  const last = actions.at(-1)!;
  return { name, actions: asked !== 'versionId' && has('versionId') && versioned[last] !== undefined ? [...actions.slice(0, -1), versioned[last]] : actions };
}

/** @throws S3Error `AccessDenied` unless the policies would let it happen. */
export function authorizeOther(rights: Rights, { name, actions }: OtherOperation, request: Pick<Call, 'bucket' | 'key' | 'query' | 'headers'>): void {
  for (const action of actions) requireFor(rights, action, request, parts.has(name) ? 'false' : 'true');
  if (request.headers['x-amz-bypass-governance-retention'] !== undefined) rights.require({ action: 's3:BypassGovernanceRetention', bucket: request.bucket, key: request.key });
  const source = name === 'UploadPart' ? request.headers['x-amz-copy-source'] : undefined;
  if (source !== undefined) {
    const from = parseTarget(source.startsWith('/') ? source : `/${source}`);
    rights.require({ action: 's3:GetObject', bucket: from.bucket, key: from.key });
  }
}
