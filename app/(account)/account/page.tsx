import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { AccountSections } from '@/components/account/account-sections.tsx';
import styles from '@/components/account/account.module.css';
import { SessionUnknown } from '@/components/account/session-unknown.tsx';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { currentSession } from '@/lib/server/current-session.ts';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const check = await currentSession();
  if (check.kind === 'absent') redirect(signInPath({ done: check.reason === 'theft' ? 'theft' : undefined, returnTo: '/account' }));
  if (check.kind === 'unknown') return <SessionUnknown path="/account" retryAfterSeconds={check.retryAfterSeconds} />;
  const { id, email } = check.session.user;
  return (
    <main className={`${styles.column} ${styles.wide}`}>
      <h1>Your account</h1>
      <p>
        You are signed in as <strong>{email}</strong>.
      </p>
      <p>
        <a href="/">Open the terminal</a>
      </p>
      <AccountSections user={{ id, email }} />
    </main>
  );
}
