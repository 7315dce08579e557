import * as limits from '../../core/limits.ts';
import { verifyChecksums } from './checksums.ts';
import { judgeDelete } from './conditions.ts';
import { type Handler, requireAlso, requireBucket, xmlReply } from './operations.ts';
import { requireKey } from './route.ts';
import { S3Error } from './s3-error.ts';
import { parseXml, type XmlElement, type XmlNode } from './xml.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Handler = async (call, cloud) => {
  const ifMatch = call.headers['if-match'];
  await requireBucket(cloud, call.bucket).remove(call.key, (existing) => judgeDelete(existing, ifMatch), ifMatch !== undefined);
  return { status: 204, headers: {}, body: '' };
};

interface Wanted {
  key: string;
  etag: string | undefined;
  /** The one version that a bucket without versioning has, `null`. */
  isVersion: boolean;
}

/**
 * Up to 1,000 keys in one call, each with its own outcome.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export const deleteObjects: Handler = async (call, cloud) => {
  const bucket = requireBucket(cloud, call.bucket);
  const proven = verifyChecksums(call.body, call.headers, call.trailers);
  if (!proven && call.headers['content-md5'] === undefined)
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  if (call.body.length > limits.s3XmlMaxBytes) throw malformed();
  const { wanted, quiet } = parseDelete(parseXml(call.body.toString('utf8')));
  const outcomes: Array<XmlNode | null> = wanted.map(() => null);
  const queue = wanted.entries();
  const worker = async () => {
    for (const [at, { key, etag, isVersion }] of queue) {
      try {
        requireAlso(call, isVersion ? 's3:DeleteObjectVersion' : 's3:DeleteObject', call.bucket, key);
        await bucket.remove(key, (existing) => judgeDelete(existing, etag), etag !== undefined);
        if (!quiet) outcomes[at] = ['Deleted', [['Key', key], ...(isVersion ? [['VersionId', 'null'] as const] : [])]];
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        outcomes[at] = ['Error', [['Key', key], ['Code', error.code], ['Message', error.message]]];
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return xmlReply('DeleteResult', outcomes.filter((outcome) => outcome !== null));
};

function malformed(): S3Error {
  return new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
}

function parseDelete(root: XmlElement): { wanted: Wanted[]; quiet: boolean } {
  if (root.name !== 'Delete') throw malformed();
  const wanted: Wanted[] = [];
  let quiet = false;
  for (const child of root.children) {
    if (child.name === 'Object') wanted.push(parseObject(child));
    else if (child.name === 'Quiet' && /^(true|false)$/.test(child.text)) quiet = child.text === 'true';
    else throw malformed();
  }
  if (wanted.length === 0 || wanted.length > limits.s3DeleteMaxKeys) throw malformed();
  return { wanted, quiet };
}

function parseObject(element: XmlElement): Wanted {
  let key = '';
  let etag: string | undefined;
  let isVersion = false;
  for (const child of element.children) {
    if (child.name === 'Key') key = child.text;
    else if (child.name === 'ETag') etag = child.text;
    else if (child.name === 'VersionId' && child.text === 'null') isVersion = true;
    else throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', { Header: child.name });
  }
  if (key === '') throw malformed();
  requireKey(key);
  return { key, etag, isVersion };
}
