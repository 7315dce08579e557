'use client';

import { useRef, useState } from 'react';
import { forgot, resend } from '@/lib/client/account.ts';
import { checkEmail } from './field-checks.ts';
import { failureInWords } from './form-outcome.ts';
import { OutboxNote } from './outbox-note.tsx';
import { keepPendingMail } from './pending-mail.ts';
import { useIsInteractive } from './use-is-interactive.ts';
import { usePendingMail } from './use-pending-mail.ts';
import styles from './account.module.css';

/** Below a form that waits for a code: where the mail is, and a button that sends another to the address in the form. */
export function MailHint({ kind }: { kind: 'confirm' | 'reset' }) {
  const isInteractive = useIsInteractive();
  const pending = usePendingMail();
  const [words, setWords] = useState('');
  const [sentTo, setSentTo] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const underWay = useRef(false);

  async function sendAgain(): Promise<void> {
    if (underWay.current) return;
    const input = document.getElementById('email');
    const email = input instanceof HTMLInputElement ? input.value.trim() : '';
    const mistake = checkEmail(email);
    if (mistake !== undefined) {
      setWords(mistake);
      input?.focus();
      return;
    }
    underWay.current = true;
    setBusy(true);
    setWords('');
    const reply = await (kind === 'confirm' ? resend(email) : forgot(email));
    underWay.current = false;
    setBusy(false);
    if (!reply.ok) {
      setWords(failureInWords(reply));
      return;
    }
    keepPendingMail({ email, outbox: reply.data.outbox });
    setSentTo(reply.data.outbox);
    // The server says the same for an address that it doesn't know, so the words promise no more.
    setWords('If a code can be sent to this address, another one is on its way.');
  }

  return (
    <section aria-labelledby="no-mail" className={styles.section}>
      <h2 id="no-mail">No mail?</h2>
      <OutboxNote outbox={sentTo ?? pending?.outbox} />
      <p>It can take a minute, and it may be in the spam folder. An older code no longer works once a new one is sent.</p>
      <button type="button" className="button quiet" disabled={!isInteractive} aria-disabled={isBusy} onClick={() => void sendAgain()}>
        {isBusy ? 'Sending…' : 'Send another code'}
      </button>
      <p role="status" className={styles.after}>
        {words}
      </p>
    </section>
  );
}
