/** The default rules of a Cognito user pool; a pool may set others, which its refusal then names. */
export const PASSWORD_RULES = 'At least 8 characters, with a capital and a small letter, a digit and a symbol.';
