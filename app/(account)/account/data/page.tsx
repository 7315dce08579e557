import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import styles from '@/components/account/account.module.css';
import { DataSections } from '@/components/account/data-sections.tsx';
import { SessionUnknown } from '@/components/account/session-unknown.tsx';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { currentSession } from '@/lib/server/current-session.ts';
import { syncAction } from '../../../actions.ts';

export const metadata: Metadata = { title: 'Your data' };

export default async function DataPage() {
  const check = await currentSession();
  if (check.kind === 'absent') redirect(signInPath({ done: check.reason === 'theft' ? 'theft' : undefined, returnTo: '/account/data' }));
  if (check.kind === 'unknown') return <SessionUnknown path="/account/data" retryAfterSeconds={check.retryAfterSeconds} />;
  const { id, email } = check.session.user;
  return (
    <main className={`${styles.column} ${styles.wide}`}>
      <h1>Your data</h1>
      <p>
        Everything that is kept in the account of <strong>{email}</strong>: take it with you, or remove it.
      </p>
      <p>
        <a href="/account">Back to your account</a>
      </p>
      <DataSections userId={id} sync={syncAction} />
    </main>
  );
}
