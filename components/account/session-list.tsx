'use client';

import { useCallback, useEffect, useState } from 'react';
import { revoke, type SessionItem, sessions } from '@/lib/client/account.ts';
import { tellTabs } from './account-tabs.ts';
import { failureInWords } from './form-outcome.ts';
import { momentOf } from './moment.ts';
import styles from './account.module.css';

/**
 * Where the person is signed in, with a way to end each. Asked from the browser, not rendered by the server: so the
 * list is as fresh as its last act, and times come out in the person's own zone. `version` changes when something else
 * on the page has ended sessions.
 */
export function SessionList({ version }: { version: number }) {
  const [items, setItems] = useState<readonly SessionItem[]>();
  const [words, setWords] = useState('');
  const [isDone, setDone] = useState(false);
  const [busyWith, setBusyWith] = useState<string>();

  const show = useCallback((reply: Awaited<ReturnType<typeof sessions>>) => {
    if (reply.ok) setItems(reply.data.sessions);
    else if (reply.code === 'not-signed-in') location.assign('/sign-in?returnTo=/account');
    else setWords(failureInWords(reply));
  }, []);

  useEffect(() => {
    let isGone = false;
    void sessions().then((reply) => {
      if (!isGone) show(reply);
    });
    return () => {
      isGone = true;
    };
  }, [show, version]);

  async function again(): Promise<void> {
    setWords('');
    show(await sessions());
  }

  async function end(which: Parameters<typeof revoke>[0], name: string, done: string): Promise<void> {
    if (busyWith !== undefined) return;
    setBusyWith(name);
    setDone(false);
    setWords('');
    const reply = await revoke(which);
    // Gone already is as good as ended now.
    if (!reply.ok && reply.code !== 'not-found') {
      setBusyWith(undefined);
      setWords(failureInWords(reply));
      return;
    }
    if ('scope' in which && which.scope === 'all') {
      tellTabs();
      location.assign('/sign-in?done=signed-out');
      return;
    }
    show(await sessions());
    setBusyWith(undefined);
    setDone(true);
    setWords(done);
  }

  const others = items?.filter((item) => !item.current) ?? [];
  return (
    <section aria-labelledby="sessions" className={styles.section}>
      <h2 id="sessions">Where you are signed in</h2>
      {items === undefined && words === '' ? <p className={styles.muted}>Looking…</p> : null}
      <ul className={styles.sessions} hidden={items === undefined}>
        {items?.map((item) => (
          <li key={item.id} className={styles.session}>
            <div>
              <p>
                <span className={styles.device}>{item.device ?? 'Unknown device'}</span>
                {item.current ? <span className={styles.here}>this one</span> : null}
              </p>
              <p className={`${styles.small} ${styles.muted}`}>
                <Moment label="Since" value={item.created} />
                {item.current ? null : <Moment label=", last seen" value={item.lastSeen} />}
              </p>
            </div>
            {item.current ? null : (
              <button
                type="button"
                className="button quiet"
                aria-disabled={busyWith !== undefined}
                onClick={() => void end({ id: item.id }, item.id, 'That session has ended.')}
              >
                {busyWith === item.id ? 'Ending…' : 'End'}
                <span className="visually-hidden"> the session of {item.device ?? 'an unknown device'}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <p role="status" className={words === '' ? 'visually-hidden' : isDone ? styles.done : styles.notice}>
        {words}
      </p>
      <div className="buttons">
        {items === undefined && words !== '' ? (
          <button type="button" className="button quiet" onClick={() => void again()}>
            Try again
          </button>
        ) : null}
        {others.length === 0 ? null : (
          <button
            type="button"
            className="button quiet"
            aria-disabled={busyWith !== undefined}
            onClick={() => void end({ scope: 'others' }, 'others', 'All other sessions have ended.')}
          >
            Sign out everywhere else
          </button>
        )}
        {items === undefined ? null : (
          <button
            type="button"
            className="button quiet"
            aria-disabled={busyWith !== undefined}
            onClick={() => void end({ scope: 'all' }, 'all', '')}
          >
            Sign out everywhere
          </button>
        )}
      </div>
    </section>
  );
}

function Moment({ label, value }: { label: string; value: string | number | undefined }) {
  const moment = momentOf(value);
  if (moment === undefined) return null;
  return (
    <>
      {label} <time dateTime={moment.machine}>{moment.words}</time>
    </>
  );
}
