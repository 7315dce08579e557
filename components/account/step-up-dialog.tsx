'use client';

import { useEffect, useRef, useState } from 'react';
import { passkeys, type PublicKeyJson, stepUp, stepUpOptions } from '@/lib/client/account.ts';
import { abortPasskey, passkeysWork, usePasskey as signWithPasskey } from '@/lib/client/passkey.ts';
import * as limits from '@/lib/core/limits.ts';
import { AccountForm } from './account-form.tsx';
import { ActButton } from './act-button.tsx';
import { checkCode, checkPassword, tidyCode } from './field-checks.ts';
import type { Field } from './field.ts';
import { failureInWords, type FormOutcome, refusedBy } from './form-outcome.ts';
import { OutboxNote } from './outbox-note.tsx';
import { type StepUpStage, stageAfter, stageAfterRefusal } from './step-up-runner.ts';
import { toSignIn } from './leave-page.ts';
import styles from './account.module.css';

const PASSWORD: readonly Field[] = [
  { name: 'step-up-password', label: 'Password', kind: 'password', autoComplete: 'current-password', check: checkPassword },
];
const CODE: readonly Field[] = [
  { name: 'step-up-code', label: 'Code', kind: 'code', autoComplete: 'one-time-code', check: checkCode },
];

const PASSKEY_CANCELLED = 'The passkey was not used. Try again, or type your password.';

/**
 * "Is it still you?" as the browser's own modal dialog: the page behind it can't be reached, Escape closes it, and the
 * focus goes back to the button that led here.
 */
export function StepUpDialog({ email, onAnswer }: { email: string; onAnswer(isProved: boolean): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isProved = useRef(false);
  const [stage, setStage] = useState<StepUpStage>({ kind: 'password' });
  const [hasPasskey, setHasPasskey] = useState(false);
  const [isTouching, setTouching] = useState(false);
  const [words, setWords] = useState('');

  useEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => abortPasskey();
  }, []);

  useEffect(() => {
    let isGone = false;
    // A hint for one button; when it can't be had, the password is there.
    if (passkeysWork()) {
      void passkeys().then((reply) => {
        if (!isGone) setHasPasskey(reply.ok && reply.data.passkeys.length > 0);
      });
    }
    return () => {
      isGone = true;
    };
  }, []);

  useEffect(() => {
    if (stage.kind === 'code') document.getElementById('step-up-code')?.focus();
  }, [stage.kind]);

  async function send(proof: Parameters<typeof stepUp>[0], refusable: { code?: string; password?: string }): Promise<FormOutcome> {
    setWords('');
    const reply = await stepUp(proof);
    if (!reply.ok) {
      const next = stageAfterRefusal(stage, reply);
      if (next === stage) {
        if (reply.code === 'not-signed-in') toSignIn();
        return refusedBy(reply, refusable);
      }
      setStage(next);
      setWords(failureInWords(reply));
      return { kind: 'leaving' };
    }
    const next = stageAfter(reply.data);
    setStage(next);
    if (next.kind === 'proved') {
      isProved.current = true;
      dialog.current?.close();
    }
    return { kind: 'leaving' };
  }

  async function touch(): Promise<void> {
    setTouching(true);
    setWords('');
    const asked = await stepUpOptions();
    const sentence = asked.ok ? await proveWith(asked.data.publicKey) : failureInWords(asked);
    setTouching(false);
    setWords(sentence);
  }

  /** Answers what to say. */
  async function proveWith(options: PublicKeyJson): Promise<string> {
    const signed = await signWithPasskey(options);
    if (signed.kind === 'cancelled') return PASSKEY_CANCELLED;
    if (signed.kind === 'failed') return signed.message;
    const outcome = await send({ credential: signed.credential }, {});
    return outcome.kind === 'leaving' ? '' : outcome.message;
  }

  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby="step-up" aria-describedby="step-up-why" onClose={() => onAnswer(isProved.current)}>
      <h2 id="step-up">Is it still you?</h2>
      <p id="step-up-why">Confirm it before this is done. Your proof then holds for {limits.stepUpMs / 60_000} minutes.</p>
      {words === '' ? null : (
        <p role="alert" className={styles.problems}>
          {words}
        </p>
      )}
      {stage.kind === 'password' ? (
        <AccountForm
          key="password"
          fields={PASSWORD}
          submitLabel="Confirm"
          busyLabel="Checking…"
          submit={(values) => send({ password: values['step-up-password'] ?? '' }, { password: 'step-up-password' })}
          userName={email}
        />
      ) : null}
      {stage.kind === 'code' ? (
        <>
          <p>{stage.challenge === 'totp' ? 'Now type the code that your authenticator app shows for Selkie.' : 'Now type the code that we sent to your e-mail address.'}</p>
          <OutboxNote outbox={stage.outbox} />
          <AccountForm
            key="code"
            fields={CODE}
            submitLabel="Confirm"
            busyLabel="Checking…"
            submit={(values) => send({ code: tidyCode(values['step-up-code'] ?? '') }, { code: 'step-up-code' })}
          />
        </>
      ) : null}
      {stage.kind === 'stuck' ? (
        <p role="alert" className={styles.notice}>
          {stage.message}
        </p>
      ) : null}
      <div className="buttons">
        {hasPasskey && stage.kind === 'password' ? (
          <ActButton name="passkey" busyWith={isTouching ? 'passkey' : undefined} busyLabel="Waiting for your passkey…" onPress={() => void touch()}>
            Use a passkey instead
          </ActButton>
        ) : null}
        <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
      </div>
    </dialog>
  );
}
