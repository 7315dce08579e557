import { randomUUID } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import { IDENTITY_TARGET_PREFIX, identityOperations } from '../identity-pool/identity-operations.ts';
import { ACCOUNT_ID } from '../iam/account.ts';
import type { Iam } from '../iam/iam.ts';
import { answerSts, stsActionOf } from '../sts/sts.ts';
import { issuerDocument, type WebIssuer } from '../sts/web-issuer.ts';
import type { LocalService, ServiceRequest, ServiceResponse } from '../service.ts';
import { createManagedLogin } from './managed-login/managed-login.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { openPool, type Pool, type PoolOptions } from './pool.ts';
import { requireSignature } from './require-signature.ts';
import { ServiceError } from './service-error.ts';
import { wellKnown } from './well-known.ts';

/**
 * The embedded Cognito: one user pool with one confidential app client, over AWS's own JSON 1.1 protocol, so that
 * the app uses the AWS SDK and nothing else. The pool's domain (managed login, OAuth 2.0), the identity pool and STS are
 * on the same port.
 *
 *   request ─► protocol (this file) ─► operations/*.ts ─► pool (people, codes, tokens, counters)
 *                  │                       └► flows/*.ts, challenges/*.ts ─► finish-sign-in.ts
 *                  ├► managed-login/*.ts (its forms use the operations)
 *                  ├► ../identity-pool/*.ts
 *                  └► ../sts/*.ts (form posts)
 *
 * The rule is strictness: what AWS refuses is refused here, in AWS's words, because the app's tests are worth no
 * more than their counterpart. A new operation, flow or challenge is a new file and one line in its table.
 * Rejected: `cognito-local`, which takes forged signatures and made-up sessions and keeps plain passwords.
 */
export interface CognitoOptions extends PoolOptions {
  /** Who may do what AWS wants signed, and who people of the identity pool become; without it all of that is refused. */
  iam?: Iam;
  /** Others than the pool whose tokens STS can verify; they publish their keys on this port. */
  issuers?: readonly WebIssuer[];
}

const TARGET_PREFIX = 'AWSCognitoIdentityProviderService.';

export async function createCognito(options: CognitoOptions): Promise<LocalService> {
  const pool = await openPool(options);
  const managedLogin = createManagedLogin(pool);
  const { iam, issuers = [] } = options;
  const services: readonly Service[] = [
    { prefix: TARGET_PREFIX, iamName: 'cognito-idp', resource: `userpool/${pool.config.userPoolId}`, operations },
    { prefix: IDENTITY_TARGET_PREFIX, iamName: 'cognito-identity', resource: `identitypool/${pool.config.identityPoolId}`, operations: iam === undefined ? new Map() : identityOperations(iam) },
  ];

  const documentOf = (request: ServiceRequest) => wellKnown(pool, request) ?? issuerDocument(issuers, request.path);

  return {
    name: 'cognito',
    maxBodyBytes: limits.cognitoBodyMaxBytes,
    operationOf(request) {
      const name = managedLogin.nameOf(request) ?? (request.method === 'GET' ? documentOf(request)?.name : stsActionOf(request) ?? findOperation(request, services)?.name);
      return name ?? 'unknown';
    },
    async handle(request) {
      if (request.method === 'GET') {
        const document = documentOf(request);
        if (document !== undefined) return json(200, 'application/json', document.body, { 'cache-control': 'public, max-age=86400' });
      }
      const page = managedLogin.handle(request);
      if (page !== undefined) return page;
      if (stsActionOf(request) !== undefined) return answerSts(request, { iam, issuers, region: pool.config.region, nowMs: pool.now() });
      try {
        const answer = await call(request, pool, iam, services);
        return json(200, 'application/x-amz-json-1.1', answer);
      } catch (error) {
        return failure(error);
      }
    },
    close: () => pool.save(),
  };
}

/** AWS's names for its services, and what each can do. */
interface Service {
  prefix: string;
  /** Of its actions, ARNs and signatures. */
  iamName: 'cognito-idp' | 'cognito-identity';
  /** What its signed operations are about, as an ARN ends. */
  resource: string;
  operations: ReadonlyMap<string, Operation>;
}

function findService(request: ServiceRequest, services: readonly Service[]): Service | undefined {
  return services.find(({ prefix }) => request.headers['x-amz-target']?.startsWith(prefix));
}

function findOperation(request: ServiceRequest, services: readonly Service[]): Operation | undefined {
  const service = findService(request, services);
  return service?.operations.get(request.headers['x-amz-target']!.slice(service.prefix.length));
}

async function call(request: ServiceRequest, pool: Pool, iam: Iam | undefined, services: readonly Service[]): Promise<object> {
  const operation = findOperation(request, services);
  if (request.method !== 'POST' || request.path !== '/' || operation === undefined) {
    throw new ServiceError('UnknownOperationException', 'Unknown operation: POST / with an X-Amz-Target that this service knows.');
  }
  if (request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() !== 'application/x-amz-json-1.1') {
    throw new ServiceError('SerializationException', 'The content type must be application/x-amz-json-1.1.');
  }
  if (operation.authorization === 'signed') {
    const { region } = pool.config;
    const { iamName: service, resource } = findService(request, services)!;
    const principal = requireSignature(request, { region, iam, nowMs: pool.now(), service });
    const access = { action: `${service}:${operation.name}`, resource: `arn:aws:${service}:${region}:${ACCOUNT_ID}:${resource}`, context: { 'aws:securetransport': ['true'] } };
    const decision = iam!.decide(principal, access);
    if (!decision.allowed) throw new ServiceError('AccessDeniedException', `User: ${principal.name} is not authorized to perform: ${access.action} on resource: ${access.resource} ${decision.why}`);
  }
  return operation.call(decode(request.body), pool);
}

function decode(body: Buffer): object {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServiceError('SerializationException', 'The body must be a JSON object.');
  }
  return value;
}

function failure(error: unknown): ServiceResponse {
  const known = error instanceof ServiceError ? error : new ServiceError('InternalErrorException', 'Something went wrong');
  if (known !== error) console.error('Embedded Cognito:', error);
  const status = known.type === 'InternalErrorException' ? 500 : 400;
  return json(status, 'application/x-amz-json-1.1', { __type: known.type, message: known.message }, { 'x-amzn-errortype': `${known.type}:` });
}

function json(status: number, type: string, body: object, headers: Record<string, string> = {}): ServiceResponse {
  return {
    status,
    headers: { 'content-type': type, 'x-amzn-requestid': randomUUID(), 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
