'use client';

import { checkEmail } from './field-checks.ts';
import type { Field } from './field.ts';
import { usePendingMail } from './use-pending-mail.ts';

/** The address, filled in with the one that the form before it was about. */
export function useEmailField(): Field {
  const pending = usePendingMail();
  return {
    name: 'email',
    label: 'E-mail address',
    kind: 'email',
    autoComplete: 'username',
    check: checkEmail,
    ...(pending === undefined ? {} : { initial: pending.email }),
  };
}
