import type { Operation } from './operation.ts';
import { adminCreateUser } from './operations/admin-create-user.ts';
import { changePassword } from './operations/change-password.ts';
import { confirmForgotPassword } from './operations/confirm-forgot-password.ts';
import { confirmSignUp } from './operations/confirm-sign-up.ts';
import { deleteUser } from './operations/delete-user.ts';
import { forgotPassword } from './operations/forgot-password.ts';
import { getTokensFromRefreshToken } from './operations/get-tokens-from-refresh-token.ts';
import { getUser } from './operations/get-user.ts';
import { globalSignOut } from './operations/global-sign-out.ts';
import { initiateAuth } from './operations/initiate-auth.ts';
import { resendConfirmationCode } from './operations/resend-confirmation-code.ts';
import { respondToAuthChallenge } from './operations/respond-to-auth-challenge.ts';
import { revokeToken } from './operations/revoke-token.ts';
import { signUp } from './operations/sign-up.ts';

/** Every operation that the embedded Cognito answers, by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    adminCreateUser,
    changePassword,
    confirmForgotPassword,
    confirmSignUp,
    deleteUser,
    forgotPassword,
    getTokensFromRefreshToken,
    getUser,
    globalSignOut,
    initiateAuth,
    resendConfirmationCode,
    respondToAuthChallenge,
    revokeToken,
    signUp,
  ].map((operation) => [operation.name, operation]),
);
