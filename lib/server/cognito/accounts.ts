import 'server-only';
import {
  ChangePasswordCommand, ConfirmForgotPasswordCommand, ConfirmSignUpCommand, ForgotPasswordCommand, ResendConfirmationCodeCommand, SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Caller } from '../caller.ts';
import { serverEnv } from '../env.ts';
import { ask, secretHash, type Asked } from './client.ts';
import { userContext } from './user-context.ts';

function named(email: string, caller: Caller) {
  return { ClientId: serverEnv().cognito.clientId, SecretHash: secretHash(email), Username: email, ...userContext(caller) };
}

/** The pool takes the address as the user name and gives the person an id (`sub`) of its own. */
export function signUp(email: string, password: string, caller: Caller): Promise<Asked<unknown>> {
  const input = { ...named(email, caller), Password: password, UserAttributes: [{ Name: 'email', Value: email }] };
  return ask((client, deadline) => client.send(new SignUpCommand(input), deadline));
}

export function confirmSignUp(email: string, code: string, caller: Caller): Promise<Asked<unknown>> {
  return ask((client, deadline) => client.send(new ConfirmSignUpCommand({ ...named(email, caller), ConfirmationCode: code }), deadline));
}

export function resendCode(email: string, caller: Caller): Promise<Asked<unknown>> {
  return ask((client, deadline) => client.send(new ResendConfirmationCodeCommand(named(email, caller)), deadline));
}

export function forgotPassword(email: string, caller: Caller): Promise<Asked<unknown>> {
  return ask((client, deadline) => client.send(new ForgotPasswordCommand(named(email, caller)), deadline));
}

export function resetPassword(email: string, code: string, password: string, caller: Caller): Promise<Asked<unknown>> {
  const input = { ...named(email, caller), ConfirmationCode: code, Password: password };
  return ask((client, deadline) => client.send(new ConfirmForgotPasswordCommand(input), deadline));
}

export function changePassword(accessToken: string, current: string, next: string): Promise<Asked<unknown>> {
  const input = { AccessToken: accessToken, PreviousPassword: current, ProposedPassword: next };
  return ask((client, deadline) => client.send(new ChangePasswordCommand(input), deadline));
}
