'use client';

import { type FormEvent, useCallback, useState } from 'react';
import { adminEndSession, type AdminPerson, adminSessions, adminSignOut } from '@/lib/client/account.ts';
import { proofWords } from '@/lib/client/proof-words.ts';
import * as limits from '@/lib/core/limits.ts';
import { AccountPageSection } from '@/components/account/account-page-section.tsx';
import { ActButton } from '@/components/account/act-button.tsx';
import { Asking } from '@/components/account/asking.tsx';
import { focusHeading } from '@/components/account/focus-heading.ts';
import { Said } from '@/components/account/said.tsx';
import { SessionWords } from '@/components/account/session-list.tsx';
import { useAct } from '@/components/account/use-act.ts';
import { useIsInteractive } from '@/components/account/use-is-interactive.ts';
import { usePages } from '@/components/account/use-pages.ts';
import styles from '@/components/account/account.module.css';

interface AdminSessionsProps {
  /** Tells the audit trail that there is more to see. */
  onChange(): void;
  onEventsOf(person: AdminPerson['user']): void;
}

/** Everybody who has a live session, with ways to end them. */
export function AdminSessions({ onChange, onEventsOf }: AdminSessionsProps) {
  const isInteractive = useIsInteractive();
  const [search, setSearch] = useState('');
  const ask = useCallback((cursor?: string) => adminSessions({ search, ...(cursor === undefined ? {} : { cursor }) }), [search]);
  const { asked, pages, hasMore, showMore } = usePages(ask);
  const { busyWith, said, act } = useAct();
  const people = withoutRepeats(pages.flatMap((page) => page.people));

  function find(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('search');
    setSearch(typeof typed === 'string' ? typed.trim() : '');
  }

  async function end(id: string): Promise<void> {
    const done = await act(id, async () => {
      const reply = await adminEndSession(id);
      // Gone already is as good as ended now.
      return reply.ok || reply.code !== 'not-found' ? reply : { ok: true as const, status: 204, data: undefined };
    }, 'That session has ended.');
    if (done !== undefined) await refresh();
  }

  async function refresh(): Promise<void> {
    await asked.again();
    focusHeading('people');
    onChange();
  }

  async function signOut({ id, email }: AdminPerson['user']): Promise<void> {
    const done = await act(id, () => adminSignOut(id), `${email} is signed out everywhere.`);
    if (done !== undefined) await refresh();
  }

  return (
    <AccountPageSection id="people" title="People with a session">
      <form role="search" className={styles.search} onSubmit={find}>
        <label htmlFor="search">Part of an e-mail address</label>
        <div className={styles.control}>
          <input id="search" name="search" type="search" maxLength={limits.adminSearchMaxChars} autoComplete="off" autoCapitalize="none" spellCheck={false} />
          <button type="submit" className="button quiet" disabled={!isInteractive}>
            Search
          </button>
        </div>
      </form>
      <Asking asked={asked} />
      {asked.data !== undefined && people.length === 0 ? (
        <p>{search === '' ? 'Nobody is signed in.' : `Nobody who is signed in has “${search}” in their address.`}</p>
      ) : null}
      <ul className={styles.people} hidden={people.length === 0}>
        {people.map(({ user, sessions }) => (
          <li key={user.id}>
            <h3>{user.email}</h3>
            <div className="buttons">
              <ActButton name={user.id} busyWith={busyWith} busyLabel="Signing out…" onPress={() => void signOut(user)}>
                Sign out everywhere<span className="visually-hidden"> for {user.email}</span>
              </ActButton>
              <button type="button" className="button quiet" onClick={() => onEventsOf(user)}>
                Events<span className="visually-hidden"> of {user.email}</span>
              </button>
            </div>
            <ul className={styles.sessions}>
              {sessions.map((item) => (
                <li key={item.id} className={styles.session}>
                  <SessionWords item={item}>{[proofWords(item.proof, 'their'), item.address].map((part) => (part === undefined || part === '' ? '' : ` · ${part}`)).join('')}</SessionWords>
                  <ActButton name={item.id} busyWith={busyWith} busyLabel="Ending…" onPress={() => void end(item.id)}>
                    End<span className="visually-hidden"> the session of {user.email} on {item.device ?? 'an unknown device'}</span>
                  </ActButton>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <Said said={said} />
      {hasMore ? (
        <ActButton name="more" busyWith={busyWith} busyLabel="Looking…" onPress={() => void showMore(act)}>
          Show more people
        </ActButton>
      ) : null}
    </AccountPageSection>
  );
}

/** Somebody who moved between two pages while they were asked for is shown once. */
function withoutRepeats(people: readonly AdminPerson[]): AdminPerson[] {
  return [...new Map(people.map((person) => [person.user.id, person])).values()];
}
