import { type Handler, isoTime, requireBucket, xmlReply } from './operations.ts';
import { S3Error } from './s3-error.ts';
import { parseXml, type XmlNode } from './xml.ts';

/** There is one account behind all access keys. */
export const OWNER: readonly XmlNode[] = [
  ['ID', 'selkie'],
  ['DisplayName', 'selkie'],
];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: Handler = async (_call, cloud) => {
  const names = [...cloud.buckets.keys()].sort();
  return xmlReply('ListAllMyBucketsResult', [
    ['Owner', OWNER],
    ['Buckets', names.map((name) => ['Bucket', [['Name', name], ['CreationDate', isoTime(requireBucket(cloud, name).createdMs)]]] as const)],
  ]);
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html; in us-east-1 making one's own again is a success. */
export const createBucket: Handler = async (call, cloud) => {
  const wanted = locationConstraint(call.body);
  if (wanted !== cloud.region && !(wanted === null && cloud.region === 'us-east-1'))
    throw new S3Error(
      'IllegalLocationConstraintException',
      `The ${wanted ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  if (cloud.buckets.has(call.bucket) && cloud.region !== 'us-east-1')
    throw new S3Error('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', { BucketName: call.bucket });
  await cloud.createBucket(call.bucket);
  return { status: 200, headers: { location: `/${call.bucket}` }, body: '' };
};

function locationConstraint(body: Buffer): string | null {
  if (body.length === 0) return null;
  const root = parseXml(body.toString('utf8'));
  const [only, ...more] = root.children;
  if (root.name !== 'CreateBucketConfiguration' || more.length > 0) throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
  if (!only) return null;
  if (only.name !== 'LocationConstraint')
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: only.name });
  return only.text === '' ? null : only.text;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: Handler = async (call, cloud) => {
  requireBucket(cloud, call.bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': cloud.region, 'content-type': 'application/xml' }, body: '' };
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: us-east-1 is the empty one. */
export const getBucketLocation: Handler = async (call, cloud) => {
  requireBucket(cloud, call.bucket);
  return xmlReply('LocationConstraint', cloud.region === 'us-east-1' ? '' : cloud.region);
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html: empty, since no versions are kept here. */
export const getBucketVersioning: Handler = async (call, cloud) => {
  requireBucket(cloud, call.bucket);
  return xmlReply('VersioningConfiguration', []);
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html: nobody comes in here without a signature, and access lists are refused. */
export const getPublicAccessBlock: Handler = async (call, cloud) => {
  requireBucket(cloud, call.bucket);
  return xmlReply('PublicAccessBlockConfiguration', ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].map((name) => [name, 'true'] as const));
};
