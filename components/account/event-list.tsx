'use client';

import type { ReactNode } from 'react';
import type { AccountReply, AuditItem } from '@/lib/client/account.ts';
import { auditWords } from '@/lib/client/audit-words.ts';
import { ActButton } from './act-button.tsx';
import { Asking } from './asking.tsx';
import { MomentTime } from './moment-time.tsx';
import { Said } from './said.tsx';
import { useAct } from './use-act.ts';
import { usePages } from './use-pages.ts';
import styles from './account.module.css';

interface EventListProps {
  /** One page, from the cursor on; must keep its identity. */
  ask(before?: string): Promise<AccountReply<{ events: AuditItem[]; next?: string | undefined }>>;
  version: number;
  /** Whose event it is, where a list holds those of several people. */
  whose?: ((event: AuditItem) => ReactNode) | undefined;
}

/** Security events, newest first, a page at a time. */
export function EventList({ ask, version, whose }: EventListProps) {
  const { asked, pages, hasMore, showMore } = usePages(ask, version);
  const { busyWith, said, act } = useAct();
  const events = pages.flatMap((page) => page.events);

  return (
    <>
      <Asking asked={asked} />
      {asked.data !== undefined && events.length === 0 ? <p>Nothing has happened yet.</p> : null}
      <ul className={styles.events} hidden={events.length === 0}>
        {events.map((event, index) => (
          // Several events can share a moment; the list only ever grows at its end.
          <li key={`${event.at} ${event.kind} ${index}`}>
            <p className={styles.device}>{auditWords(event.kind, event.detail)}</p>
            <p className={`${styles.small} ${styles.muted}`}>
              <MomentTime value={event.at} />
              {[event.device, event.address].map((part) => (part === undefined || part === '' ? '' : ` · ${part}`)).join('')}
              {whose === undefined ? null : whose(event)}
            </p>
          </li>
        ))}
      </ul>
      {hasMore ? (
        <ActButton name="more" busyWith={busyWith} busyLabel="Looking…" onPress={() => void showMore(act)}>
          Show older events
        </ActButton>
      ) : null}
      <Said said={said} />
    </>
  );
}
