'use client';

import { useCallback } from 'react';
import { adminAudit, type AdminPerson } from '@/lib/client/account.ts';
import { AccountPageSection } from '@/components/account/account-page-section.tsx';
import { EventList } from '@/components/account/event-list.tsx';

interface AdminAuditProps {
  version: number;
  /** Whose events; undefined = everybody's. */
  person: AdminPerson['user'] | undefined;
  onEverybody(): void;
}

/** The audit trail of everybody, or of one person. */
export function AdminAudit({ version, person, onEverybody }: AdminAuditProps) {
  const user = person?.id;
  const ask = useCallback((before?: string) => adminAudit({ ...(user === undefined ? {} : { user }), ...(before === undefined ? {} : { before }) }), [user]);
  return (
    <AccountPageSection id="trail" title={person === undefined ? 'Audit trail' : `Audit trail of ${person.email}`}>
      {person === undefined ? null : (
        <button type="button" className="button quiet" onClick={onEverybody}>
          Show everybody’s
        </button>
      )}
      <EventList key={user} ask={ask} version={version} whose={person === undefined ? (event) => (event.user ? <> · <code>{event.user}</code></> : null) : undefined} />
    </AccountPageSection>
  );
}
