import * as limits from '@/lib/core/limits.ts';

/**
 * What a form can see for itself before it asks the server: each answers a sentence that says what to do, or
 * undefined. Only certain mistakes are named; whether an address exists or a password is good is the server's to say.
 */
export type FieldCheck = (value: string) => string | undefined;

export const checkEmail: FieldCheck = (value) => {
  const address = value.trim();
  if (address === '') return 'Enter your e-mail address.';
  if (!/^[^\s@]+@[^\s@]+$/.test(address)) return 'Enter an e-mail address such as name@example.com.';
  if (new TextEncoder().encode(address).length > limits.emailMaxBytes) return `Enter an e-mail address of at most ${limits.emailMaxBytes} characters.`;
  return undefined;
};

/** An existing password: nothing is said about its form, since it may be older than today's rules. */
export const checkPassword: FieldCheck = (value) => (value === '' ? 'Enter your password.' : undefined);

export const checkNewPassword: FieldCheck = (value) => {
  if (value === '') return 'Enter a new password.';
  if ([...value].length > limits.passwordMaxChars) return `Enter a password of at most ${limits.passwordMaxChars} characters.`;
  return undefined;
};

/** Codes are copied from a mail, with the spaces that some mail programs put between the digits. */
export const checkCode: FieldCheck = (value) => (tidyCode(value) === '' ? 'Enter the code.' : undefined);

/** The code as it is sent: without spaces and dashes. */
export function tidyCode(value: string): string {
  return value.replace(/[\s-]/gu, '');
}

export const checkPasskeyName: FieldCheck = (value) => {
  if (value.trim() === '') return 'Enter a name.';
  if ([...value.trim()].length > limits.passkeyNameMaxChars) return `Enter a name of at most ${limits.passkeyNameMaxChars} characters.`;
  return undefined;
};
