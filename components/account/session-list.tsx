'use client';

import type { ReactNode } from 'react';
import { revoke, type SessionItem, sessions } from '@/lib/client/account.ts';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { AccountPageSection } from './account-page-section.tsx';
import { tellTabs } from './account-tabs.ts';
import { ActButton } from './act-button.tsx';
import { Asking } from './asking.tsx';
import { focusHeading } from './focus-heading.ts';
import { leaveTo } from './leave-page.ts';
import { MomentTime } from './moment-time.tsx';
import { Said } from './said.tsx';
import { useAct } from './use-act.ts';
import { useAsked } from './use-asked.ts';
import styles from './account.module.css';

/**
 * Where the person is signed in, with a way to end each. `version` changes when something else on the page has ended
 * sessions; `onAct` follows when this has.
 */
export function SessionList({ version, onAct }: { version: number; onAct(): void }) {
  const asked = useAsked(sessions, version);
  const { busyWith, said, act } = useAct();
  const items = asked.data?.sessions;
  const hasOthers = items?.some((item) => !item.current) ?? false;

  async function end(which: Parameters<typeof revoke>[0], name: string, done: string): Promise<void> {
    const ended = await act(name, () => orGone(revoke(which)), done);
    if (ended === undefined) return;
    if ('scope' in which && which.scope === 'all') {
      tellTabs();
      leaveTo(signInPath({ done: 'signed-out' }));
      return;
    }
    onAct();
    await asked.again();
    focusHeading('sessions');
  }

  return (
    <AccountPageSection id="sessions" title="Where you are signed in">
      <Asking asked={asked} />
      <ul className={styles.sessions} hidden={items === undefined}>
        {items?.map((item) => (
          <li key={item.id} className={styles.session}>
            <SessionWords item={item} />
            {item.current ? null : (
              <ActButton name={item.id} busyWith={busyWith} busyLabel="Ending…" onPress={() => void end({ id: item.id }, item.id, 'That session has ended.')}>
                End<span className="visually-hidden"> the session of {item.device ?? 'an unknown device'}</span>
              </ActButton>
            )}
          </li>
        ))}
      </ul>
      <Said said={said} />
      <div className="buttons">
        {hasOthers ? (
          <ActButton name="others" busyWith={busyWith} busyLabel="Ending…" onPress={() => void end({ scope: 'others' }, 'others', 'All other sessions have ended.')}>
            Sign out everywhere else
          </ActButton>
        ) : null}
        {items === undefined ? null : (
          <ActButton name="all" busyWith={busyWith} busyLabel="Ending…" onPress={() => void end({ scope: 'all' }, 'all', '')}>
            Sign out everywhere
          </ActButton>
        )}
      </div>
    </AccountPageSection>
  );
}

/** Gone already is as good as ended now. */
async function orGone(reply: ReturnType<typeof revoke>): ReturnType<typeof revoke> {
  const answered = await reply;
  return answered.ok || answered.code !== 'not-found' ? answered : { ok: true, status: 204, data: undefined };
}

/** Device and times of one session; administrators see the coarse address too. */
export function SessionWords({ item, children }: { item: SessionItem; children?: ReactNode }) {
  return (
    <div>
      <p>
        <span className={styles.device}>{item.device ?? 'Unknown device'}</span>
        {item.current ? <span className={styles.here}>this one</span> : null}
      </p>
      <p className={`${styles.small} ${styles.muted}`}>
        <MomentTime label="Since" value={item.created} />
        {item.current ? null : <MomentTime label=", last seen" value={item.lastSeen} />}
        {children}
      </p>
    </div>
  );
}
