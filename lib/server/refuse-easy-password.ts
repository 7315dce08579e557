import 'server-only';
import { dictionary } from '@zxcvbn-ts/language-common';
import { easyPassword } from '../core/session/easy-password.ts';
import { refuse } from './http/answer.ts';

/** With two characters around it, as long as the pool's policy asks. */
const SHORTEST = 6;
let common: ReadonlySet<string> | undefined;

/** A refusal of a new password that everybody would guess, before Cognito hears of it; else undefined. */
export function refuseEasyPassword(password: string, email: string): Response | undefined {
  common ??= new Set(dictionary['passwords-common'].filter((entry) => entry.length >= SHORTEST));
  switch (easyPassword(password, email, common)) {
    case 'common':
      return refuse('password-policy', 'Choose another password; this one is on the lists that guessers try first.');
    case 'context':
      return refuse('password-policy', 'Choose another password; this one is mostly your address or the name of this site.');
    case undefined:
      return undefined;
  }
}
