import { randomUUID } from 'node:crypto';
import { ServiceError } from '../cognito/service-error.ts';
import { requireSignature } from '../cognito/require-signature.ts';
import type { Assumed, Iam } from '../iam/iam.ts';
import type { RoleSession } from '../iam/temporary-credentials.ts';
import { escapeXml } from '../s3/xml.ts';
import type { ServiceRequest, ServiceResponse } from '../service.ts';
import { parseAssumeRole } from './assume-role.ts';
import { parseWebIdentity } from './web-identity.ts';
import type { WebIssuer } from './web-issuer.ts';

/**
 * STS as far as the app needs it: AssumeRole with session tags, and AssumeRoleWithWebIdentity, which nobody signs since the token
 * is the proof; over AWS's Query protocol (a form post, an XML answer).
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
interface StsOptions {
  /** Without it nobody has a key or a provider, so every request is refused before it is needed. */
  iam: Iam | undefined;
  /** Whose keys it can have. */
  issuers: readonly WebIssuer[];
  region: string;
  nowMs: number;
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The action of a request that is meant for STS; undefined for any other. */
export function stsActionOf({ method, path, headers, body }: ServiceRequest): string | undefined {
  if (method !== 'POST' || path !== '/' || headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams(body.toString('utf8')).get('Action') ?? 'unknown';
}

/** Answers every request for which `stsActionOf` has an action; a refusal is an answer, as AWS writes it. */
export async function answerSts(request: ServiceRequest, options: StsOptions): Promise<ServiceResponse> {
  const requestId = randomUUID();
  try {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const action = stsActionOf(request);
    const result = action === 'AssumeRoleWithWebIdentity' ? await assumeByToken(form, options) : assumeByKey(action, form, request, options);
    return xml(200, `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result><ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata></${action}Response>`);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const [code, status] = codes[error.type] ?? [error.type, 400];
    return xml(status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`);
  }
}

function assumeByKey(action: string | undefined, form: URLSearchParams, request: ServiceRequest, options: StsOptions): string {
  const principal = requireSignature(request, { ...options, service: 'sts' });
  if (action !== 'AssumeRole') throw new ServiceError('InvalidAction', `Could not find operation ${action} for version 2011-06-15`);
  const { session, lifeSeconds, externalId } = parseAssumeRole(form, principal);
  const assumed = options.iam!.assumeRole(principal, session, { lifeSeconds, externalId });
  if ('refused' in assumed) throw new ServiceError('AccessDenied', `User: ${principal.name} is not authorized to perform: ${assumed.refused} on resource: ${session.roleArn}`);
  return resultOf(session, assumed);
}

async function assumeByToken(form: URLSearchParams, { iam, issuers, nowMs }: StsOptions): Promise<string> {
  const { provider, sub, aud, lifeSeconds, ...role } = await parseWebIdentity(form, iam?.identityProviders ?? new Map(), issuers, nowMs);
  const session = { ...role, tags: {} };
  const assumed = iam!.assumeRoleByToken(session, { provider, sub, aud }, lifeSeconds);
  // To somebody without a name in the account it says no more.
  if ('refused' in assumed) throw new ServiceError('AccessDenied', `Not authorized to perform ${assumed.refused}`);
  return resultOf(session, assumed) + element('SubjectFromWebIdentityToken', sub) + element('Audience', aud) + element('Provider', `https://${provider}`);
}

function resultOf({ roleArn, sessionName }: RoleSession, { credentials, name }: Exclude<Assumed, { refused: string }>): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials;
  const keys = element('AccessKeyId', accessKeyId) + element('SecretAccessKey', secretAccessKey) + element('SessionToken', sessionToken) + element('Expiration', new Date(expiresAt).toISOString());
  const user = element('AssumedRoleId', `AROA${roleArn.split('/').at(-1)!.toUpperCase()}:${sessionName}`) + element('Arn', name);
  return `<AssumedRoleUser>${user}</AssumedRoleUser><Credentials>${keys}</Credentials>`;
}

function element(name: string, value: string): string {
  return `<${name}>${escapeXml(value)}</${name}>`;
}

/** What the JSON services call otherwise. https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
const codes: Readonly<Record<string, readonly [code: string, status: number]>> = {
  AccessDenied: ['AccessDenied', 403],
  MissingAuthenticationTokenException: ['MissingAuthenticationToken', 403],
  IncompleteSignatureException: ['IncompleteSignature', 403],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  UnrecognizedClientException: ['InvalidClientTokenId', 403],
  ExpiredTokenException: ['ExpiredToken', 403],
  ExpiredIdentityToken: ['ExpiredTokenException', 400],
};

function xml(status: number, body: string): ServiceResponse {
  return { status, headers: { 'content-type': 'text/xml', 'cache-control': 'no-store' }, body };
}
