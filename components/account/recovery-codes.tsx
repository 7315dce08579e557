'use client';

import { useEffect, useRef, useState } from 'react';
import { ActButton } from './act-button.tsx';
import { RECOVERY_CODES_FILE, recoveryCodesText } from './recovery-codes-text.ts';
import styles from './account.module.css';

interface RecoveryCodesProps {
  codes: readonly string[];
  email?: string | undefined;
  /** Pressed "I have kept them": the codes can't be shown again. Answers what to say when going on failed. */
  onKept(): Promise<string>;
}

/** The ten codes, shown this once, with ways to keep them. */
export function RecoveryCodes({ codes, email, onKept }: RecoveryCodesProps) {
  const title = useRef<HTMLHeadingElement>(null);
  const [words, setWords] = useState('');
  const [isLeaving, setLeaving] = useState(false);
  useEffect(() => title.current?.focus(), []);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(codes.join('\n'));
      setWords('Copied. Paste them somewhere safe now.');
    } catch {
      setWords('This browser did not allow copying; save them as a file, or write them down.');
    }
  }

  function save(): void {
    const address = URL.createObjectURL(new Blob([recoveryCodesText(codes, email, location.origin)], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = RECOVERY_CODES_FILE;
    link.click();
    URL.revokeObjectURL(address);
    setWords(`Saved as ${RECOVERY_CODES_FILE}.`);
  }

  async function goOn(): Promise<void> {
    setLeaving(true);
    const sentence = await onKept();
    setLeaving(false);
    setWords(sentence);
  }

  return (
    <div role="group" aria-labelledby="recovery-codes" className={styles.codesBox}>
      <h3 id="recovery-codes" ref={title} tabIndex={-1}>
        Keep these recovery codes
      </h3>
      <p>
        Each lets you in once when you don’t have your authenticator app. They are shown only now: write them down, or keep them in a
        password manager.
      </p>
      <ol className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p role="status" className={styles.after}>
        {words}
      </p>
      <div className="buttons">
        <button type="button" className="button quiet" onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" className="button quiet" onClick={save}>
          Download
        </button>
        <ActButton name="kept" busyWith={isLeaving ? 'kept' : undefined} busyLabel="Going on…" isMain onPress={() => void goOn()}>
          I have kept them
        </ActButton>
      </div>
    </div>
  );
}
