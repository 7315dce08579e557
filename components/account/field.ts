import type { FieldCheck } from './field-checks.ts';

/** One input of an account form. The name is also its id, so a page may hold each name once. */
export interface Field {
  name: string;
  label: string;
  kind: 'email' | 'password' | 'code';
  /** HTML's own tokens: what password managers and phones go by. */
  autoComplete: 'username' | 'current-password' | 'new-password' | 'one-time-code';
  /** Shown below the label and read out with the field. */
  hint?: string;
  initial?: string;
  check: FieldCheck;
}
