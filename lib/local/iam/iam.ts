import { ACCOUNT_ID, APP_ROLE_ARN, ROOT_ARN } from './account.ts';
import { type Access, type Decision, evaluate, evaluateFederation, evaluateTrust, type Principal } from './evaluate.ts';
import type { Context } from './pattern.ts';
import { readStack, type Stack } from './read-stack.ts';
import { createCredentialMint, type RoleSession, type TemporaryCredentials } from './temporary-credentials.ts';

/**
 * Who is who, and who may do what, for all services of this cloud: IAM and STS in one. The rules are those of the template
 * that is deployed to AWS, read at start.
 *
 *     key (and token) ─► principal: the account's root · the app's role · a person · the eraser
 *                          │
 *     access ──────────────┴─► policy of the principal + policy of the bucket ─► allowed, or why not
 *
 * Without a template (a bench for S3 alone) there is the root and no rule.
 */
export interface Iam {
  /** Whose key it is; nothing is proven yet. */
  open(accessKeyId: string, sessionToken: string | undefined): OpenedKey;
  /** `bucket`: the one whose own policy counts. */
  decide(principal: Principal, access: Access, bucket?: string): Decision;
  /** STS AssumeRole, without its parameters' own rules. */
  assumeRole(principal: Principal, session: RoleSession, more: { externalId: string | undefined; lifeSeconds: number }): Assumed;
  /** STS AssumeRoleWithWebIdentity for the bearer of a token that has been verified; `provider` as in its ARN. */
  assumeRoleByToken(session: RoleSession, token: { provider: string; sub: string; aud: string }, lifeSeconds: number): Assumed;
  /** Whose tokens the account takes, and for which audiences. */
  identityProviders: ReadonlyMap<string, readonly string[]>;
  /**
   * AssumeRoleWithWebIdentity, as an identity pool does it for somebody whose token it has verified. `amr`: how they came in.
   * https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html
   */
  personCredentials(person: { poolId: string; amr: readonly string[]; identityId: string; claims: Readonly<Record<string, unknown>> }): Assumed;
  /** Which claims of the identity pool's people become tags, by tag. */
  tagsOfClaims: Readonly<Record<string, string>>;
}

export type OpenedKey = { kind: 'known'; secret: string; principal: Principal } | { kind: 'unknown-key' } | { kind: 'invalid-token' } | { kind: 'expired-token' };
export type Assumed = { credentials: TemporaryCredentials; name: string } | { refused: string };

export interface IamOptions {
  /** The account's own keys: secrets by id. */
  rootKeys: ReadonlyMap<string, string>;
  region: string;
  /** Milliseconds since 1970. */
  now(): number;
  rules?: {
    template: unknown;
    bucket: string;
    userPoolId: string;
    clientId: string;
    identityPoolId: string;
    /** The key that the app runs with, as if it had taken its role. */
    appKey: { id: string; secret: string };
    /** A second one, while it replaces the first: an IAM user may have two. */
    otherAppKey?: { id: string; secret: string };
    /** The app runs there, and takes its role by a token; otherwise a role or user of the account may take it. */
    vercel?: { team: string; project: string; environment: string };
    /** Whatever nobody outside this cloud knows. */
    secret: string;
  };
}

/** Nobody can lock the owner out: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html */
const alwaysRoots = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']);

