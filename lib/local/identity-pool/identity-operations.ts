import { decodeJwt } from 'jose';
import * as v from 'valibot';
import { operation, type Operation } from '../cognito/operation.ts';
import type { Pool } from '../cognito/pool.ts';
import { ServiceError } from '../cognito/service-error.ts';
import type { Iam } from '../iam/iam.ts';
import { identityIdOf } from './identity-id.ts';
import { providerName, verifyLogin } from './verify-login.ts';

/** As in `X-Amz-Target: AWSCognitoIdentityService.<name>`. */
export const IDENTITY_TARGET_PREFIX = 'AWSCognitoIdentityService.';

const bounded = (maxChars: number, pattern: RegExp) =>
  v.pipe(
    v.string(),
    v.minLength(1, 'Member must have length greater than or equal to 1'),
    v.maxLength(maxChars, `Member must have length less than or equal to ${maxChars}`),
    v.regex(pattern, `Member must satisfy regular expression pattern: ${pattern.source}`),
  );
const poolId = bounded(55, /^[\w-]+:[0-9a-f-]+$/);
const logins = v.optional(v.pipe(v.record(v.string(), v.pipe(v.string(), v.nonEmpty('Member must have length greater than or equal to 1'), v.maxLength(50_000, 'Member must have length less than or equal to 50000'))), v.check((map) => Object.keys(map).length <= 10, 'Member must have length less than or equal to 10')));

/**
 * The identity pool: an ID token of the user pool for temporary credentials of the one authenticated role, with the
 * claims as principal tags that the template maps. Guests get nothing. Left out: GetOpenIdToken, other providers, role mapping.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html ("Enhanced")
 */
export function identityOperations(iam: Pick<Iam, 'personCredentials' | 'tagsOfClaims'>): ReadonlyMap<string, Operation> {
  /** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html */
  const getId = operation({
    name: 'GetId',
    authorization: 'public',
    input: v.object({ AccountId: v.optional(bounded(15, /^\d+$/)), IdentityPoolId: poolId, Logins: logins }),
    async run(input, pool) {
      requireIdentityPool(pool, input.IdentityPoolId);
      return { IdentityId: identityIdOf(pool, await verifyLogin(pool, input.Logins)) };
    },
  });

  /** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html */
  const getCredentialsForIdentity = operation({
    name: 'GetCredentialsForIdentity',
    authorization: 'public',
    input: v.object({ IdentityId: bounded(55, /^[\w-]+:[0-9a-f-]+$/), Logins: logins, CustomRoleArn: v.optional(v.string()) }),
    async run(input, pool) {
      const user = await verifyLogin(pool, input.Logins);
      // An id of nobody and one of somebody else answer alike.
      if (input.IdentityId !== identityIdOf(pool, user)) {
        throw new ServiceError('NotAuthorizedException', "Logins don't match. Please include at least one valid login for this identity or identity pool.");
      }
      if (input.CustomRoleArn !== undefined) {
        throw new ServiceError('InvalidIdentityPoolConfigurationException', 'Invalid identity pool configuration. Check assigned IAM roles for this pool.');
      }
      const [[provider, token] = ['', '']] = Object.entries(input.Logins ?? {});
      const given = iam.personCredentials({ poolId: pool.config.identityPoolId, amr: ['authenticated', provider], identityId: input.IdentityId, claims: decodeJwt(token) });
      if ('refused' in given) throw new ServiceError('InvalidIdentityPoolConfigurationException', 'Invalid identity pool configuration. Check assigned IAM roles for this pool.');
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = given.credentials;
      return {
        IdentityId: input.IdentityId,
        Credentials: { AccessKeyId: accessKeyId, SecretKey: secretAccessKey, SessionToken: sessionToken, Expiration: expiresAt / 1000 },
      };
    },
  });

  /** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentityPool.html */
  const describeIdentityPool = operation({
    name: 'DescribeIdentityPool',
    authorization: 'signed',
    input: v.object({ IdentityPoolId: poolId }),
    async run(input, pool) {
      const { identityPoolId, clientId, publicClientId } = pool.config;
      requireIdentityPool(pool, input.IdentityPoolId);
      const ProviderName = providerName(pool);
      return {
        IdentityPoolId: identityPoolId,
        IdentityPoolName: 'selkie',
        AllowUnauthenticatedIdentities: false,
        AllowClassicFlow: false,
        CognitoIdentityProviders: [clientId, ...(publicClientId === undefined ? [] : [publicClientId])].map((ClientId) => ({ ProviderName, ClientId, ServerSideTokenCheck: true })),
      };
    },
  });

  /** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetPrincipalTagAttributeMap.html */
  const getPrincipalTagAttributeMap = operation({
    name: 'GetPrincipalTagAttributeMap',
    authorization: 'signed',
    input: v.object({ IdentityPoolId: poolId, IdentityProviderName: bounded(128, /^[\w./:-]+$/) }),
    async run(input, pool) {
      requireIdentityPool(pool, input.IdentityPoolId);
      if (input.IdentityProviderName !== providerName(pool)) throw new ServiceError('ResourceNotFoundException', `No principal tags are set for ${input.IdentityProviderName}.`);
      return { ...input, UseDefaults: false, PrincipalTags: iam.tagsOfClaims };
    },
  });

  return new Map([getId, getCredentialsForIdentity, describeIdentityPool, getPrincipalTagAttributeMap].map((one) => [one.name, one]));
}

function requireIdentityPool(pool: Pool, id: string): void {
  if (id !== pool.config.identityPoolId) throw new ServiceError('ResourceNotFoundException', `IdentityPool '${id}' not found.`);
}
