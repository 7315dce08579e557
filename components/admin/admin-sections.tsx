'use client';

import { useState } from 'react';
import type { AdminPerson } from '@/lib/client/account.ts';
import { focusHeading } from '@/components/account/focus-heading.ts';
import { StepUp } from '@/components/account/step-up.tsx';
import { useFreshPage } from '@/components/account/use-fresh-page.ts';
import { AdminAudit } from './admin-audit.tsx';
import { AdminSessions } from './admin-sessions.tsx';

/** What an administrator sees and can do. `email`: whose proof is asked before an act. */
export function AdminSections({ email }: { email: string }) {
  const [version, setVersion] = useState(0);
  const [person, setPerson] = useState<AdminPerson['user']>();
  useFreshPage();

  function showEventsOf(user: AdminPerson['user']): void {
    setPerson(user);
    focusHeading('trail');
  }

  return (
    <StepUp email={email}>
      <AdminSessions onChange={() => setVersion((before) => before + 1)} onEventsOf={showEventsOf} />
      <AdminAudit version={version} person={person} onEverybody={() => setPerson(undefined)} />
    </StepUp>
  );
}
