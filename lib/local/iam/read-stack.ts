import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parsePolicy, type Statement } from './policy.ts';
import { type Resource, resolveTemplate, type StackSettings } from './resolve-template.ts';

/** The rules that a template makes, as the embedded cloud obeys them. */
export interface Stack {
  /** By ARN. */
  roles: ReadonlyMap<string, Role>;
  /** Each bucket's own policy, by its name. */
  bucketPolicies: ReadonlyMap<string, readonly Statement[]>;
  /** Whose tokens the account takes, by issuer, and for which audiences. */
  identityProviders: ReadonlyMap<string, readonly string[]>;
  /** What people of the identity pool become, and which claims of theirs become tags. */
  identityPool: { id: string; roleArn: string; tagsOfClaims: Readonly<Record<string, string>> };
}

export interface Role {
  arn: string;
  name: string;
  trust: readonly Statement[];
  policy: readonly Statement[];
}

const document = v.unknown();
const roleSchema = v.strictObject({
  AssumeRolePolicyDocument: document,
  Policies: v.optional(v.array(v.strictObject({ PolicyName: v.string(), PolicyDocument: document })), []),
});
const policySchema = v.strictObject({ PolicyName: v.string(), Roles: v.array(v.string()), PolicyDocument: document });
const bucketPolicySchema = v.strictObject({ Bucket: v.string(), PolicyDocument: document });
const poolSchema = v.object({ AllowUnauthenticatedIdentities: v.literal(false), AllowClassicFlow: v.literal(false) });
const tagsSchema = v.object({ IdentityPoolId: v.string(), UseDefaults: v.literal(false), PrincipalTags: v.record(v.string(), v.string()) });
const rolesSchema = v.strictObject({ IdentityPoolId: v.string(), Roles: v.strictObject({ authenticated: v.string() }) });
/** Without a role, which would be a second way to rights. */
const groupSchema = v.strictObject({ UserPoolId: v.string(), GroupName: v.string() });
const providerSchema = v.strictObject({ Url: v.string(), ClientIdList: v.array(v.string()) });
/** Whose policies are read. */
const ruling = ['AWS::S3::BucketPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::IAM::OIDCProvider', 'AWS::Cognito::IdentityPool', 'AWS::Cognito::IdentityPoolPrincipalTag', 'AWS::Cognito::IdentityPoolRoleAttachment', 'AWS::Cognito::UserPoolGroup'];
/** What grants and refuses nothing by itself. */
const ruled = ['AWS::S3::Bucket', 'AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient', 'AWS::Cognito::UserPoolDomain', 'AWS::Cognito::ManagedLoginBranding'];

/** The file that is deployed to AWS. */
export const templatePath = new URL('../../infra/selkie.template.json', import.meta.url);

export function readTemplate(): unknown {
  return JSON.parse(readFileSync(templatePath, 'utf8'));
}

/**
 * Reads every role, policy and bucket policy of a template. A resource that could grant or refuse something and is not
 * understood stops the start.
 * @throws Error with one sentence that names the resource.
 */
export function readStack(template: unknown, settings: StackSettings): Stack {
  const resources = resolveTemplate(template, settings);
  const ofType = <S extends v.GenericSchema>(type: string, schema: S): Array<{ id: string; is: v.InferOutput<S> }> =>
    resources.filter((one) => one.type === type).map((one) => ({ id: one.id, is: parseResource(one, schema) }));
  // A document may be the text of one: only so can the name of a context key depend on a parameter.
  const policyOf = (id: string, input: unknown, kind: Parameters<typeof parsePolicy>[1]) => about(id, () => parsePolicy(typeof input === 'string' ? JSON.parse(input) : input, kind));

  const attached = ofType('AWS::IAM::Policy', policySchema);
  const roles = ofType('AWS::IAM::Role', roleSchema).map(({ id, is }): Role => ({
    arn: `arn:aws:iam::${settings.accountId}:role/${id}`,
    name: id,
    trust: policyOf(id, is.AssumeRolePolicyDocument, 'trust'),
    policy: [
      ...is.Policies.flatMap(({ PolicyDocument }) => policyOf(id, PolicyDocument, 'identity')),
      ...attached.filter(({ is: { Roles } }) => Roles.includes(id)).flatMap((one) => policyOf(one.id, one.is.PolicyDocument, 'identity')),
    ],
  }));
  ofType('AWS::Cognito::IdentityPool', poolSchema);
  ofType('AWS::Cognito::UserPoolGroup', groupSchema);
  const providers = ofType('AWS::IAM::OIDCProvider', providerSchema);
  const [tags] = ofType('AWS::Cognito::IdentityPoolPrincipalTag', tagsSchema);
  const [attachment] = ofType('AWS::Cognito::IdentityPoolRoleAttachment', rolesSchema);
  if (tags === undefined || attachment === undefined || tags.is.IdentityPoolId !== attachment.is.IdentityPoolId) throw new Error('the template makes no identity pool with tags and a role');
  const odd = resources.find(({ type }) => !ruling.includes(type) && !ruled.includes(type));
  if (odd !== undefined) throw new Error(`${odd.id}: a resource of type ${odd.type} is not understood here`);
  return {
    roles: new Map(roles.map((role) => [role.arn, role])),
    bucketPolicies: new Map(ofType('AWS::S3::BucketPolicy', bucketPolicySchema).map(({ id, is }) => [is.Bucket, policyOf(id, is.PolicyDocument, 'resource')])),
    identityProviders: new Map(providers.map(({ is }) => [is.Url, is.ClientIdList])),
    identityPool: { id: tags.is.IdentityPoolId, roleArn: attachment.is.Roles.authenticated, tagsOfClaims: tags.is.PrincipalTags },
  };
}

function parseResource<S extends v.GenericSchema>(resource: Resource, schema: S): v.InferOutput<S> {
  const parsed = v.safeParse(schema, resource.properties);
  if (parsed.success) return parsed.output;
  throw new Error(`${resource.id}: not understood at ${v.getDotPath(parsed.issues[0]) ?? 'its root'}`);
}

function about<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${id}: ${(error as Error).message}`, { cause: error });
  }
}
