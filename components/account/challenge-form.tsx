'use client';

import { useEffect, useRef, useState } from 'react';
import { answerChallenge, type SignInReply } from '@/lib/client/account.ts';
import { AccountForm } from './account-form.tsx';
import { ActButton } from './act-button.tsx';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { OutboxNote } from './outbox-note.tsx';
import { type Question, questionOf } from './challenge-question.ts';
import type { Challenge } from './sign-in-stage.ts';
import { TotpSetup } from './totp-setup.tsx';
import styles from './account.module.css';

interface ChallengeFormProps {
  challenge: Challenge;
  /** What happened just before; may be empty. */
  note: string;
  onReply(reply: SignInReply): Promise<FormOutcome>;
  onRestart(): void;
  /** Sends another code, where the mail began the sign-in; answers what to say. */
  onAnotherMail: (() => Promise<string>) | undefined;
}

/** The second step of a sign-in: a code, an authenticator app to set up, or a new password that somebody else has ordered. */
export function ChallengeForm({ challenge, note, onReply, onRestart, onAnotherMail }: ChallengeFormProps) {
  const title = useRef<HTMLHeadingElement>(null);
  const [isRecovering, setRecovering] = useState(false);
  const question = questionOf(challenge.name, isRecovering);
  // The form that had the focus is gone; a screen reader goes on from here.
  useEffect(() => title.current?.focus(), [question.title]);

  async function send(answer: Parameters<typeof answerChallenge>[0], field: string): Promise<FormOutcome> {
    const reply = await answerChallenge(answer);
    if (!reply.ok) return refusedBy(reply, { code: field, newPassword: field, password: field });
    const outcome = await onReply(reply.data);
    return reply.data.status === 'challenge' && reply.data.challenge === challenge.name
      ? { kind: 'refused', message: 'That was not accepted; try once more, or start again.' }
      : outcome;
  }

  return (
    <div className={styles.section}>
      <h2 id="challenge" ref={title} tabIndex={-1}>
        {question.title}
      </h2>
      {note === '' ? null : <p className={styles.notice}>{note}</p>}
      <p>{question.words}</p>
      {challenge.name === 'email-code' ? <OutboxNote outbox={challenge.outbox} /> : null}
      {challenge.name === 'totp-setup' ? (
        <TotpSetup secret={challenge.secret} uri={challenge.uri} submit={(code) => send({ code }, 'code')} />
      ) : (
        <QuestionForm key={question.field?.name} question={question} send={send} />
      )}
      <div className="buttons">
        {challenge.name === 'totp' ? (
          <button type="button" className="button quiet" onClick={() => setRecovering(!isRecovering)}>
            {isRecovering ? 'Use the authenticator app instead' : 'Use a recovery code instead'}
          </button>
        ) : null}
        {challenge.name === 'email-code' && onAnotherMail !== undefined ? <AnotherMail send={onAnotherMail} /> : null}
        <button type="button" className="button quiet" onClick={onRestart}>
          Start again
        </button>
      </div>
    </div>
  );
}

function QuestionForm({ question, send }: { question: Question; send(answer: Parameters<typeof answerChallenge>[0], field: string): Promise<FormOutcome> }) {
  const { field, answer } = question;
  if (field === undefined) return null;
  return (
    <AccountForm fields={[field]} submitLabel="Go on" busyLabel="Checking…" submit={(values) => send(answer(values[field.name] ?? ''), field.name)} />
  );
}

function AnotherMail({ send }: { send(): Promise<string> }) {
  const [isBusy, setBusy] = useState(false);
  const [words, setWords] = useState('');
  async function again(): Promise<void> {
    setBusy(true);
    const sentence = await send();
    setBusy(false);
    // The server says the same for an address that it doesn't know, so the words promise no more.
    setWords(sentence === '' ? 'If a code can be sent to this address, another one is on its way; the older no longer works.' : sentence);
  }
  return (
    <>
      <ActButton name="again" busyWith={isBusy ? 'again' : undefined} busyLabel="Sending…" onPress={() => void again()}>
        Send another code
      </ActButton>
      <p role="status" className={styles.saidInRow}>
        {words}
      </p>
    </>
  );
}
