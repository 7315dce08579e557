'use client';

import { useState } from 'react';
import { addPasskey, type PasskeyItem, passkeyRegistrationOptions, passkeys, removePasskey, renamePasskey } from '@/lib/client/account.ts';
import { passkeysWork, registerPasskey } from '@/lib/client/passkey.ts';
import { AccountForm } from './account-form.tsx';
import { AccountPageSection } from './account-page-section.tsx';
import { ActButton } from './act-button.tsx';
import { Asking } from './asking.tsx';
import { checkPasskeyName } from './field-checks.ts';
import type { Field } from './field.ts';
import { focusHeading } from './focus-heading.ts';
import { failureInWords, type FormOutcome } from './form-outcome.ts';
import { MomentTime } from './moment-time.tsx';
import { Said } from './said.tsx';
import { toSignIn } from './leave-page.ts';
import { useAct } from './use-act.ts';
import { useAsked } from './use-asked.ts';
import { useIsInteractive } from './use-is-interactive.ts';
import styles from './account.module.css';

const nameField = (name: string, initial?: string): Field => ({
  name, label: 'Name', kind: 'text', autoComplete: 'off', check: checkPasskeyName, hint: 'So that you know it again, for instance “Work laptop”.',
  ...(initial === undefined ? {} : { initial }),
});

const NOT_MADE = 'No passkey was made. Try again, and confirm in your browser’s own dialog.';

/** The person's passkeys: list, add, rename, remove. `onAct` follows whatever was changed. */
export function PasskeysSection({ onAct }: { onAct(): void }) {
  const isInteractive = useIsInteractive();
  const asked = useAsked(passkeys);
  const { busyWith, said, say, act, prove } = useAct();
  const [renaming, setRenaming] = useState<string>();
  const [isAdding, setAdding] = useState(false);
  const items = asked.data?.passkeys;

  async function add(values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    say('');
    const name = (values['passkey-name'] ?? '').trim();
    const options = await prove(passkeyRegistrationOptions);
    if (!options.ok) return refused(options);
    const made = await registerPasskey(options.data.publicKey);
    if (made.kind !== 'made') return { kind: 'refused', message: made.kind === 'failed' ? made.message : NOT_MADE };
    const reply = await prove(() => addPasskey(made.credential, name));
    if (!reply.ok) return refused(reply);
    onAct();
    await asked.again();
    close(() => setAdding(false));
    say(`The passkey “${name}” is yours now. Next time, sign in with it instead of your password.`, true);
    return { kind: 'leaving' };
  }

  async function rename(item: PasskeyItem, values: Readonly<Record<string, string>>): Promise<FormOutcome> {
    const name = (values['passkey-rename'] ?? '').trim();
    const reply = await prove(() => renamePasskey(item.id, name));
    if (!reply.ok) return refused(reply);
    onAct();
    await asked.again();
    close(() => setRenaming(undefined));
    say(`It is called “${name}” now.`, true);
    return { kind: 'leaving' };
  }

  async function remove(item: PasskeyItem): Promise<void> {
    const gone = await act(item.id, () => removePasskey(item.id), `The passkey “${item.name}” no longer opens your account. Delete it on the device too.`);
    if (gone === undefined) return;
    onAct();
    await asked.again();
    focusHeading('passkeys');
  }

  function close(change: () => void): void {
    change();
    focusHeading('passkeys');
  }

  return (
    <AccountPageSection id="passkeys" title="Passkeys">
      <p className={styles.muted}>Sign in with your fingerprint, face or device PIN instead of your password; nobody can phish it.</p>
      <Said said={said} />
      <Asking asked={asked} />
      {items?.length === 0 ? <p>You have none yet.</p> : null}
      <ul className={styles.sessions} hidden={items === undefined || items.length === 0}>
        {items?.map((item) => (
          <li key={item.id} className={styles.session}>
            {renaming === item.id ? (
              <div className={styles.grow}>
                <AccountForm
                  fields={[nameField('passkey-rename', item.name)]}
                  submitLabel="Rename"
                  busyLabel="Renaming…"
                  submit={(values) => rename(item, values)}
                  beside={<Cancel onPress={() => close(() => setRenaming(undefined))} />}
                  takesFocus
                />
              </div>
            ) : (
              <>
                <div>
                  <p className={styles.device}>{item.name}</p>
                  <p className={`${styles.small} ${styles.muted}`}>
                    <MomentTime label="Added" value={item.created} />
                  </p>
                </div>
                <div className="buttons">
                  <button type="button" className="button quiet" onClick={() => setRenaming(item.id)}>
                    Rename<span className="visually-hidden"> the passkey {item.name}</span>
                  </button>
                  <ActButton name={item.id} busyWith={busyWith} busyLabel="Removing…" onPress={() => void remove(item)}>
                    Remove<span className="visually-hidden"> the passkey {item.name}</span>
                  </ActButton>
                </div>
              </>
            )}
          </li>
        ))}
      </ul>
      {isInteractive && !passkeysWork() ? <p className={styles.notice}>This browser can’t make passkeys; open this page in another one to add one.</p> : null}
      {isInteractive && passkeysWork() && items !== undefined ? (
        isAdding ? (
          <AccountForm
            fields={[nameField('passkey-name')]}
            submitLabel="Make the passkey"
            busyLabel="Waiting for your device…"
            submit={add}
            beside={<Cancel onPress={() => close(() => setAdding(false))} />}
            takesFocus
          />
        ) : (
          <button type="button" className="button quiet" onClick={() => setAdding(true)}>
            Add a passkey
          </button>
        )
      ) : null}
    </AccountPageSection>
  );
}

function Cancel({ onPress }: { onPress(): void }) {
  return (
    <button type="button" className="button quiet" onClick={onPress}>
      Cancel
    </button>
  );
}

function refused(reply: Parameters<typeof failureInWords>[0] | { ok: false; code: 'cancelled'; message: string }): FormOutcome {
  if (reply.code === 'cancelled') return { kind: 'refused', message: reply.message };
  if (reply.code === 'not-signed-in') toSignIn();
  return { kind: 'refused', message: failureInWords(reply) };
}
