/**
 * A refusal in AWS's words. `type` is the exception's name as the SDK knows it; all but the internal one are
 * HTTP 400 in the JSON 1.1 protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html).
 */
export class ServiceError extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** The exceptions that several operations share, each with the words that AWS uses. */
export const refuse = {
  wrongCredentials: () => new ServiceError('NotAuthorizedException', 'Incorrect username or password.'),
  userDisabled: () => new ServiceError('NotAuthorizedException', 'User is disabled.'),
  notConfirmed: () => new ServiceError('UserNotConfirmedException', 'User is not confirmed.'),
  wrongCode: () => new ServiceError('CodeMismatchException', 'Invalid verification code provided, please try again.'),
  expiredCode: () => new ServiceError('ExpiredCodeException', 'Invalid code provided, please request a code again.'),
  limitExceeded: () => new ServiceError('LimitExceededException', 'Attempt limit exceeded, please try after some time.'),
  lockedOut: () => new ServiceError('NotAuthorizedException', 'Password attempts exceeded'),
  missing: (parameter: string) => new ServiceError('InvalidParameterException', `Missing required parameter ${parameter}`),
  invalid: (message: string) => new ServiceError('InvalidParameterException', message),
};
