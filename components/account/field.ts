import type { FieldCheck } from './field-checks.ts';

/** One input of an account form. The name is also its id, so a page may hold each name once. */
export interface Field {
  name: string;
  label: string;
  /** `code`: digits; `recovery`: a code with letters; `text`: words of the person's own. */
  kind: 'email' | 'password' | 'code' | 'recovery' | 'text';
  /** HTML's own tokens: what password managers and phones go by. */
  autoComplete: 'username' | 'username webauthn' | 'current-password' | 'new-password' | 'one-time-code' | 'off';
  /** Shown below the label and read out with the field. */
  hint?: string;
  initial?: string;
  check: FieldCheck;
}
