'use client';

import { audit } from '@/lib/client/account.ts';
import { AccountPageSection } from './account-page-section.tsx';
import { EventList } from './event-list.tsx';
import styles from './account.module.css';

/** What happened with the account, newest first. */
export function EventsSection({ version }: { version: number }) {
  return (
    <AccountPageSection id="events" title="Recent events">
      <p className={styles.muted}>If something here was not you, change your password and sign out everywhere else.</p>
      <EventList ask={audit} version={version} />
    </AccountPageSection>
  );
}
