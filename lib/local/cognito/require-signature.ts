import { createHmac, timingSafeEqual } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import type { Principal } from '../iam/evaluate.ts';
import type { Iam } from '../iam/iam.ts';
import { ALGORITHM, canonicalRequest, requestSignature, sha256Hex } from '../s3/sigv4.ts';
import type { ServiceRequest } from '../service.ts';
import { ServiceError } from './service-error.ts';

export interface SignatureRules {
  region: string;
  /** Whose key it is; without it, every signed operation is refused. */
  iam: Pick<Iam, 'open'> | undefined;
  nowMs: number;
  /** As in the credential's scope. */
  service: 'cognito-idp' | 'cognito-identity' | 'sts';
}

/**
 * Who sent the request. Throws unless it carries a valid Signature Version 4 in its `Authorization` header.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function requireSignature(request: ServiceRequest, rules: SignatureRules): Principal {
  const { authorization } = request.headers;
  if (authorization === undefined) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const parts = /^AWS4-HMAC-SHA256 +Credential=([^\s,]+), *SignedHeaders=([^\s,]+), *Signature=([0-9a-f]{64})$/.exec(authorization);
  const date = request.headers['x-amz-date'] ?? '';
  if (parts === null || !/^\d{8}T\d{6}Z$/.test(date)) {
    throw new ServiceError('IncompleteSignatureException', `The Authorization header must be ${ALGORITHM} with Credential, SignedHeaders and Signature, beside X-Amz-Date.`);
  }
  const [, credential = '', signedHeaders = '', signature = ''] = parts;
  const [accessKeyId = '', ...scope] = credential.split('/');
  if (scope.join('/') !== `${date.slice(0, 8)}/${rules.region}/${rules.service}/aws4_request`) {
    throw new ServiceError('InvalidSignatureException', `Credential should be scoped to a valid date, region and service: expected ${rules.region}/${rules.service}.`);
  }
  const opened = rules.iam?.open(accessKeyId, request.headers['x-amz-security-token']);
  if (opened?.kind === 'expired-token') throw new ServiceError('ExpiredTokenException', 'The security token included in the request is expired');
  if (opened?.kind !== 'known') throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  const skewMs = Math.abs(rules.nowMs - Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')));
  if (!(skewMs <= limits.s3ClockSkewMaxSeconds * 1000)) {
    throw new ServiceError('InvalidSignatureException', 'Signature expired: the date of the request is too far from now.');
  }
  const names = signedHeaders.split(';');
  const mustSign = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (!['host', 'x-amz-date', ...(rules.service === 'sts' ? [] : ['x-amz-target']), ...mustSign].every((name) => names.includes(name))) {
    throw new ServiceError('InvalidSignatureException', 'The host header and every x-amz- header must be signed.');
  }
  const expected = requestSignature(signingKey(opened.secret, scope), date, scope.join('/'), canonicalRequest({
    method: request.method,
    path: request.path,
    query: [],
    headers: [...names].sort().map((name) => [name, request.headers[name] ?? ''] as const),
    payloadHash: sha256Hex(request.body),
  }));
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw new ServiceError('InvalidSignatureException', 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.');
  }
  return opened.principal;
}

function signingKey(secret: string, scope: readonly string[]): Buffer {
  return scope.reduce<Buffer>((key, part) => createHmac('sha256', key).update(part).digest(), Buffer.from(`AWS4${secret}`));
}
