/**
 * The context keys that this cloud puts into its questions, and so the only ones that a policy may name. A key that AWS
 * knows and we don't would silently be "absent" here, which for a Deny can mean "allowed".
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
const known = new Set([
  'aws:securetransport', 'aws:principalarn', 'aws:tagkeys',
  's3:prefix', 's3:delimiter', 's3:max-keys', 's3:if-none-match', 's3:if-match', 's3:objectcreationoperation', 's3:x-amz-copy-source', 's3:x-amz-acl', 's3:versionid',
  'sts:externalid', 'sts:rolesessionname',
  'cognito-identity.amazonaws.com:aud', 'cognito-identity.amazonaws.com:amr', 'cognito-identity.amazonaws.com:sub',
]);
/** `aws:PrincipalTag/sub` and its like. */
const tagged = /^aws:(principaltag|requesttag)\/[\w.:/=+@-]{1,128}$/;
/** Claims of the tokens that prove a deployment of a Vercel team. */
const ofVercel = /^oidc\.vercel\.com\/[a-z0-9-]+:(aud|sub)$/;
/** Those with several values need ForAllValues or ForAnyValue. */
const multivalued = new Set(['aws:tagkeys', 'cognito-identity.amazonaws.com:amr']);

/** `key` in lower case. */
export function isKnownKey(key: string): boolean {
  return known.has(key) || tagged.test(key) || ofVercel.test(key);
}

export function isMultivalued(key: string): boolean {
  return multivalued.has(key);
}
