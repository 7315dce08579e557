'use client';

import { useRouter } from 'next/navigation';
import { signUp } from '@/lib/client/account.ts';
import { AccountForm } from './account-form.tsx';
import { checkEmail, checkNewPassword } from './field-checks.ts';
import type { Field } from './field.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { PASSWORD_RULES } from './password-rules.ts';
import { keepPendingMail } from './pending-mail.ts';

const FIELDS: readonly Field[] = [
  { name: 'email', label: 'E-mail address', kind: 'email', autoComplete: 'username', check: checkEmail },
  {
    name: 'new-password',
    label: 'Password',
    kind: 'password',
    autoComplete: 'new-password',
    hint: PASSWORD_RULES,
    check: checkNewPassword,
  },
];

/** Asks for an account. The server says the same for an address that is taken, so this does too. */
export function SignUpForm() {
  const router = useRouter();

  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    const email = (values.email ?? '').trim();
    const reply = await signUp(email, values['new-password'] ?? '');
    if (!reply.ok) return refusedBy(reply, { newPassword: 'new-password' });
    keepPendingMail({ email, outbox: reply.data.outbox });
    router.push('/confirm');
    return { kind: 'leaving' };
  }

  return <AccountForm fields={FIELDS} submitLabel="Sign up" busyLabel="Signing up…" submit={submit} />;
}
