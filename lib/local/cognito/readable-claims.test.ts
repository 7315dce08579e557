import { expect, test } from 'vitest';
import { readableClaims } from './readable-claims.ts';
import type { User } from './users.ts';

const user = { email: 'a@example.com', emailVerified: true, attributes: { name: 'Ada' } } as unknown as User;
const email = { email: 'a@example.com', email_verified: true };

test.each([
  ['aws.cognito.signin.user.admin', { ...email, name: 'Ada' }],
  ['openid', { ...email, name: 'Ada' }],
  ['openid email', email],
  ['openid profile', { name: 'Ada' }],
  ['openid email profile', { ...email, name: 'Ada' }],
])('scope %s reads what AWS says', (scope, claims) => {
  expect(readableClaims(user, scope.split(' '))).toEqual(claims);
});
