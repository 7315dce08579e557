'use client';

import { useState } from 'react';
import { confirmTotp, newRecoveryCodes, removeTotp, startTotp, totp } from '@/lib/client/account.ts';
import { AccountPageSection } from './account-page-section.tsx';
import { ActButton } from './act-button.tsx';
import { Asking } from './asking.tsx';
import { focusHeading } from './focus-heading.ts';
import { type FormOutcome, refusedBy } from './form-outcome.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Said } from './said.tsx';
import { codesLeftInWords } from './sign-in-stage.ts';
import { toSignIn } from './leave-page.ts';
import { TotpSetup } from './totp-setup.tsx';
import { useAct } from './use-act.ts';
import { useAsked } from './use-asked.ts';
import styles from './account.module.css';

/** Few enough that a person should make new ones before they are needed. */
const FEW_CODES = 2;

type View = { kind: 'state' } | { kind: 'setup'; secret: string; uri: string } | { kind: 'codes'; codes: readonly string[] };

/** The second factor: set up, its recovery codes, off. `onAct` follows whatever was changed. */
export function AuthenticatorSection({ email, onAct }: { email: string; onAct(): void }) {
  const asked = useAsked(totp);
  const { busyWith, said, say, act } = useAct();
  const [view, setView] = useState<View>({ kind: 'state' });

  async function start(): Promise<void> {
    const begun = await act('start', startTotp);
    if (begun === undefined) return;
    setView({ kind: 'setup', ...begun.data });
    focusHeading('authenticator');
  }

  async function confirm(code: string): Promise<FormOutcome> {
    const reply = await confirmTotp(code);
    if (!reply.ok) {
      if (reply.code === 'not-signed-in') toSignIn();
      return refusedBy(reply, { code: 'code' });
    }
    setView({ kind: 'codes', codes: reply.data.recoveryCodes });
    say('Your authenticator app is on.', true);
    onAct();
    return { kind: 'leaving' };
  }

  async function makeCodes(): Promise<void> {
    const made = await act('codes', newRecoveryCodes, 'These codes are new; the ones before no longer work.');
    if (made === undefined) return;
    setView({ kind: 'codes', codes: made.data.recoveryCodes });
    onAct();
  }

  async function turnOff(): Promise<void> {
    const off = await act('off', removeTotp, 'Your authenticator app is off, and its recovery codes no longer work.');
    if (off === undefined) return;
    onAct();
    await asked.again();
    focusHeading('authenticator');
  }

  async function kept(): Promise<string> {
    await asked.again();
    say('');
    close();
    return '';
  }

  function close(): void {
    setView({ kind: 'state' });
    focusHeading('authenticator');
  }

  const state = asked.data;
  return (
    <AccountPageSection id="authenticator" title="Authenticator app">
      <p className={styles.muted}>A second proof beside your password: a code that an app on your phone shows.</p>
      <Said said={said} />
      {view.kind === 'setup' ? (
        <>
          <TotpSetup secret={view.secret} uri={view.uri} submit={confirm} />
          <button type="button" className="button quiet" onClick={close}>
            Cancel
          </button>
        </>
      ) : null}
      {view.kind === 'codes' ? <RecoveryCodes codes={view.codes} email={email} onKept={kept} /> : null}
      {view.kind === 'state' ? (
        <>
          <Asking asked={asked} />
          {state?.enabled === false ? (
            <>
              <p>It is off.</p>
              <ActButton name="start" busyWith={busyWith} busyLabel="Starting…" onPress={() => void start()}>
                Set up an authenticator app
              </ActButton>
            </>
          ) : null}
          {state?.enabled === true ? (
            <>
              <p className={state.recoveryCodesLeft <= FEW_CODES ? styles.notice : undefined}>
                It is on. {codesLeftInWords(state.recoveryCodesLeft)}
                {state.recoveryCodesLeft <= FEW_CODES ? ' Make new ones before you need them.' : ''}
              </p>
              <div className="buttons">
                <ActButton name="codes" busyWith={busyWith} busyLabel="Making…" onPress={() => void makeCodes()}>
                  New recovery codes
                </ActButton>
                <ActButton name="off" busyWith={busyWith} busyLabel="Turning off…" onPress={() => void turnOff()}>
                  Turn it off
                </ActButton>
              </div>
            </>
          ) : null}
        </>
      ) : null}
    </AccountPageSection>
  );
}
