import { type Context, isLike } from './pattern.ts';
import type { Choice, Statement } from './policy.ts';

/** Who asks. */
export interface Principal {
  /** As `aws:PrincipalArn` has it: the account's root, or the role behind a session. */
  arn: string;
  /** As refusals name it, session included. */
  name: string;
  tags: Readonly<Record<string, string>>;
  /** `everything`: the account's root, which no policy of its own limits. */
  policy: readonly Statement[] | 'everything';
}

/** What one request wants to do to one thing. */
export interface Access {
  /** As `s3:GetObject`. */
  action: string;
  /** ARN. */
  resource: string;
  /** By lower-case key, without what follows from the principal. */
  context: Context;
}

export type Decision = { allowed: true } | { allowed: false; why: string };

/**
 * AWS's logic within one account: a Deny anywhere decides; then an Allow of the principal's own policy or of the
 * resource's; nothing is allowed unless something says so.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(principal: Principal, access: Access, resourcePolicy: readonly Statement[]): Decision {
  const context = contextOf(principal, access);
  const own = principal.policy === 'everything' ? [] : principal.policy.filter((one) => applies(one, access, context));
  const theirs = resourcePolicy.filter((one) => names(one, principal) !== 'nobody' && applies(one, access, context));
  if (own.some(({ effect }) => effect === 'Deny')) return refused('with an explicit deny in an identity-based policy');
  if (theirs.some(({ effect }) => effect === 'Deny')) return refused('with an explicit deny in a resource-based policy');
  const isAllowed = principal.policy === 'everything' || own.length > 0 || theirs.some((one) => names(one, principal) === 'them');
  return isAllowed ? { allowed: true } : refused(`because no identity-based policy allows the ${access.action} action`);
}

/**
 * Whether the principal may take a role. The trust policy must say so; where it names the whole account and not the
 * principal, the principal's own policy must as well.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
 */
export function evaluateTrust(principal: Principal, access: Access, trust: readonly Statement[]): Decision {
  const context = contextOf(principal, access);
  const own = principal.policy === 'everything' ? [] : principal.policy.filter((one) => applies(one, access, context));
  const theirs = trust.filter((one) => names(one, principal) !== 'nobody' && applies(one, access, context));
  if ([...own, ...theirs].some(({ effect }) => effect === 'Deny')) return refused('with an explicit deny');
  const isNamed = theirs.some((one) => names(one, principal) === 'them');
  if (isNamed || (theirs.length > 0 && (own.length > 0 || principal.policy === 'everything'))) return { allowed: true };
  return refused(`because no policy allows the ${access.action} action`);
}

/** Whether a provider's people may take a role. */
export function evaluateFederation(provider: string, access: Access, trust: readonly Statement[]): Decision {
  const found = trust.filter(({ principals, ...one }) => {
    const isMeant = principals === 'everybody' || (principals?.federated.includes(provider) ?? false);
    return isMeant && applies({ principals, ...one }, access, access.context);
  });
  if (found.length > 0 && found.every(({ effect }) => effect === 'Allow')) return { allowed: true };
  return refused(`because no trust policy allows the ${access.action} action`);
}

function refused(why: string): Decision {
  return { allowed: false, why };
}

function contextOf(principal: Principal, access: Access): Context {
  const tags = Object.entries(principal.tags).map(([name, value]) => [`aws:principaltag/${name.toLowerCase()}`, [value]] as const);
  return { ...access.context, 'aws:principalarn': [principal.arn], ...Object.fromEntries(tags) };
}

/** Without the principal, which only policies of resources name. */
function applies({ actions, resources, conditions }: Statement, access: Access, context: Context): boolean {
  return (
    chooses(actions, access.action.toLowerCase(), context) &&
    (resources === undefined || chooses(resources, access.resource, context)) &&
    conditions.every((condition) => condition.isMet(context))
  );
}

function chooses({ not, patterns }: Choice, text: string, context: Context): boolean {
  return patterns.some((pattern) => isLike(text, pattern, context)) !== not;
}

/** `account`: the principal's account is named, which leaves it to the account's own policies. */
function names({ principals }: Statement, principal: Principal): 'them' | 'account' | 'nobody' {
  if (principals === undefined) return 'nobody';
  if (principals === 'everybody' || principals.aws.includes(principal.arn)) return 'them';
  const account = principal.arn.split(':')[4];
  return principals.aws.includes(`arn:aws:iam::${account}:root`) ? 'account' : 'nobody';
}
