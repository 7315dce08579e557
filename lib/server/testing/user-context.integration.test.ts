import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Browser, password, type RouteStack, startRouteStack } from './route-stack.ts';

let stack: RouteStack;

beforeAll(async () => {
  stack = await startRouteStack();
});
afterAll(() => stack.close());

test("every call that can carry it tells Cognito the person's address, and no log, record or answer has it in full", async () => {
  const logged: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: unknown) => void logged.push(String(line)));
  const send = vi.spyOn(CognitoIdentityProviderClient.prototype, 'send');
  const browser = new Browser();
  browser.headers['x-forwarded-for'] = '203.0.113.77';
  const email = 'ada@example.com';
  const answers: string[] = [];
  const post = async (path: string, body: object) => {
    const reply = await browser.call('POST', `/api/auth/${path}`, body);
    answers.push(JSON.stringify([reply.data, ...reply.response.headers]));
  };
  await post('sign-up', { email, password });
  await post('resend', { email });
  await post('confirm', { email, code: stack.codeFor(email) });
  await post('forgot', { email });
  await post('reset', { email, code: stack.codeFor(email), password: 'Other-horse-10' });
  await post('sign-in', { email, password: 'Other-horse-10' });
  await post('email-code', { email });
  await post('challenge', { code: stack.codeFor(email) });
  await post('passkey/options', { email });
  await post('passkey', { credential: { id: 'aaaa', rawId: 'aaaa', type: 'public-key', response: { clientDataJSON: 'aaaa', authenticatorData: 'aaaa', signature: 'aaaa' } } });

  // RevokeToken, for the session that the second sign-in replaced, has no such member.
  const sent = send.mock.calls.filter(([command]) => command.constructor.name !== 'RevokeTokenCommand').map(([command]) => [command.constructor.name, (command.input as { UserContextData?: unknown }).UserContextData]);
  const context = { IpAddress: '203.0.113.77' };
  expect(sent).toEqual([
    ['SignUpCommand', context], ['ResendConfirmationCodeCommand', context], ['ConfirmSignUpCommand', context], ['ForgotPasswordCommand', context],
    ['ConfirmForgotPasswordCommand', context], ['InitiateAuthCommand', context], ['InitiateAuthCommand', context], ['RespondToAuthChallengeCommand', context],
    ['InitiateAuthCommand', context], ['RespondToAuthChallengeCommand', context],
  ]);
  expect(logged.length).toBeGreaterThan(5);
  expect((await stack.redisDump()) + logged.join() + answers.join()).not.toContain('203.0.113.77');

  // Nobody knows it: then nothing is said, rather than something wrong.
  send.mockClear();
  const hidden = new Browser();
  delete hidden.headers['x-forwarded-for'];
  await hidden.call('POST', '/api/auth/sign-in', { email, password: 'Other-horse-10' });
  expect(send.mock.calls.map(([command]) => 'UserContextData' in command.input)).toEqual([false]);
});
