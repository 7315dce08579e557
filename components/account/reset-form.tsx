'use client';

import { useRouter } from 'next/navigation';
import { reset } from '@/lib/client/account.ts';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { AccountForm } from './account-form.tsx';
import { tellTabs } from './account-tabs.ts';
import { checkCode, checkNewPassword, tidyCode } from './field-checks.ts';
import type { Field } from './field.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { MailHint } from './mail-hint.tsx';
import { PASSWORD_RULES } from './password-rules.ts';
import { keepPendingMail } from './pending-mail.ts';
import { useEmailField } from './use-email-field.ts';

/** Sets a new password with the code from the mail. */
export function ResetForm() {
  const router = useRouter();
  const emailField = useEmailField();

  const fields: Field[] = [
    emailField,
    { name: 'code', label: 'Code', kind: 'code', autoComplete: 'one-time-code', check: checkCode },
    {
      name: 'new-password',
      label: 'New password',
      kind: 'password',
      autoComplete: 'new-password',
      hint: PASSWORD_RULES,
      check: checkNewPassword,
    },
  ];

  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    const email = (values.email ?? '').trim();
    const reply = await reset(email, tidyCode(values.code ?? ''), values['new-password'] ?? '');
    if (!reply.ok) return refusedBy(reply, { code: 'code', newPassword: 'new-password' });
    keepPendingMail({ email });
    tellTabs();
    router.push(signInPath({ done: 'reset' }));
    return { kind: 'leaving' };
  }

  return (
    <>
      <AccountForm fields={fields} submitLabel="Set the password" busyLabel="Setting…" submit={submit} />
      <MailHint kind="reset" />
    </>
  );
}
