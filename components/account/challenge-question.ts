import type { answerChallenge } from '@/lib/client/account.ts';
import { checkCode, checkNewPassword, tidyCode } from './field-checks.ts';
import type { Field } from './field.ts';
import { PASSWORD_RULES } from './password-rules.ts';
import { tidyRecoveryCode } from './recovery-codes-text.ts';
import type { Challenge } from './sign-in-stage.ts';

/** What the second step of a sign-in asks; without a field there is nothing that this page can take. */
export interface Question {
  title: string;
  words: string;
  field: Field | undefined;
  answer(value: string): Parameters<typeof answerChallenge>[0];
}

const codeField: Field = { name: 'code', label: 'Code', kind: 'code', autoComplete: 'one-time-code', check: checkCode };
const asCode = (value: string) => ({ code: tidyCode(value) });

/** `isRecovering`: the person has no authenticator app at hand and types a recovery code. */
export function questionOf(name: Challenge['name'], isRecovering: boolean): Question {
  switch (name) {
    case 'new-password':
      return {
        title: 'Choose a new password',
        words: 'The password that you used was for one time only.',
        field: {
          name: 'new-password', label: 'New password', kind: 'password', autoComplete: 'new-password', hint: PASSWORD_RULES, check: checkNewPassword,
        },
        answer: (newPassword) => ({ newPassword }),
      };
    case 'totp':
      return isRecovering ? RECOVERY : {
        title: 'Enter the code of your authenticator app',
        words: 'Open the app and type the number that it shows for Selkie.',
        field: codeField,
        answer: asCode,
      };
    case 'email-code':
      return { title: 'Enter the code from your mail', words: 'If there is an account with your address, a code is in its mail.', field: codeField, answer: asCode };
    case 'totp-setup':
      return {
        title: 'Set up an authenticator app',
        words: 'This account needs one, for instance Aegis, Google Authenticator or a password manager.',
        field: undefined,
        answer: asCode,
      };
    case 'unknown':
      return {
        title: 'One more step',
        words: 'This account asks for a step that this page does not know yet. Ask whoever runs this Selkie to help.',
        field: undefined,
        answer: asCode,
      };
  }
}

const RECOVERY: Question = {
  title: 'Enter a recovery code',
  words: 'One of the ten that you kept. It works once and turns your authenticator app off, so that you can set it up again.',
  field: {
    name: 'recovery-code', label: 'Recovery code', kind: 'recovery', autoComplete: 'off', hint: 'Spaces, dashes and capitals do not matter.',
    check: (value) => (tidyRecoveryCode(value) === '' ? 'Enter a recovery code.' : undefined),
  },
  answer: (value) => ({ recoveryCode: tidyRecoveryCode(value) }),
};
