import type { ServiceRequest } from '../service.ts';
import { type Keyring, type Proof, sameText } from './authenticate.ts';
import type { OtherOperation } from './other-operations.ts';
import type { Target } from './route.ts';
import { S3Error } from './s3-error.ts';
import { ALGORITHM, postSignature, signingKey } from './sigv4.ts';

/**
 * An upload by a browser's form, which proves its sender in its own fields. It is not done here; who sends one hears all the
 * same what the policies say to it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 */
export const POST_OBJECT: OtherOperation = { name: 'PostObject', actions: ['s3:PutObject'] };

export interface PostForm {
  key: string;
  /** By lower-case name. */
  fields: ReadonlyMap<string, string>;
}

export function isPostForm(request: ServiceRequest, target: Target): boolean {
  return request.method === 'POST' && target.bucket !== '' && target.key === '' && /^multipart\/form-data\s*;/i.test(request.headers['content-type'] ?? '');
}

/** The fields before the file. @throws S3Error `MalformedPOSTRequest`. */
export function readPostForm(request: ServiceRequest): PostForm {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(request.headers['content-type'] ?? '');
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) throw malformed();
  const fields = new Map<string, string>();
  for (const part of request.body.toString('utf8').split(`--${name}`).slice(1)) {
    const field = /^\r\ncontent-disposition: *form-data; *name="([^"]+)"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n([\s\S]*)\r\n$/i.exec(part);
    if (field === null) break;
    const [, key = '', value = ''] = field;
    if (key.toLowerCase() === 'file') break;
    if (fields.has(key.toLowerCase())) throw malformed();
    fields.set(key.toLowerCase(), value);
  }
  const key = fields.get('key');
  if (!key) throw malformed();
  return { key, fields };
}

/** Whose form it is: the signature is over its policy text. @throws S3Error in AWS's words. */
export function authenticatePostForm({ fields }: PostForm, { iam, region }: Keyring): Proof {
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new S3Error('AccessDenied', 'Access Denied');
    return value;
  };
  const [accessKeyId = '', date = '', itsRegion, service, end, ...more] = field('x-amz-credential').split('/');
  if (field('x-amz-algorithm') !== ALGORITHM || itsRegion !== region || service !== 's3' || end !== 'aws4_request' || more.length > 0) throw new S3Error('AccessDenied', 'Access Denied');
  const opened = iam.open(accessKeyId, fields.get('x-amz-security-token'));
  if (opened.kind === 'invalid-token') throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
  if (opened.kind === 'expired-token') throw new S3Error('ExpiredToken', 'The provided token has expired.');
  if (opened.kind === 'unknown-key') throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  const key = signingKey(opened.secret, date, region);
  const signature = postSignature(key, field('policy'));
  if (!sameText(signature, field('x-amz-signature')))
    throw new S3Error('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. Check your key and signing method.');
  return { payloadHash: 'UNSIGNED-PAYLOAD', principal: opened.principal, signature, key, scope: `${date}/${region}/s3/aws4_request`, amzDate: field('x-amz-date') };
}

function malformed(): S3Error {
  return new S3Error('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');
}
