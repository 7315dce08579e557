import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as limits from '../../core/limits.ts';
import type { LocalService, ServiceRequest, ServiceResponse } from '../service.ts';
import type { Iam } from '../iam/iam.ts';
import { admit } from './admit.ts';
import { authenticate } from './authenticate.ts';
import { rightsOf } from './authorize.ts';
import { BucketStore } from './bucket-store.ts';
import { createBucket, getBucketLocation, getBucketVersioning, getPublicAccessBlock, headBucket, listBuckets } from './buckets.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { errorDocument } from './error-document.ts';
import { getObject, headObject } from './get-object.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import type { Call, Cloud, Handler } from './operations.ts';
import { otherOperationOf } from './other-operations.ts';
import { readPayload } from './payload.ts';
import { putObject } from './put-object.ts';
import { authenticatePostForm, isPostForm, readPostForm } from './post-form.ts';
import { type Operation, isBucketName, operationOf, parseTarget, requireBucketName, requireKnownHeaders } from './route.ts';
import { S3Error } from './s3-error.ts';
import { parseQuery } from './uri.ts';

/**
 * A strict subset of S3's REST interface, path style, for one account.
 *
 *     request → target and operation (route) → who sent it (authenticate) → what it carries (payload)
 *             → whether they may (admit, ../iam) → operation (put-object, get-object, …) → bucket on disk (bucket-store)
 *
 * Strict means: what AWS refuses is refused with AWS's code, and what is not done here answers 501 rather than
 * something that looks right. A look-alike that ignores `If-None-Match` or a signature would let the app's own
 * mistakes through, and this server is the bench that has to catch them. Rejected: the npm look-alikes, which let
 * all of 20 racing create-only writers win, and virtual-host style, which needs names that resolve.
 */
const handlers: Readonly<Record<Operation, Handler>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  GetPublicAccessBlock: getPublicAccessBlock,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
};

export interface S3Options {
  dataDir: string;
  region: string;
  /** Who is who, and who may do what. */
  iam: Iam;
  /** `aws:SecureTransport`. By default every request counts as secure: on loopback nobody listens in between. */
  isSecure?(request: ServiceRequest): boolean;
  /** Milliseconds since 1970. */
  now(): number;
  /** Hears of objects that were set aside at start; stderr by default. */
  warn?(sentence: string): void;
}

export type LocalS3 = LocalService & {
  /** Makes the bucket where it is not. @throws S3Error `InvalidBucketName`. */
  ensureBucket(name: string): Promise<void>;
};

/** Opens every bucket in `dataDir` (made where it is not) and answers for them. */
export async function createS3(options: S3Options): Promise<LocalS3> {
  const warn = options.warn ?? ((sentence: string) => void process.stderr.write(`${sentence}\n`));
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const buckets = new Map<string, BucketStore>();
  const opening = new Map<string, Promise<void>>();

  const ensureBucket = async (name: string): Promise<void> => {
    requireBucketName(name);
    if (buckets.has(name)) return;
    // Two callers at once must get one store: two would disagree about what is there.
    const under = opening.get(name) ?? BucketStore.open(join(options.dataDir, name), warn).then((store) => void buckets.set(name, store));
    opening.set(name, under);
    await under.finally(() => opening.delete(name));
  };
  for (const entry of await readdir(options.dataDir, { withFileTypes: true }))
    // Other folders are none of ours (`lost+found`, a file manager's own).
    if (entry.isDirectory() && isBucketName(entry.name)) await ensureBucket(entry.name);

  const cloud: Cloud = { region: options.region, nowMs: options.now, buckets, createBucket: ensureBucket };

  const answer = async (request: ServiceRequest): Promise<ServiceResponse> => {
    const target = parseTarget(request.path);
    const query = parseQuery(request.query);
    const { iam, region, now } = options;
    const post = isPostForm(request, target) ? readPostForm(request) : undefined;
    const proof = post === undefined
      ? authenticate(
        { method: request.method, path: decodeURIComponent(request.path), query, headers: request.headers, rawHeaders: request.raw.rawHeaders },
        { region, iam, nowMs: now() },
      )
      : authenticatePostForm(post, { region, iam, nowMs: now() });
    const rights = rightsOf(iam, proof.principal, options.isSecure?.(request) ?? true);
    const { operation, ...admitted } = admit(rights, request, post);
    requireKnownHeaders(operation, request.headers);
    const { body, trailers } = readPayload(request.body, request.headers, proof);
    const call: Call = { ...admitted, headers: request.headers, trailers, body, rights };
    return handlers[operation](call, cloud).catch((error: unknown) => {
      throw hideAbsence(error, call);
    });
  };

  return {
    name: 's3',
    maxBodyBytes: limits.cloudObjectMaxBytes + limits.cloudFramingMaxBytes,
    ensureBucket,
    operationOf(request) {
      try {
        const [target, query] = [parseTarget(request.path), parseQuery(request.query)];
        return operationOf(request.method, target, query, request.headers) ?? otherOperationOf(request.method, target, query)?.name ?? 'unknown';
      } catch {
        return 'unknown';
      }
    },
    async handle(request) {
      const requestId = randomBytes(8).toString('hex').toUpperCase();
      const reply = await answer(request).catch((error: unknown) => {
        if (error instanceof S3Error) return refusal(error, request.path, requestId);
        throw error;
      });
      return { ...reply, headers: { server: 'AmazonS3', 'x-amz-request-id': requestId, ...reply.headers } };
    },
    async close() {},
  };
}

/**
 * Whoever may not list the bucket must not learn from 404 what is there (API_GetObject, "Permissions"). A right that hangs
 * on a prefix does not count, since reading an object names none.
 */
function hideAbsence(error: unknown, { bucket, rights }: Call): unknown {
  if (!(error instanceof S3Error) || error.code !== 'NoSuchKey' || rights.may({ action: 's3:ListBucket', bucket, key: '' })) return error;
  return new S3Error('AccessDenied', 'Access Denied');
}

function refusal(error: S3Error, resource: string, requestId: string): ServiceResponse {
  return { status: error.status, headers: { 'content-type': 'application/xml', ...error.headers }, body: errorDocument(error, resource, requestId) };
}
