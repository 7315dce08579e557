'use client';

import { type ReactNode, useRef, useState } from 'react';
import { emailCode, signIn, type SignInReply } from '@/lib/client/account.ts';
import { abortPasskey } from '@/lib/client/passkey.ts';
import { AccountForm } from './account-form.tsx';
import { ChallengeForm } from './challenge-form.tsx';
import { checkPassword } from './field-checks.ts';
import type { Field } from './field.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { failureInWords, type FormOutcome, refusedBy } from './form-outcome.ts';
import { OtherWaysIn } from './other-ways-in.tsx';
import { keepPendingMail, readPendingMail } from './pending-mail.ts';
import { RecoveredSection } from './recovered-section.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { type Recovery, type SignInStage, stageAfterReply } from './sign-in-stage.ts';
import { useEmailField } from './use-email-field.ts';
import { usePasskeySignIn } from './use-passkey-sign-in.ts';
import styles from './account.module.css';

/** The server's sentence names commands of the terminal; here the ways out are links below the form. */
const WRONG =
  'Address and password do not match, or the address still waits for its code. Check both, or confirm your address below.';

const RECOVERED = 'Your recovery code was taken, and your authenticator app is off. Sign in again with your password.';
const SET_UP_AGAIN = 'Your recovery code was taken, and your old authenticator app is off. This account needs one, so set it up anew.';

interface SignInFormProps {
  /** A checked path on this origin. */
  returnTo: string;
  /** Where managed login begins; undefined when this Selkie has none. */
  managedLogin: string | undefined;
  /** Below the form, for who can't sign in yet. */
  children: ReactNode;
}

/** What was typed, in this page's memory only: for the sign-in that follows a recovery code. */
interface Typed {
  email: string;
  password: string;
  remember: boolean;
}

type Mailed = Pick<Typed, 'email' | 'remember'>;

/** Every way in, then whatever else the server asks. */
export function SignInForm({ returnTo, managedLogin, children }: SignInFormProps) {
  const emailField = useEmailField();
  const [stage, setStage] = useState<SignInStage>({ kind: 'start' });
  const [note, setNote] = useState('');
  /** Where the mail went whose code is asked. */
  const [mailed, setMailed] = useState<Mailed>();
  const typed = useRef<Typed>(undefined);
  const recovery = useRef<Recovery>(undefined);
  const passkey = usePasskeySignIn({ isOffered: stage.kind === 'start', isRemembered, onReply: land });

  const fields: Field[] = [
    { ...emailField, autoComplete: 'username webauthn' },
    { name: 'password', label: 'Password', kind: 'password', autoComplete: 'current-password', check: checkPassword },
  ];

  function startAgain(words = ''): void {
    typed.current = undefined;
    setMailed(undefined);
    setNote(words);
    setStage({ kind: 'start' });
  }

  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    abortPasskey();
    const email = (values.email ?? '').trim();
    setMailed(undefined);
    typed.current = { email, password: values.password ?? '', remember: values.remember === 'yes' };
    const reply = await signIn(email, values.password ?? '', values.remember === 'yes');
    if (!reply.ok) {
      typed.current = undefined;
      // Kept when it is there: it may hold where the mail is.
      if (readPendingMail()?.email !== email) keepPendingMail({ email });
      return reply.code === 'wrong-credentials' ? { kind: 'refused', message: WRONG } : refusedBy(reply);
    }
    return land(reply.data);
  }

  /** Answers what to say; nothing when the mail is on its way. */
  async function mailCode(to: Mailed): Promise<string> {
    typed.current = undefined;
    const reply = await emailCode(to.email, to.remember);
    if (!reply.ok) return failureInWords(reply);
    setMailed(to);
    const outcome = await land(reply.data);
    return outcome.kind === 'refused' ? outcome.message : '';
  }

  async function land(reply: SignInReply): Promise<FormOutcome> {
    if (reply.status === 'recovered') return signInRecovered(reply.codesLeft);
    const next = stageAfterReply(reply, recovery.current);
    if (next.kind === 'leaving') return finishSignIn(returnTo);
    setNote(next.kind === 'challenge' && next.challenge.name === 'totp-setup' && recovery.current !== undefined ? SET_UP_AGAIN : '');
    setStage(next);
    return { kind: 'leaving' };
  }

  /** The authenticator app is off now: the same password opens the account, without the person typing it again. */
  async function signInRecovered(codesLeft: number): Promise<FormOutcome> {
    recovery.current = { codesLeft };
    const known = typed.current;
    if (known === undefined) {
      startAgain(RECOVERED);
      return { kind: 'leaving' };
    }
    const reply = await signIn(known.email, known.password, known.remember);
    if (reply.ok && reply.data.status !== 'recovered') return land(reply.data);
    startAgain(reply.ok ? RECOVERED : `${RECOVERED} ${failureInWords(reply)}`);
    return { kind: 'leaving' };
  }

  async function leaveFor(path: string): Promise<string> {
    const outcome = await finishSignIn(path);
    return outcome.kind === 'refused' ? outcome.message : '';
  }

  switch (stage.kind) {
    case 'challenge':
      return (
        <ChallengeForm
          key={stage.challenge.name}
          challenge={stage.challenge}
          note={note}
          onReply={land}
          onRestart={() => startAgain()}
          onAnotherMail={mailed === undefined ? undefined : () => mailCode(mailed)}
        />
      );
    case 'codes':
      return (
        <section aria-labelledby="app-on" className={styles.section}>
          <h2 id="app-on">Your authenticator app is on</h2>
          <RecoveryCodes codes={stage.codes} email={stage.email} onKept={() => leaveFor(returnTo)} />
        </section>
      );
    case 'recovered':
      return <RecoveredSection codesLeft={stage.codesLeft} returnTo={returnTo} leaveFor={leaveFor} />;
    default:
      return (
        <>
          {note === '' ? null : (
            <p role="alert" className={styles.notice}>
              {note}
            </p>
          )}
          <AccountForm fields={fields} submitLabel="Sign in" busyLabel="Signing in…" submit={submit}>
            <div className={styles.tick}>
              <input id="remember" name="remember" type="checkbox" value="yes" aria-describedby="remember-hint" />
              <label htmlFor="remember">Stay signed in</label>
              <p id="remember-hint" className={styles.hint}>
                Only on a device of your own. Without it you are signed out when the browser closes.
              </p>
            </div>
          </AccountForm>
          <OtherWaysIn passkey={passkey} mailCode={(email) => mailCode({ email, remember: isRemembered() })} managedLogin={managedLogin} />
          {children}
        </>
      );
  }
}

/** The tick box is the form's own, not React's. */
function isRemembered(): boolean {
  const box = document.getElementById('remember');
  return box instanceof HTMLInputElement && box.checked;
}
