import { timingSafeEqual } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import { S3Error } from './s3-error.ts';
import type { Principal } from '../iam/evaluate.ts';
import type { Iam } from '../iam/iam.ts';
import { ALGORITHM, canonicalRequest, requestSignature, signingKey } from './sigv4.ts';
import type { Query } from './uri.ts';

/** What a signature covers, as it came over the wire. */
export interface SignedRequest {
  method: string;
  /** Decoded path. */
  path: string;
  query: Query;
  headers: Readonly<Record<string, string>>;
  /** Names and values in turn, as sent (Node's `rawHeaders`); SigV4 joins repeats with a bare comma. */
  rawHeaders: readonly string[];
}

export interface Keyring {
  region: string;
  /** Whose key it is. */
  iam: Pick<Iam, 'open'>;
  nowMs: number;
}

/** A request that proved itself; the rest is what signed chunks go on from. */
export interface Proof {
  /** `x-amz-content-sha256`, or `UNSIGNED-PAYLOAD` for a presigned address that says nothing. */
  payloadHash: string;
  principal: Principal;
  signature: string;
  key: Buffer;
  scope: string;
  amzDate: string;
}

interface Claim {
  malformed: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError';
  credential: string;
  signedHeaders: string;
  signature: string;
  amzDate: string;
  payloadHash: string;
  query: Query;
}

const authParameters = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature'];

/**
 * Proves who sent a request, by header or by presigned address, or throws AWS's own refusal. Nobody is anonymous.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function authenticate(request: SignedRequest, keyring: Keyring): Proof {
  const presigned = request.query.some(([name]) => authParameters.includes(name));
  const header = request.headers['authorization'];
  if (presigned && header !== undefined)
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified');
  if (!presigned && header === undefined) throw new S3Error('AccessDenied', 'Access Denied');

  const claim = presigned ? claimOfQuery(request) : claimOfHeader(request, header ?? '');
  const { key, scope, principal } = openCredential(claim, keyring, sessionTokenOf(request, presigned));
  requireFresh(claim, request, keyring, presigned);

  const names = claim.signedHeaders.split(';');
  requireCovered(names, request, presigned);
  const canonical = canonicalRequest({
    method: request.method,
    path: request.path,
    query: claim.query,
    headers: [...names].sort().map((name) => [name, headerAsSent(request.rawHeaders, name)] as const),
    payloadHash: claim.payloadHash,
  });
  const expected = requestSignature(key, claim.amzDate, scope, canonical);
  if (!sameText(expected, claim.signature))
    throw new S3Error('SignatureDoesNotMatch', 'The request signature we calculated does not match the signature you provided. Check your key and signing method.');
  return { payloadHash: claim.payloadHash, principal, signature: expected, key, scope, amzDate: claim.amzDate };
}

/** Equal without telling by time where two signatures differ. */
export function sameText(a: string, b: string): boolean {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

function claimOfHeader(request: SignedRequest, header: string): Claim {
  const malformed = 'AuthorizationHeaderMalformed' as const;
  const [algorithm, ...rest] = header.trim().split(/\s+/);
  if (algorithm !== ALGORITHM)
    throw new S3Error('InvalidRequest', `The authorization mechanism you have provided is not supported. Please use ${ALGORITHM}.`);
  const fields = new Map<string, string>();
  for (const part of rest.join('').split(',')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0));
    if (equals < 1 || fields.has(name)) throw new S3Error(malformed, 'The authorization header is malformed.');
    fields.set(name, part.slice(equals + 1));
  }
  const field = (name: string): string => {
    const value = fields.get(name);
    if (!value) throw new S3Error(malformed, `The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature (${name} is missing).`);
    return value;
  };
  const payloadHash = request.headers['x-amz-content-sha256'];
  if (payloadHash === undefined)
    throw new S3Error('MissingSecurityHeader', 'Your request was missing a required header', { MissingHeaderName: 'x-amz-content-sha256' });
  return {
    malformed,
    credential: field('Credential'),
    signedHeaders: field('SignedHeaders'),
    signature: field('Signature'),
    amzDate: dateOfHeaders(request.headers),
    payloadHash,
    query: request.query,
  };
}

