import { randomUUID } from 'node:crypto';
import { ServiceError } from '../cognito/service-error.ts';
import { requireSignature } from '../cognito/require-signature.ts';
import type { Iam } from '../iam/iam.ts';
import { escapeXml } from '../s3/xml.ts';
import type { ServiceRequest, ServiceResponse } from '../service.ts';
import { parseAssumeRole } from './assume-role.ts';

/**
 * STS as far as the app needs it: AssumeRole with session tags, over AWS's Query protocol (a form post, an XML answer).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
interface StsOptions {
  iam: Iam | undefined;
  region: string;
  nowMs: number;
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The action of a request that is meant for STS; undefined for any other. */
export function stsActionOf({ method, path, headers, body }: ServiceRequest): string | undefined {
  if (method !== 'POST' || path !== '/' || headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams(body.toString('utf8')).get('Action') ?? 'unknown';
}

export function answerSts(request: ServiceRequest, options: StsOptions): ServiceResponse {
  const requestId = randomUUID();
  try {
    const { iam } = options;
    const principal = requireSignature(request, { ...options, service: 'sts' });
    const action = stsActionOf(request);
    if (action !== 'AssumeRole') throw new ServiceError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
    const { session, lifeSeconds, externalId } = parseAssumeRole(new URLSearchParams(request.body.toString('utf8')), principal);
    const assumed = iam!.assumeRole(principal, session, { lifeSeconds, externalId });
    if ('refused' in assumed) throw new ServiceError('AccessDenied', `User: ${principal.name} is not authorized to perform: ${assumed.refused} on resource: ${session.roleArn}`);
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = assumed.credentials;
    const text = (name: string, value: string) => `<${name}>${escapeXml(value)}</${name}>`;
    const credentials = text('AccessKeyId', accessKeyId) + text('SecretAccessKey', secretAccessKey) + text('SessionToken', sessionToken) + text('Expiration', new Date(expiresAt).toISOString());
    const user = text('AssumedRoleId', `AROA${session.roleArn.split('/')[1]!.toUpperCase()}:${session.sessionName}`) + text('Arn', assumed.name);
    return xml(200, `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult><AssumedRoleUser>${user}</AssumedRoleUser><Credentials>${credentials}</Credentials></AssumeRoleResult>` +
      `<ResponseMetadata>${text('RequestId', requestId)}</ResponseMetadata></AssumeRoleResponse>`);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const [code, status] = codes[error.type] ?? [error.type, 400];
    return xml(status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`);
  }
}

/** What the JSON services call otherwise. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const codes: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDenied: ['AccessDenied', 403],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 403],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
};

function xml(status: number, body: string): ServiceResponse {
  return { status, headers: { 'content-type': 'text/xml', 'cache-control': 'no-store' }, body };
}
