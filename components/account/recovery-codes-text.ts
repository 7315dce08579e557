/** The recovery codes as a file that says what it is: it will be found again years later. */
export function recoveryCodesText(codes: readonly string[], email: string | undefined, origin: string): string {
  return [
    `Recovery codes of Selkie, ${origin}`,
    ...(email === undefined ? [] : [`Account: ${email}`]),
    '',
    'Each works once, in place of the code of your authenticator app, and turns that app off.',
    'Keep them where only you can read them. New codes make these worthless.',
    '',
    ...codes,
    '',
  ].join('\n');
}

/** What the file is called when it is saved. */
export const RECOVERY_CODES_FILE = 'selkie-recovery-codes.txt';

/** A recovery code as it is sent: in any case, with spaces and dashes wherever a person put them. */
export function tidyRecoveryCode(value: string): string {
  return value.normalize('NFKC').replace(/[\s\p{Pd}]/gu, '').toUpperCase();
}
