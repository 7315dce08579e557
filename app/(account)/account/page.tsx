import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { AccountSections } from '@/components/account/account-sections.tsx';
import styles from '@/components/account/account.module.css';
import { waitInWords } from '@/components/account/form-outcome.ts';
import { currentSession } from '@/lib/server/current-session.ts';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const check = await currentSession();
  if (check.kind === 'absent') {
    redirect(check.reason === 'theft' ? '/sign-in?done=theft&returnTo=/account' : '/sign-in?returnTo=/account');
  }
  if (check.kind === 'unknown') {
    return (
      <main className={styles.column}>
        <h1>Your account can’t be shown now</h1>
        <p>
          The service that knows your session does not answer. You are not signed out and nothing is lost; try again in{' '}
          {waitInWords(check.retryAfterSeconds)}. The terminal works meanwhile.
        </p>
        <p className="buttons">
          <a className="button" href="/account">
            Try again
          </a>
          <a className="button quiet" href="/">
            Open the terminal
          </a>
        </p>
      </main>
    );
  }
  const { email } = check.session.user;
  return (
    <main className={`${styles.column} ${styles.wide}`}>
      <h1>Your account</h1>
      <p>
        You are signed in as <strong>{email}</strong>.
      </p>
      <p>
        <a href="/">Open the terminal</a>
      </p>
      <AccountSections email={email} />
    </main>
  );
}
