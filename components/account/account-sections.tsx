'use client';

import { useEffect, useState } from 'react';
import { AccountPageSection } from './account-page-section.tsx';
import { AccountSummary } from './account-summary.tsx';
import { AuthenticatorSection } from './authenticator-section.tsx';
import { ChangePasswordForm } from './change-password-form.tsx';
import { DeleteSection } from './delete-section.tsx';
import { EventsSection } from './events-section.tsx';
import { PasskeysSection } from './passkeys-section.tsx';
import { SessionList } from './session-list.tsx';
import { SignOutSection } from './sign-out-section.tsx';
import { StepUp } from './step-up.tsx';
import { useFreshPage } from './use-fresh-page.ts';
import styles from './account.module.css';

const PARTS = [
  ['sign-out', 'Sign out'], ['change-password', 'Password'], ['authenticator', 'Authenticator app'], ['passkeys', 'Passkeys'],
  ['sessions', 'Sessions'], ['events', 'Recent events'], ['delete', 'Delete your account'],
] as const;

/** What a person can do with their account. */
export function AccountSections({ user }: { user: { id: string; email: string } }) {
  /** Grow when something on this page has ended sessions, and when it has done anything else that the events tell. */
  const [sessionsVersion, setSessionsVersion] = useState(0);
  const [acts, setActs] = useState(0);
  const onAct = () => setActs((before) => before + 1);
  useFreshPage();
  // The browser looked for the address's fragment before these sections were there.
  useEffect(() => document.getElementById(location.hash.slice(1))?.scrollIntoView(), []);

  return (
    <StepUp email={user.email}>
      <AccountSummary />
      <nav aria-label="On this page">
        <ul className={styles.also}>
          {PARTS.map(([id, title]) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
          <li>
            <a href="/account/data">Your data</a>
          </li>
        </ul>
      </nav>
      <SignOutSection />
      <AccountPageSection id="change-password" title="Change your password">
        <p className={styles.muted}>All your other sessions end; this one goes on.</p>
        <ChangePasswordForm email={user.email} onChanged={() => setSessionsVersion((before) => before + 1)} />
      </AccountPageSection>
      <AuthenticatorSection email={user.email} onAct={onAct} />
      <PasskeysSection onAct={onAct} />
      <SessionList version={sessionsVersion} onAct={onAct} />
      <EventsSection version={sessionsVersion + acts} />
      <DeleteSection user={user} />
    </StepUp>
  );
}
