import 'server-only';
import { AdminDeleteUserCommand, AdminUserGlobalSignOutCommand } from '@aws-sdk/client-cognito-identity-provider';
import { serverEnv } from '../env.ts';
import { ask, type Asked } from './client.ts';

/** Calls in the server's own right: IAM must allow each for the pool. `userId` is the `sub`, which Cognito takes for a name. */

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html: every refresh token of the person is dead. */
export function signOutEverywhere(userId: string): Promise<Asked<unknown>> {
  return ask((client, deadline) => client.send(new AdminUserGlobalSignOutCommand(named(userId)), deadline));
}

/**
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
 * Not DeleteUser: that one needs a living access token, which dies with the account, so a deletion that broke
 * off could never be repeated, and "not authorized" would have to pass for "gone". Here `unknown-user` is the word for it.
 */
export function deleteUser(userId: string): Promise<Asked<unknown>> {
  return ask((client, deadline) => client.send(new AdminDeleteUserCommand(named(userId)), deadline));
}

function named(userId: string): { UserPoolId: string; Username: string } {
  return { UserPoolId: serverEnv().cognito.userPoolId, Username: userId };
}
