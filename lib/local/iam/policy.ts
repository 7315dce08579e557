import * as v from 'valibot';
import { type Condition, parseCondition } from './condition.ts';
import { isKnownKey } from './context-keys.ts';
import { parsePattern, type Pattern, variablesOf } from './pattern.ts';

/** One statement of a policy, ready to be asked. */
export interface Statement {
  sid: string;
  effect: 'Allow' | 'Deny';
  /** Of a bucket's or a role's own policy: `everybody`, or ARNs and names of providers. */
  principals: 'everybody' | { aws: readonly string[]; federated: readonly string[] } | undefined;
  actions: Choice;
  /** A role's trust policy names no resource: it is the role itself. */
  resources: Choice | undefined;
  conditions: readonly Condition[];
}

/** `not`: all but these (NotAction, NotResource). */
export interface Choice {
  not: boolean;
  patterns: readonly Pattern[];
}

/** Where a policy hangs: on a role, on a bucket, or on a role as the answer to who may take it. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

const texts = v.union([v.pipe(v.string(), v.transform((text) => [text])), v.pipe(v.array(v.string()), v.minLength(1))]);
const statement = v.strictObject({
  /** AWS does not want one, we do: tests and errors name statements by it. */
  Sid: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]+$/)),
  Effect: v.picklist(['Allow', 'Deny']),
  Principal: v.optional(v.union([v.literal('*'), v.strictObject({ AWS: v.optional(texts), Federated: v.optional(texts) })])),
  Action: v.optional(texts),
  NotAction: v.optional(texts),
  Resource: v.optional(texts),
  NotResource: v.optional(texts),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), texts)), {}),
});
const document = v.strictObject({ Version: v.literal('2012-10-17'), Statement: v.pipe(v.array(statement), v.minLength(1)) });

/**
 * A policy document. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @throws Error that names the statement and what in it is not understood; nothing is ever skipped.
 */
export function parsePolicy(input: unknown, kind: PolicyKind): Statement[] {
  const parsed = v.safeParse(document, input);
  if (!parsed.success) throw new Error(`the policy is not understood at ${v.getDotPath(parsed.issues[0]) ?? 'its root'}: ${parsed.issues[0].message}`);
  return parsed.output.Statement.map((one) => {
    try {
      return parseStatement(one, kind);
    } catch (error) {
      throw new Error(`${one.Sid}: ${(error as Error).message}`, { cause: error });
    }
  });
}

function parseStatement(one: v.InferOutput<typeof statement>, kind: PolicyKind): Statement {
  const resources = choice(one.Resource, one.NotResource, 'Resource');
  if ((one.Principal === undefined) !== (kind === 'identity')) throw new Error(kind === 'identity' ? 'a policy of a role names no Principal' : 'the Principal is missing');
  if ((resources === undefined) !== (kind === 'trust')) throw new Error(kind === 'trust' ? 'a trust policy names no Resource' : 'the Resource is missing');
  const actions = choice(one.Action?.map(lower), one.NotAction?.map(lower), 'Action');
  if (actions === undefined) throw new Error('the Action is missing');
  return {
    sid: one.Sid,
    effect: one.Effect,
    principals: parsePrincipals(one.Principal),
    actions,
    resources,
    conditions: Object.entries(one.Condition).flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]) => parseCondition(operator, key, values))),
  };
}

function parsePrincipals(principal: v.InferOutput<typeof statement>['Principal']): Statement['principals'] {
  if (principal === undefined) return undefined;
  if (principal === '*') return 'everybody';
  const { AWS: aws = [], Federated: federated = [] } = principal;
  if (aws.includes('*')) return 'everybody';
  if (aws.length + federated.length === 0) throw new Error('the Principal is empty');
  // AWS takes no other wildcard here, and no user or service signs in at this cloud.
  const odd = aws.find((arn) => !/^arn:aws:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/.test(arn));
  if (odd !== undefined) throw new Error(`the principal ${odd} is not understood`);
  return { aws, federated };
}

function choice(these: readonly string[] | undefined, allBut: readonly string[] | undefined, name: string): Choice | undefined {
  if (these !== undefined && allBut !== undefined) throw new Error(`${name} and Not${name} exclude one another`);
  const patterns = (these ?? allBut)?.map((text) => parsePattern(text));
  const unknown = patterns?.flatMap(variablesOf).find((variable) => !isKnownKey(variable));
  if (unknown !== undefined) throw new Error(`the variable \${${unknown}} is not known here`);
  return patterns && { not: allBut !== undefined, patterns };
}

/** Actions have no case. */
function lower(text: string): string {
  return text.toLowerCase();
}
