import { describe, expect, it } from 'vitest';
import * as limits from '@/lib/core/limits.ts';
import { checkCode, checkEmail, checkNewPassword, checkPasskeyName, checkPassword, tidyCode } from './field-checks.ts';

describe('field checks', () => {
  it.each(['a@b', ' ada@example.com ', 'ada+notes@example.com', 'åsa@exämple.se'])('let the address %j pass', (address) => {
    expect(checkEmail(address)).toBeUndefined();
  });

  it.each([
    ['', 'Enter your e-mail address.'],
    ['  ', 'Enter your e-mail address.'],
    ['ada', 'Enter an e-mail address such as name@example.com.'],
    ['ada@', 'Enter an e-mail address such as name@example.com.'],
    ['a da@example.com', 'Enter an e-mail address such as name@example.com.'],
    [`${'é'.repeat(130)}@b`, 'Enter an e-mail address of at most 254 characters.'],
  ])('say what is wrong with the address %j', (address, words) => {
    expect(checkEmail(address)).toBe(words);
  });

  it('let every password pass that the server could take, spaces and emoji included', () => {
    expect(checkPassword(' ')).toBeUndefined();
    expect(checkNewPassword(' x ')).toBeUndefined();
    expect(checkNewPassword('🦭'.repeat(limits.passwordMaxChars))).toBeUndefined();
  });

  it('say what is wrong with a password', () => {
    expect(checkPassword('')).toBe('Enter your password.');
    expect(checkNewPassword('')).toBe('Enter a new password.');
    expect(checkNewPassword('x'.repeat(limits.passwordMaxChars + 1))).toBe('Enter a password of at most 256 characters.');
  });

  it('take a code as mails print it', () => {
    expect(tidyCode(' 123 456\n')).toBe('123456');
    expect(tidyCode('123-456')).toBe('123456');
    expect(checkCode('123 456')).toBeUndefined();
    expect(checkCode(' - ')).toBe('Enter the code.');
  });

  it('say what is wrong with the name of a passkey', () => {
    expect(checkPasskeyName(' Work laptop ')).toBeUndefined();
    expect(checkPasskeyName('🦭'.repeat(limits.passkeyNameMaxChars))).toBeUndefined();
    expect(checkPasskeyName('  ')).toBe('Enter a name.');
    expect(checkPasskeyName('x'.repeat(limits.passkeyNameMaxChars + 1))).toBe('Enter a name of at most 64 characters.');
  });
});
