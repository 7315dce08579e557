'use client';

import { AccountForm } from './account-form.tsx';
import { checkCode, tidyCode } from './field-checks.ts';
import type { Field } from './field.ts';
import type { FormOutcome } from './form-outcome.ts';
import { QrCode } from './qr-code.tsx';
import { groupsOfFour } from './secret-groups.ts';
import styles from './account.module.css';

interface TotpSetupProps {
  /** Base32, as an authenticator app takes it when it is typed. */
  secret: string;
  /** `otpauth://`; on a phone it opens the app itself. */
  uri: string;
  /** Gets the first code without spaces; refusals about it belong to the field `code`. */
  submit(code: string): Promise<FormOutcome>;
}

const FIELDS: readonly Field[] = [
  { name: 'code', label: 'Code from the app', kind: 'code', autoComplete: 'one-time-code', hint: 'Six digits; a new one every 30 seconds.', check: checkCode },
];

/** How an authenticator app gets to know this account: by camera, by a tap on the phone itself, or by hand. */
export function TotpSetup({ secret, uri, submit }: TotpSetupProps) {
  return (
    <>
      <ol className={styles.steps}>
        <li>
          Scan this with the app. On the phone itself,{' '}
          <a className={styles.inline} href={uri}>
            open the app
          </a>{' '}
          instead.
          <QrCode text={uri} label="QR code for your authenticator app; the same key is written below it" />
          Or type this key into it:
          <code className={styles.secret}>{groupsOfFour(secret)}</code>
        </li>
        <li>Type the code that the app then shows.</li>
      </ol>
      <AccountForm fields={FIELDS} submitLabel="Turn it on" busyLabel="Checking…" submit={(values) => submit(tidyCode(values.code ?? ''))} />
    </>
  );
}
