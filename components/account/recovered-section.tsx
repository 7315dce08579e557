'use client';

import { useEffect, useRef, useState } from 'react';
import { codesLeftInWords } from './sign-in-stage.ts';
import styles from './account.module.css';

interface RecoveredSectionProps {
  codesLeft: number;
  returnTo: string;
  /** Answers what to say when the page could not be left. */
  leaveFor(path: string): Promise<string>;
}

/** After a sign-in with a recovery code: what it has cost, and the way to make it good. */
export function RecoveredSection({ codesLeft, returnTo, leaveFor }: RecoveredSectionProps) {
  const title = useRef<HTMLHeadingElement>(null);
  const [words, setWords] = useState('');
  useEffect(() => title.current?.focus(), []);
  const leave = async (path: string) => setWords(await leaveFor(path));

  return (
    <section aria-labelledby="recovered" className={styles.section}>
      <h2 id="recovered" ref={title} tabIndex={-1}>
        You are signed in, and your authenticator app is off
      </h2>
      <p>
        Your recovery code was taken, so from now on the password alone opens your account. Set your authenticator app up again.{' '}
        {codesLeftInWords(codesLeft)}
      </p>
      <div className="buttons">
        <button type="button" className="button" onClick={() => void leave('/account#authenticator')}>
          Set it up again
        </button>
        <button type="button" className="button quiet" onClick={() => void leave(returnTo)}>
          Not now
        </button>
      </div>
      <p role="status" className={styles.after}>
        {words}
      </p>
    </section>
  );
}
