'use client';

import { changePassword } from '@/lib/client/account.ts';
import { AccountForm } from './account-form.tsx';
import { checkNewPassword, checkPassword } from './field-checks.ts';
import type { Field } from './field.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { PASSWORD_RULES } from './password-rules.ts';

const FIELDS: readonly Field[] = [
  { name: 'current', label: 'Current password', kind: 'password', autoComplete: 'current-password', check: checkPassword },
  {
    name: 'next',
    label: 'New password',
    kind: 'password',
    autoComplete: 'new-password',
    hint: PASSWORD_RULES,
    check: checkNewPassword,
  },
];

/** Changes the password of the person who is signed in; `onChanged` follows, since other sessions have ended. */
export function ChangePasswordForm({ email, onChanged }: { email: string; onChanged(): void }) {
  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    const reply = await changePassword(values.current ?? '', values.next ?? '');
    if (!reply.ok) return refusedBy(reply, { password: 'current', newPassword: 'next' });
    onChanged();
    return { kind: 'done', message: 'Your password is changed. All your other sessions have ended.' };
  }

  return <AccountForm fields={FIELDS} submitLabel="Change password" busyLabel="Changing…" submit={submit} userName={email} />;
}