function claimOfQuery(request: SignedRequest): Claim {
  const malformed = 'AuthorizationQueryParametersError' as const;
  const parameter = (name: string): string => {
    const values = request.query.filter(([found]) => found === name).map(([, value]) => value);
    const [value] = values;
    if (values.length !== 1 || !value)
      throw new S3Error(malformed, `Query-string authentication version 4 requires the ${authParameters.join(', ')} parameters.`);
    return value;
  };
  if (parameter('X-Amz-Algorithm') !== ALGORITHM) throw new S3Error(malformed, `X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const expires = parameter('X-Amz-Expires');
  if (!/^\d{1,9}$/.test(expires) || Number(expires) < 1) throw new S3Error(malformed, 'X-Amz-Expires should be a number of seconds from 1');
  if (Number(expires) > limits.s3PresignMaxSeconds)
    throw new S3Error(malformed, 'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds');
  const said = request.query.find(([name]) => name === 'X-Amz-Content-Sha256')?.[1] ?? request.headers['x-amz-content-sha256'];
  return {
    malformed,
    credential: parameter('X-Amz-Credential'),
    signedHeaders: parameter('X-Amz-SignedHeaders'),
    signature: parameter('X-Amz-Signature'),
    amzDate: parameter('X-Amz-Date'),
    payloadHash: said ?? 'UNSIGNED-PAYLOAD',
    query: request.query.filter(([name]) => name !== 'X-Amz-Signature'),
  };
}

/** `x-amz-date`, else `Date`, as `YYYYMMDDTHHMMSSZ`. */
function dateOfHeaders(headers: Readonly<Record<string, string>>): string {
  const amzDate = headers['x-amz-date'];
  if (amzDate !== undefined) return amzDate;
  const http = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(http)) throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  return new Date(http).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** Milliseconds of `YYYYMMDDTHHMMSSZ`, or NaN; `Date.parse` refuses a 31st of February. */
function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (!parts) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** The token where the signature is: in its header, or in the query of a presigned address. It is signed with the rest. */
function sessionTokenOf(request: SignedRequest, presigned: boolean): string | undefined {
  const header = request.headers['x-amz-security-token'];
  const [parameter, ...more] = request.query.filter(([name]) => name === 'X-Amz-Security-Token').map(([, value]) => value);
  if (more.length > 0 || (presigned ? header : parameter) !== undefined) throw invalidToken();
  return presigned ? parameter : header;
}

function invalidToken(): S3Error {
  return new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid.');
}

/** Whose key it is: a lasting one, or, with a session token, a temporary one that the token vouches for. */
function findSecret(accessKeyId: string, sessionToken: string | undefined, iam: Keyring['iam']): { secret: string; principal: Principal } {
  const opened = iam.open(accessKeyId, sessionToken);
  switch (opened.kind) {
    case 'known':
      return opened;
    case 'invalid-token':
      throw invalidToken();
    case 'expired-token':
      throw new S3Error('ExpiredToken', 'The provided token has expired.');
    case 'unknown-key':
      throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', { AWSAccessKeyId: accessKeyId });
  }
}

function openCredential(claim: Claim, keyring: Keyring, sessionToken: string | undefined): { key: Buffer; scope: string; principal: Principal } {
  const parts = claim.credential.split('/');
  const [accessKeyId, date, region, service, end] = parts;
  const refuse = (why: string, details: Record<string, string> = {}) =>
    new S3Error(claim.malformed, claim.malformed === 'AuthorizationHeaderMalformed' ? `The authorization header is malformed; ${why}` : `Error parsing the X-Amz-Credential parameter; ${why}`, details);
  if (parts.length !== 5 || !accessKeyId || !date || !region)
    throw refuse('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
  if (service !== 's3') throw refuse(`incorrect service "${service}". This endpoint belongs to "s3".`);
  if (end !== 'aws4_request') throw refuse(`incorrect terminal "${end}". This endpoint uses "aws4_request".`);
  if (region !== keyring.region) throw refuse(`the region '${region}' is wrong; expecting '${keyring.region}'`, { Region: keyring.region });
  if (date !== claim.amzDate.slice(0, 8)) throw refuse(`the date "${date}" is not that of the request, "${claim.amzDate.slice(0, 8)}".`);
  const { secret, principal } = findSecret(accessKeyId, sessionToken, keyring.iam);
  return { key: signingKey(secret, date, region), scope: parts.slice(1).join('/'), principal };
}

function requireFresh(claim: Claim, request: SignedRequest, keyring: Keyring, presigned: boolean): void {
  const sentMs = parseAmzDate(claim.amzDate);
  const skewMs = limits.s3ClockSkewMaxSeconds * 1000;
  const server = new Date(keyring.nowMs).toISOString();
  if (!presigned) {
    if (Number.isNaN(sentMs)) throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
    if (Math.abs(keyring.nowMs - sentMs) > skewMs)
      throw new S3Error('RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.', {
        RequestTime: claim.amzDate,
        ServerTime: server,
        MaxAllowedSkewMilliseconds: String(skewMs),
      });
    return;
  }
  if (Number.isNaN(sentMs)) throw new S3Error(claim.malformed, 'X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd\'T\'HHmmss\'Z\'"');
  const seconds = Number(request.query.find(([name]) => name === 'X-Amz-Expires')?.[1]);
  if (keyring.nowMs < sentMs - skewMs) throw new S3Error('AccessDenied', 'Request is not valid yet', { ServerTime: server });
  if (!(keyring.nowMs <= sentMs + seconds * 1000))
    throw new S3Error('AccessDenied', 'Request has expired', { 'X-Amz-Expires': String(seconds), ServerTime: server });
}

/** `host` and each `x-amz-*` header must be signed: one that is not could have been added on the way. */
function requireCovered(signed: readonly string[], request: SignedRequest, presigned: boolean): void {
  if (new Set(signed).size !== signed.length || signed.some((name) => name === '' || name !== name.toLowerCase()))
    throw new S3Error(presigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed', 'SignedHeaders must be lower-case names, each once, joined with semicolons.');
  const missing = Object.keys(request.headers).filter((name) => (name === 'host' || name.startsWith('x-amz-')) && !signed.includes(name));
  if (!signed.includes('host') && !missing.includes('host')) missing.push('host');
  if (missing.length > 0)
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', { HeadersNotSigned: missing.join(', ') });
}

function headerAsSent(rawHeaders: readonly string[], name: string): string {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.toLowerCase() === name) values.push((rawHeaders[i + 1] ?? '').trim());
  return values.join(',');
}
