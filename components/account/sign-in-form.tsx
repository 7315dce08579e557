'use client';

import { useState } from 'react';
import { signIn } from '@/lib/client/account.ts';
import { AccountForm } from './account-form.tsx';
import { ChallengeForm } from './challenge-form.tsx';
import { checkPassword } from './field-checks.ts';
import type { Field } from './field.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { keepPendingMail, readPendingMail } from './pending-mail.ts';
import { useEmailField } from './use-email-field.ts';
import styles from './account.module.css';

/** The server's sentence names commands of the terminal; here the ways out are links below the form. */
const WRONG =
  'Address and password do not match, or the address still waits for its code. Check both, or confirm your address below.';

/** Address and password, then whatever else the server asks. `returnTo` is a checked path on this origin. */
export function SignInForm({ returnTo }: { returnTo: string }) {
  const emailField = useEmailField();
  const [challenge, setChallenge] = useState<string>();

  const fields: Field[] = [
    emailField,
    { name: 'password', label: 'Password', kind: 'password', autoComplete: 'current-password', check: checkPassword },
  ];

  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    const email = (values.email ?? '').trim();
    const reply = await signIn(email, values.password ?? '', values.remember === 'yes');
    if (!reply.ok) {
      // Kept when it is there: it may hold where the mail is.
      if (readPendingMail()?.email !== email) keepPendingMail({ email });
      return reply.code === 'wrong-credentials' ? { kind: 'refused', message: WRONG } : refusedBy(reply);
    }
    if (reply.data.status === 'signed-in') return finishSignIn(returnTo);
    setChallenge(reply.data.challenge);
    return { kind: 'leaving' };
  }

  if (challenge !== undefined) {
    return <ChallengeForm key={challenge} challenge={challenge} returnTo={returnTo} onChallenge={setChallenge} />;
  }
  return (
    <AccountForm fields={fields} submitLabel="Sign in" busyLabel="Signing in…" submit={submit}>
      <div className={styles.tick}>
        <input id="remember" name="remember" type="checkbox" value="yes" aria-describedby="remember-hint" />
        <label htmlFor="remember">Stay signed in</label>
        <p id="remember-hint" className={styles.hint}>
          Only on a device of your own. Without it you are signed out when the browser closes.
        </p>
      </div>
    </AccountForm>
  );
}
