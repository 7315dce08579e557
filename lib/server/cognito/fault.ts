import 'server-only';

/** What a refusal of Cognito means to us. */
export type CognitoFault =
  /** The word that credentials, session or token are not good; the operation decides which. */
  | 'not-authorized' | 'token-reuse' | 'unknown-user' | 'not-confirmed' | 'reset-required' | 'exists'
  | 'code-mismatch' | 'code-expired' | 'password-policy' | 'invalid' | 'limit' | 'unavailable';

/**
 * Every exception that the SDK exports (a test walks them), of the operations that we call and of those that only
 * an administrator of the pool calls (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/).
 * What is not here (a network error, a timeout, a name that AWS adds) means "unavailable": nobody is let in,
 * and nobody's session ends, by a word we don't know.
 */
export const FAULTS = {
  NotAuthorizedException: 'not-authorized',
  RefreshTokenReuseException: 'token-reuse',
  UnauthorizedException: 'not-authorized',
  UserNotFoundException: 'unknown-user',
  UserNotConfirmedException: 'not-confirmed',
  PasswordResetRequiredException: 'reset-required',
  UsernameExistsException: 'exists',
  AliasExistsException: 'exists',
  CodeMismatchException: 'code-mismatch',
  EnableSoftwareTokenMFAException: 'code-mismatch',
  ExpiredCodeException: 'code-expired',
  InvalidPasswordException: 'password-policy',
  PasswordHistoryPolicyViolationException: 'password-policy',
  InvalidParameterException: 'invalid',
  UnsupportedTokenTypeException: 'invalid',
  // A registration that the browser made for another challenge, origin or relying party, or with a key of a kind that Cognito does not take.
  WebAuthnChallengeNotFoundException: 'invalid',
  WebAuthnClientMismatchException: 'invalid',
  WebAuthnCredentialNotSupportedException: 'invalid',
  WebAuthnOriginNotAllowedException: 'invalid',
  WebAuthnRelyingPartyMismatchException: 'invalid',
  LimitExceededException: 'limit',
  TooManyFailedAttemptsException: 'limit',
  TooManyRequestsException: 'unavailable',
  CodeDeliveryFailureException: 'unavailable',
  ForbiddenException: 'unavailable',
  InternalErrorException: 'unavailable',
  InternalServerException: 'unavailable',
  InvalidEmailRoleAccessPolicyException: 'unavailable',
  InvalidLambdaResponseException: 'unavailable',
  InvalidSmsRoleAccessPolicyException: 'unavailable',
  InvalidSmsRoleTrustRelationshipException: 'unavailable',
  InvalidUserPoolConfigurationException: 'unavailable',
  MFAMethodNotFoundException: 'unavailable',
  ResourceNotFoundException: 'unavailable',
  SoftwareTokenMFANotFoundException: 'unavailable',
  UnexpectedLambdaException: 'unavailable',
  UnsupportedOperationException: 'unavailable',
  UserLambdaValidationException: 'unavailable',
  WebAuthnConfigurationMissingException: 'unavailable',
  WebAuthnNotEnabledException: 'unavailable',
  // The pool lacks a plan or a feature, or our key a permission: the operator's to mend.
  AccessDeniedException: 'unavailable',
  FeatureUnavailableInTierException: 'unavailable',
  InvalidOAuthFlowException: 'unavailable',
  OperationNotEnabledException: 'unavailable',
  ScopeDoesNotExistException: 'unavailable',
  ServiceQuotaExceededException: 'unavailable',
  TierChangeNotAllowedException: 'unavailable',
  UnsupportedIdentityProviderException: 'unavailable',
  UnsupportedUserStateException: 'unavailable',
  UserPoolAddOnNotEnabledException: 'unavailable',
  // Of operations on pools, clients, groups, providers and branding, which Selkie never calls.
  ConcurrentModificationException: 'unavailable',
  DeviceKeyExistsException: 'unavailable',
  DuplicateProviderException: 'unavailable',
  GroupExistsException: 'unavailable',
  ManagedLoginBrandingExistsException: 'unavailable',
  PreconditionNotMetException: 'unavailable',
  TermsExistsException: 'unavailable',
  UserImportInProgressException: 'unavailable',
  UserPoolTaggingException: 'unavailable',
} as const satisfies Record<string, CognitoFault>;

export interface Refusal {
  fault: CognitoFault;
  /** The exception's name, for log and audit. */
  name: string;
  /** Cognito's words; only those about the password policy are for the person. */
  message: string;
}

/** Pure: turns what the SDK threw into a refusal. */
export function judgeCognitoError(error: unknown): Refusal {
  const name = error instanceof Error ? error.name : 'unknown';
  const message = error instanceof Error ? error.message : '';
  // Cognito's own lock after failed passwords (for unknown names too) has no exception of its own.
  if (name === 'NotAuthorizedException' && message === 'Password attempts exceeded') return { fault: 'limit', name, message };
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name as keyof typeof FAULTS] : 'unavailable';
  return { fault, name, message };
}
