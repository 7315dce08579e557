'use client';

import { useRouter } from 'next/navigation';
import { forgot } from '@/lib/client/account.ts';
import { AccountForm } from './account-form.tsx';
import type { Field } from './field.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { keepPendingMail } from './pending-mail.ts';
import { useEmailField } from './use-email-field.ts';

/** Asks for a code that opens the way to a new password. */
export function ForgotForm() {
  const router = useRouter();
  const emailField = useEmailField();
  const fields: Field[] = [emailField];

  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    const email = (values.email ?? '').trim();
    const reply = await forgot(email);
    if (!reply.ok) return refusedBy(reply);
    keepPendingMail({ email, outbox: reply.data.outbox });
    router.push('/reset');
    return { kind: 'leaving' };
  }

  return <AccountForm fields={fields} submitLabel="Send a code" busyLabel="Sending…" submit={submit} />;
}
