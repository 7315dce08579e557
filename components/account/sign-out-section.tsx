'use client';

import { useRef, useState } from 'react';
import { signOut } from '@/lib/client/account.ts';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { tellTabs } from './account-tabs.ts';
import { failureInWords } from './form-outcome.ts';
import { leaveTo } from './leave-page.ts';
import { useIsInteractive } from './use-is-interactive.ts';
import styles from './account.module.css';

/**
 * Ends this session. The files are not wiped from here: that needs a push first and a choice when it fails, which is
 * what `logout` in the terminal does; this page says so instead of doing half of it.
 */
export function SignOutSection() {
  const isInteractive = useIsInteractive();
  const [isBusy, setBusy] = useState(false);
  const [words, setWords] = useState('');
  const underWay = useRef(false);

  async function leave(): Promise<void> {
    if (underWay.current) return;
    underWay.current = true;
    setBusy(true);
    setWords('');
    const reply = await signOut();
    if (reply.ok || reply.code === 'not-signed-in') {
      tellTabs();
      leaveTo(signInPath({ done: 'signed-out' }));
      return;
    }
    underWay.current = false;
    setBusy(false);
    setWords(`You are still signed in. ${failureInWords(reply)}`);
  }

  return (
    <section aria-labelledby="sign-out" className={styles.section}>
      <h2 id="sign-out">Sign out</h2>
      <p>
        Ends this session; your files stay in this browser. On a computer that is not yours, type <code>logout</code> in{' '}
        <a href="/">the terminal</a> instead: it saves your files to your account and then removes them here.
      </p>
      <button type="button" className="button" disabled={!isInteractive} aria-disabled={isBusy} onClick={() => void leave()}>
        {isBusy ? 'Signing out…' : 'Sign out'}
      </button>
      <p role="status" className={styles.after}>
        {words}
      </p>
    </section>
  );
}