/** @throws Error with one sentence when the template is not understood whole. */
export function createIam({ rootKeys, region, now, rules }: IamOptions): Iam {
  const root: Principal = { arn: ROOT_ARN, name: ROOT_ARN, tags: {}, policy: 'everything' };
  const stack = rules && stackOf(rules, region);
  const mint = rules && createCredentialMint({ secret: rules.secret, now });

  const sessionOf = ({ roleArn, sessionName, tags }: RoleSession): Principal | undefined => {
    const role = stack?.roles.get(roleArn);
    return role && { arn: role.arn, name: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/${role.name}/${sessionName}`, tags, policy: role.policy };
  };
  const app = rules && sessionOf({ roleArn: APP_ROLE_ARN, sessionName: 'app', tags: {} });
  if (rules !== undefined && app === undefined) throw new Error('the template has no role AppRole');

  return {
    open(accessKeyId, sessionToken) {
      if (sessionToken === undefined) {
        const secret = rootKeys.get(accessKeyId);
        // An empty secret would make every signature forgeable.
        if (secret) return { kind: 'known', secret, principal: root };
        const ofApp = [rules?.appKey, rules?.otherAppKey].find((key) => key?.id === accessKeyId);
        if (ofApp !== undefined && ofApp.secret !== '') return { kind: 'known', secret: ofApp.secret, principal: app! };
        return { kind: 'unknown-key' };
      }
      const opened = mint?.open(accessKeyId, sessionToken) ?? { kind: 'invalid' };
      if (opened.kind === 'expired') return { kind: 'expired-token' };
      const principal = opened.kind === 'live' ? sessionOf(opened) : undefined;
      if (opened.kind === 'invalid' || principal === undefined) return { kind: 'invalid-token' };
      return { kind: 'known', secret: opened.secretAccessKey, principal };
    },

    decide(principal, access, bucket) {
      if (principal.policy === 'everything' && alwaysRoots.has(access.action)) return { allowed: true };
      return evaluate(principal, access, (bucket === undefined ? undefined : stack?.bucketPolicies.get(bucket)) ?? []);
    },

    assumeRole(principal, session, { externalId, lifeSeconds }) {
      const role = stack?.roles.get(session.roleArn);
      const taken = sessionOf(session);
      const actions = Object.keys(session.tags).length > 0 ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'];
      // Root takes no role: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
      if (role === undefined || taken === undefined || principal.policy === 'everything') return { refused: 'sts:AssumeRole' };
      const context: Context = {
        ...requestTags(session.tags),
        'sts:rolesessionname': [session.sessionName],
        ...(externalId !== undefined && { 'sts:externalid': [externalId] }),
      };
      const refused = actions.find((action) => !evaluateTrust(principal, { action, resource: session.roleArn, context }, role.trust).allowed);
      return refused !== undefined || mint === undefined ? { refused: refused ?? 'sts:AssumeRole' } : { credentials: mint.issue(session, lifeSeconds), name: taken.name };
    },

    assumeRoleByToken(session, { provider, sub, aud }, lifeSeconds) {
      const taken = sessionOf(session);
      const context: Context = { [`${provider.toLowerCase()}:aud`]: [aud], [`${provider.toLowerCase()}:sub`]: [sub], 'sts:rolesessionname': [session.sessionName] };
      const access: Access = { action: 'sts:AssumeRoleWithWebIdentity', resource: session.roleArn, context };
      const { allowed } = evaluateFederation(`arn:aws:iam::${ACCOUNT_ID}:oidc-provider/${provider}`, access, stack?.roles.get(session.roleArn)?.trust ?? []);
      return !allowed || taken === undefined || mint === undefined ? { refused: access.action } : { credentials: mint.issue(session, lifeSeconds), name: taken.name };
    },

    identityProviders: stack?.identityProviders ?? new Map(),

    personCredentials({ poolId, amr, identityId, claims }) {
      if (stack === undefined || mint === undefined) return { refused: 'sts:AssumeRoleWithWebIdentity' };
      const { roleArn, tagsOfClaims } = stack.identityPool;
      const tags: Record<string, string> = {};
      for (const [tag, claim] of Object.entries(tagsOfClaims)) if (typeof claims[claim] === 'string') tags[tag] = claims[claim];
      const context: Context = {
        ...requestTags(tags),
        'cognito-identity.amazonaws.com:aud': [poolId],
        'cognito-identity.amazonaws.com:amr': amr,
        'cognito-identity.amazonaws.com:sub': [identityId],
      };
      for (const action of ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession']) {
        const { allowed } = evaluateFederation('cognito-identity.amazonaws.com', { action, resource: roleArn, context }, stack.roles.get(roleArn)?.trust ?? []);
        if (!allowed) return { refused: action };
      }
      const session = { roleArn, sessionName: 'CognitoIdentityCredentials', tags };
      return { credentials: mint.issue(session), name: sessionOf(session)!.name };
    },

    tagsOfClaims: stack?.identityPool.tagsOfClaims ?? {},
  };
}

function stackOf(rules: NonNullable<IamOptions['rules']>, region: string): Stack {
  return readStack(rules.template, {
    accountId: ACCOUNT_ID,
    region,
    parameters: {
      BucketName: rules.bucket, AppOrigin: 'https://selkie.example', LoginDomainPrefix: 'selkie',
      // Nobody is either of them here: the app has its role's key or a token, and the rules come from the file.
      ...(rules.vercel === undefined
        ? { AppPrincipalArn: `arn:aws:iam::${ACCOUNT_ID}:user/app-runner` }
        : { VercelTeam: rules.vercel.team, VercelProject: rules.vercel.project, VercelEnvironment: rules.vercel.environment }),
      OperatorArn: `arn:aws:iam::${ACCOUNT_ID}:role/operator`,
    },
    names: { Bucket: rules.bucket, IdentityPool: rules.identityPoolId, UserPool: rules.userPoolId, UserPoolClient: rules.clientId },
  });
}

function requestTags(tags: Readonly<Record<string, string>>): Context {
  const names = Object.keys(tags);
  return {
    ...(names.length > 0 && { 'aws:tagkeys': names }),
    ...Object.fromEntries(names.map((name) => [`aws:requesttag/${name.toLowerCase()}`, [tags[name]!]])),
  };
}
