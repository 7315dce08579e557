'use client';

import { useEffect, useRef } from 'react';
import { answerChallenge } from '@/lib/client/account.ts';
import { AccountForm } from './account-form.tsx';
import { checkCode, checkNewPassword, tidyCode } from './field-checks.ts';
import type { Field } from './field.ts';
import { finishSignIn } from './finish-sign-in.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { PASSWORD_RULES } from './password-rules.ts';
import styles from './account.module.css';

interface ChallengeFormProps {
  /** What the server asks, as contract.md names it. */
  challenge: string;
  returnTo: string;
  /** The server asks something else now; undefined starts the sign-in again. */
  onChallenge(next: string | undefined): void;
}

interface Question {
  title: string;
  words: string;
  field: Field;
  send(value: string): ReturnType<typeof answerChallenge>;
}

/** The second step of a sign-in: a code, or a new password that somebody else has ordered. */
export function ChallengeForm({ challenge, returnTo, onChallenge }: ChallengeFormProps) {
  const title = useRef<HTMLHeadingElement>(null);
  // The form that had the focus is gone; a screen reader goes on from here.
  useEffect(() => title.current?.focus(), []);

  const question = questionOf(challenge);
  async function submit(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    if (question === undefined) return { kind: 'leaving' };
    const reply = await question.send(values[question.field.name] ?? '');
    if (!reply.ok) return refusedBy(reply, { code: 'code', newPassword: 'new-password' });
    if (reply.data.status === 'signed-in') return finishSignIn(returnTo);
    onChallenge(reply.data.challenge);
    return reply.data.challenge === challenge
      ? { kind: 'refused', message: 'That was not accepted; try once more, or start again.' }
      : { kind: 'leaving' };
  }

  return (
    <section aria-labelledby="challenge" className={styles.section}>
      <h2 id="challenge" ref={title} tabIndex={-1}>
        {question?.title ?? 'One more step'}
      </h2>
      <p>{question?.words ?? 'This account asks for a step that this page does not know yet. Ask whoever runs this Selkie to help.'}</p>
      {question === undefined ? null : (
        <AccountForm fields={[question.field]} submitLabel="Go on" busyLabel="Checking…" submit={submit} />
      )}
      <button type="button" className="button quiet" onClick={() => onChallenge(undefined)}>
        Start again
      </button>
    </section>
  );
}

function questionOf(challenge: string): Question | undefined {
  switch (challenge) {
    case 'new-password':
      return {
        title: 'Choose a new password',
        words: 'The password that you used was for one time only.',
        field: {
          name: 'new-password',
          label: 'New password',
          kind: 'password',
          autoComplete: 'new-password',
          hint: PASSWORD_RULES,
          check: checkNewPassword,
        },
        send: (newPassword) => answerChallenge({ newPassword }),
      };
    case 'totp':
      return codeQuestion('Enter the code of your authenticator app', 'Open the app and type the number that it shows for Selkie.');
    case 'email-code':
      return codeQuestion('Enter the code from your mail', 'We sent it to your e-mail address just now.');
    default:
      return undefined;
  }
}

function codeQuestion(title: string, words: string): Question {
  return {
    title,
    words,
    field: { name: 'code', label: 'Code', kind: 'code', autoComplete: 'one-time-code', check: checkCode },
    send: (code) => answerChallenge({ code: tidyCode(code) }),
  };
}
