import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import styles from '@/components/account/account.module.css';
import { SessionUnknown } from '@/components/account/session-unknown.tsx';
import { AdminSections } from '@/components/admin/admin-sections.tsx';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { mayBeAdmin } from '@/lib/server/admin/admin-route.ts';
import { currentSession } from '@/lib/server/current-session.ts';

export const metadata: Metadata = { title: 'People and sessions' };

export default async function AdminSessionsPage() {
  const check = await currentSession();
  if (check.kind === 'absent') redirect(signInPath({ done: check.reason === 'theft' ? 'theft' : undefined, returnTo: '/admin/sessions' }));
  if (check.kind === 'unknown') return <SessionUnknown path="/admin/sessions" retryAfterSeconds={check.retryAfterSeconds} />;
  // The page holds nobody's data: what it lists comes from the API, which asks the person's token anew each time.
  if (!mayBeAdmin(check.session)) notFound();
  return (
    <main className={`${styles.column} ${styles.wide}`}>
      <h1>People and sessions</h1>
      <p>
        You administer this Selkie as <strong>{check.session.user.email}</strong>. What you end here is ended at once, and the people see it in
        their own events.
      </p>
      <p>
        <a href="/account">Your account</a>
      </p>
      <AdminSections email={check.session.user.email} />
    </main>
  );
}
