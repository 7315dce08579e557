'use client';

import { useEffect, useState } from 'react';
import { onOtherTab } from './account-tabs.ts';
import { ChangePasswordForm } from './change-password-form.tsx';
import { SessionList } from './session-list.tsx';
import { SignOutSection } from './sign-out-section.tsx';
import styles from './account.module.css';

/** What a person can do with their account. Loads itself anew when another tab signs in or out, and after Back. */
export function AccountSections({ email }: { email: string }) {
  const [version, setVersion] = useState(0);

  useEffect(() => onOtherTab(() => location.reload()), []);
  useEffect(() => {
    // The browser may have frozen this page before a sign-out; what it shows then must be asked for again.
    const thaw = (event: PageTransitionEvent) => {
      if (event.persisted) location.reload();
    };
    addEventListener('pageshow', thaw);
    return () => removeEventListener('pageshow', thaw);
  }, []);

  return (
    <>
      <SignOutSection />
      <section aria-labelledby="change-password" className={styles.section}>
        <h2 id="change-password">Change your password</h2>
        <p className={styles.muted}>All your other sessions end; this one goes on.</p>
        <ChangePasswordForm email={email} onChanged={() => setVersion((before) => before + 1)} />
      </section>
      <SessionList version={version} />
    </>
  );
}
