import type { Metadata } from 'next';
import Link from 'next/link';
import { SignInForm } from '@/components/account/sign-in-form.tsx';
import styles from '@/components/account/account.module.css';
import { SENTENCES } from '@/lib/core/session/problem.ts';
import { parseReturnPath } from '@/lib/core/session/return-path.ts';
import type { SignInNotice } from '@/lib/core/session/sign-in-path.ts';
import { serverEnv } from '@/lib/server/env.ts';

export const metadata: Metadata = { title: 'Sign in' };

/** What this page says of each. */
const DONE: Readonly<Record<SignInNotice, string>> = {
  confirmed: 'Your address is confirmed. Sign in to begin.',
  reset: 'Your new password is set, and every session of yours has ended. Sign in with it.',
  'signed-out': 'You are signed out. Your files stay in this browser until you type logout in the terminal.',
  deleted: 'Your account and everything in it is gone. You can sign up again at any time.',
  theft: SENTENCES.theft,
  'managed-failed': 'The managed login did not lead to a sign-in. Try it again, or sign in here.',
};
const ALARMING: readonly SignInNotice[] = ['theft', 'managed-failed'];

interface SignInPageProps {
  searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { returnTo, done } = await searchParams;
  const notice = isNotice(done) ? done : undefined;
  const back = parseReturnPath(typeof returnTo === 'string' ? returnTo : undefined);
  const managedLogin = serverEnv().cognito.domain === undefined ? undefined : `/api/auth/login?${new URLSearchParams({ returnTo: back })}`;
  return (
    <main className={styles.column}>
      <h1>Sign in</h1>
      {notice === undefined ? <p>Your files then follow you to every device.</p> : <p className={ALARMING.includes(notice) ? styles.problems : styles.done}>{DONE[notice]}</p>}
      <SignInForm returnTo={back} managedLogin={managedLogin}>
        <ul className={styles.also}>
          <li>
            <Link href="/sign-up">Sign up</Link>
          </li>
          <li>
            <Link href="/forgot">Forgot your password?</Link>
          </li>
          <li>
            <Link href="/confirm">Confirm your address</Link>
          </li>
        </ul>
      </SignInForm>
    </main>
  );
}

function isNotice(done: string | string[] | undefined): done is SignInNotice {
  return typeof done === 'string' && Object.hasOwn(DONE, done);
}
