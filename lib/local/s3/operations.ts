import type { ServiceResponse } from '../service.ts';
import type { Rights, S3Access } from './authorize.ts';
import type { BucketStore } from './bucket-store.ts';
import { S3Error } from './s3-error.ts';
import type { Query } from './uri.ts';
import { type XmlNode, xmlDocument } from './xml.ts';

/** A request that has proven who sent it and what it carries, ready for an operation. */
export interface Call {
  bucket: string;
  key: string;
  query: Query;
  headers: Readonly<Record<string, string>>;
  trailers: Readonly<Record<string, string>>;
  body: Buffer;
  rights: Rights;
}

/** All that operations may touch. */
export interface Cloud {
  region: string;
  nowMs(): number;
  buckets: ReadonlyMap<string, BucketStore>;
  createBucket(name: string): Promise<void>;
}

export type Handler = (call: Call, cloud: Cloud) => Promise<ServiceResponse>;

export function requireBucket(cloud: Cloud, name: string): BucketStore {
  const bucket = cloud.buckets.get(name);
  if (!bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
  return bucket;
}

/** What an operation does beside its address, such as reading a copy's source. @throws S3Error `AccessDenied`. */
export function requireAlso(call: Call, action: S3Access['action'], bucket: string, key: string): void {
  call.rights.require({ action, bucket, key });
}

/** The parameter's first value. */
export function parameter(call: Call, name: string): string | undefined {
  return call.query.find(([found]) => found === name)?.[1];
}

export function xmlReply(root: string, children: readonly XmlNode[] | string): ServiceResponse {
  return { status: 200, headers: { 'content-type': 'application/xml' }, body: xmlDocument(root, children) };
}

/** As S3 writes times in XML; it knows whole seconds. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
