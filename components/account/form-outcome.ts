import type { AccountFailure } from '@/lib/client/account.ts';

/**
 * What came of sending a form: `leaving` (another page is on its way: the form stays busy), `done` (stay here and say
 * so), or `refused` (say why, at the field it is about when there is one).
 */
export type FormOutcome =
  | { kind: 'leaving' }
  | { kind: 'done'; message: string }
  | { kind: 'refused'; message: string; field?: string };

/** Which of a form's fields a refusal can be about, by the field's name. */
export interface RefusableFields {
  code?: string;
  newPassword?: string;
  password?: string;
}

/** Turns a refusal of the API into words at the right field. */
export function refusedBy(failure: AccountFailure, fields: RefusableFields = {}): FormOutcome {
  const field = fieldOf(failure.code, fields);
  const message = failureInWords(failure);
  return field === undefined ? { kind: 'refused', message } : { kind: 'refused', message, field };
}

function fieldOf(code: string, fields: RefusableFields): string | undefined {
  switch (code) {
    case 'wrong-code':
    case 'expired-code':
      return fields.code;
    case 'password-policy':
      return fields.newPassword;
    case 'wrong-credentials':
      return fields.password;
    default:
      return undefined;
  }
}

/** The server's sentence, with the wait in words unless it names one itself. */
export function failureInWords({ message, retryAfterSeconds }: AccountFailure): string {
  if (retryAfterSeconds === undefined || /try again/i.test(message)) return message;
  return `${message} Try again in ${waitInWords(retryAfterSeconds)}.`;
}

/** A wait for people: `1 second`, `40 seconds`, `3 minutes`, `2 hours`; rounded up, so that nobody comes too early. */
export function waitInWords(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 100) return count(whole, 'second');
  const minutes = Math.ceil(whole / 60);
  return minutes < 100 ? count(minutes, 'minute') : count(Math.ceil(minutes / 60), 'hour');
}

const count = (number: number, unit: string) => `${number} ${unit}${number === 1 ? '' : 's'}`;
