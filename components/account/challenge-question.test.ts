import { describe, expect, it } from 'vitest';
import { questionOf } from './challenge-question.ts';

describe('the second step of a sign-in', () => {
  it.each([
    ['totp', 'code', '123 456', { code: '123456' }],
    ['email-code', 'code', ' 123-456\n', { code: '123456' }],
    ['new-password', 'new-password', ' as typed ', { newPassword: ' as typed ' }],
  ] as const)('%s sends its field %s as the server wants it', (name, field, typed, sent) => {
    const question = questionOf(name, false);
    expect(question.field?.name).toBe(field);
    expect(question.field?.check(typed)).toBeUndefined();
    expect(question.field?.check('')).toMatch(/^Enter /);
    expect(question.answer(typed)).toEqual(sent);
  });

  it('takes a recovery code in place of the authenticator app’s, in any form', () => {
    const question = questionOf('totp', true);
    expect(question.field).toMatchObject({ name: 'recovery-code', kind: 'recovery', autoComplete: 'off' });
    expect(question.answer(' 8zk2 0m4q–wrt1-x3hc ')).toEqual({ recoveryCode: '8ZK20M4QWRT1X3HC' });
    expect(question.field?.check(' - ')).toBe('Enter a recovery code.');
  });

  it.each(['email-code', 'new-password'] as const)('%s takes no recovery code, whatever was pressed before', (name) => {
    expect(questionOf(name, true).title).toBe(questionOf(name, false).title);
    expect(questionOf(name, true).field?.name).not.toBe('recovery-code');
  });

  it.each(['unknown', 'totp-setup'] as const)('%s has no field of its own', (name) => {
    expect(questionOf(name, false).field).toBeUndefined();
  });
});
