'use client';

import { useRouter } from 'next/navigation';
import { confirm } from '@/lib/client/account.ts';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { AccountForm } from './account-form.tsx';
import { checkCode, tidyCode } from './field-checks.ts';
import type { Field } from './field.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { MailHint } from './mail-hint.tsx';
import { keepPendingMail } from './pending-mail.ts';
import { useEmailField } from './use-email-field.ts';

/** Proves that the address is the person's own, with the code from the mail. */
export function ConfirmForm() {
  const router = useRouter();
  const emailField = useEmailField();

  const fields: Field[] = [
    emailField,
    { name: 'code', label: 'Code', kind: 'code', autoComplete: 'one-time-code', check: checkCode },
  ];

  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    const email = (values.email ?? '').trim();
    const reply = await confirm(email, tidyCode(values.code ?? ''));
    if (!reply.ok) return refusedBy(reply, { code: 'code' });
    keepPendingMail({ email });
    router.push(signInPath({ done: 'confirmed' }));
    return { kind: 'leaving' };
  }

  return (
    <>
      <AccountForm fields={fields} submitLabel="Confirm" busyLabel="Checking…" submit={submit} />
      <MailHint kind="confirm" />
    </>
  );
}
