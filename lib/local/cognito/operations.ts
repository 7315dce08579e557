import type { Operation } from './operation.ts';
import { addUserPoolClientSecret } from './operations/add-user-pool-client-secret.ts';
import { adminAddUserToGroup } from './operations/admin-add-user-to-group.ts';
import { adminCreateUser } from './operations/admin-create-user.ts';
import { adminDeleteSoftwareToken } from './operations/admin-delete-software-token.ts';
import { adminDeleteUser } from './operations/admin-delete-user.ts';
import { adminDisableUser } from './operations/admin-disable-user.ts';
import { adminEnableUser } from './operations/admin-enable-user.ts';
import { adminGetUser } from './operations/admin-get-user.ts';
import { adminListGroupsForUser } from './operations/admin-list-groups-for-user.ts';
import { adminRemoveUserFromGroup } from './operations/admin-remove-user-from-group.ts';
import { adminSetUserMfaPreference } from './operations/admin-set-user-mfa-preference.ts';
import { adminSetUserPassword } from './operations/admin-set-user-password.ts';
import { adminUpdateUserAttributes } from './operations/admin-update-user-attributes.ts';
import { adminUserGlobalSignOut } from './operations/admin-user-global-sign-out.ts';
import { associateSoftwareToken } from './operations/associate-software-token.ts';
import { changePassword } from './operations/change-password.ts';
import { completeWebAuthnRegistration } from './operations/complete-web-authn-registration.ts';
import { confirmForgotPassword } from './operations/confirm-forgot-password.ts';
import { confirmSignUp } from './operations/confirm-sign-up.ts';
import { createGroup } from './operations/create-group.ts';
import { deleteGroup } from './operations/delete-group.ts';
import { deleteUser } from './operations/delete-user.ts';
import { deleteUserPoolClientSecret } from './operations/delete-user-pool-client-secret.ts';
import { deleteWebAuthnCredential } from './operations/delete-web-authn-credential.ts';
import { describeUserPool } from './operations/describe-user-pool.ts';
import { describeUserPoolClient } from './operations/describe-user-pool-client.ts';
import { forgotPassword } from './operations/forgot-password.ts';
import { getGroup } from './operations/get-group.ts';
import { getTokensFromRefreshToken } from './operations/get-tokens-from-refresh-token.ts';
import { getUser } from './operations/get-user.ts';
import { getUserPoolMfaConfig } from './operations/get-user-pool-mfa-config.ts';
import { globalSignOut } from './operations/global-sign-out.ts';
import { initiateAuth } from './operations/initiate-auth.ts';
import { listGroups } from './operations/list-groups.ts';
import { listUserPoolClientSecrets } from './operations/list-user-pool-client-secrets.ts';
import { listUsers } from './operations/list-users.ts';
import { listUsersInGroup } from './operations/list-users-in-group.ts';
import { listWebAuthnCredentials } from './operations/list-web-authn-credentials.ts';
import { resendConfirmationCode } from './operations/resend-confirmation-code.ts';
import { respondToAuthChallenge } from './operations/respond-to-auth-challenge.ts';
import { revokeToken } from './operations/revoke-token.ts';
import { setUserMfaPreference } from './operations/set-user-mfa-preference.ts';
import { signUp } from './operations/sign-up.ts';
import { startWebAuthnRegistration } from './operations/start-web-authn-registration.ts';
import { verifySoftwareToken } from './operations/verify-software-token.ts';

/** Every operation that the embedded Cognito answers, by name. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  [
    adminAddUserToGroup,
    adminCreateUser,
    adminDeleteSoftwareToken,
    adminDeleteUser,
    adminDisableUser,
    adminEnableUser,
    adminGetUser,
    adminListGroupsForUser,
    adminRemoveUserFromGroup,
    adminSetUserMfaPreference,
    adminSetUserPassword,
    adminUpdateUserAttributes,
    addUserPoolClientSecret,
    adminUserGlobalSignOut,
    associateSoftwareToken,
    changePassword,
    completeWebAuthnRegistration,
    confirmForgotPassword,
    confirmSignUp,
    createGroup,
    deleteGroup,
    deleteUser,
    deleteUserPoolClientSecret,
    deleteWebAuthnCredential,
    describeUserPool,
    describeUserPoolClient,
    forgotPassword,
    getGroup,
    getTokensFromRefreshToken,
    getUser,
    getUserPoolMfaConfig,
    globalSignOut,
    initiateAuth,
    listGroups,
    listUserPoolClientSecrets,
    listUsers,
    listUsersInGroup,
    listWebAuthnCredentials,
    resendConfirmationCode,
    respondToAuthChallenge,
    revokeToken,
    setUserMfaPreference,
    signUp,
    startWebAuthnRegistration,
    verifySoftwareToken,
  ].map((operation) => [operation.name, operation]),
);
