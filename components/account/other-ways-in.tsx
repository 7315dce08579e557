'use client';

import { useState } from 'react';
import { passkeysWork } from '@/lib/client/passkey.ts';
import { ActButton } from './act-button.tsx';
import { checkEmail } from './field-checks.ts';
import { useIsInteractive } from './use-is-interactive.ts';
import type { PasskeySignIn } from './use-passkey-sign-in.ts';
import styles from './account.module.css';

interface OtherWaysInProps {
  passkey: PasskeySignIn;
  /** Answers what to say; nothing when the mail is on its way. */
  mailCode(email: string): Promise<string>;
  managedLogin: string | undefined;
}

/** The ways in without a password. They take the address from the form above. */
export function OtherWaysIn({ passkey, mailCode, managedLogin }: OtherWaysInProps) {
  const isInteractive = useIsInteractive();
  const [words, setWords] = useState('');
  const [isMailing, setMailing] = useState(false);
  const busyWith = isMailing ? 'mail' : passkey.isBusy ? 'passkey' : undefined;

  async function mail(): Promise<void> {
    const email = typedEmail();
    const mistake = checkEmail(email);
    if (mistake !== undefined) {
      setWords(`${mistake} The code goes there.`);
      document.getElementById('email')?.focus();
      return;
    }
    setMailing(true);
    setWords('');
    const sentence = await mailCode(email);
    setMailing(false);
    setWords(sentence);
  }

  async function touch(): Promise<void> {
    setWords('');
    const email = typedEmail();
    await passkey.start(checkEmail(email) === undefined ? email : undefined);
  }

  return (
    <section aria-labelledby="other-ways" className={styles.section}>
      <h2 id="other-ways">Other ways in</h2>
      <div className={`buttons ${styles.ways}`}>
        {isInteractive && !passkeysWork() ? null : (
          <ActButton name="passkey" busyWith={busyWith} busyLabel="Waiting for your passkey…" onPress={() => void touch()}>
            Use a passkey
          </ActButton>
        )}
        <ActButton name="mail" busyWith={busyWith} busyLabel="Sending…" onPress={() => void mail()}>
          Mail me a code
        </ActButton>
        {managedLogin === undefined ? null : (
          <a className="button quiet" href={managedLogin}>
            Sign in through managed login
          </a>
        )}
      </div>
      <p role="status" className={styles.after}>
        {words === '' ? passkey.words : words}
      </p>
    </section>
  );
}

function typedEmail(): string {
  const input = document.getElementById('email');
  return input instanceof HTMLInputElement ? input.value.trim() : '';
}
