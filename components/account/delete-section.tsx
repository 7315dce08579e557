'use client';

import { deleteAccount } from '@/lib/client/account.ts';
import { signInPath } from '@/lib/core/session/sign-in-path.ts';
import { AccountForm } from './account-form.tsx';
import { AccountPageSection } from './account-page-section.tsx';
import { tellTabs } from './account-tabs.ts';
import type { Field } from './field.ts';
import { failureInWords, type FormOutcome } from './form-outcome.ts';
import { leaveTo } from './leave-page.ts';
import { forgetPendingMail } from './pending-mail.ts';
import { useAct } from './use-act.ts';
import { wipePersonHere } from './wipe-person.ts';
import styles from './account.module.css';

/** Deletes the account, after the person typed whose it is. */
export function DeleteSection({ user }: { user: { id: string; email: string } }) {
  const { prove } = useAct();
  const field: Field = {
    name: 'delete-email', label: 'Your e-mail address', kind: 'email', autoComplete: 'off', hint: `Type ${user.email} to show that you mean it.`,
    check: (value) => (isSameAddress(value, user.email) ? undefined : `Type ${user.email} exactly as it stands here.`),
  };

  async function submit(): Promise<FormOutcome> {
    const reply = await prove(deleteAccount);
    if (!reply.ok && reply.code !== 'not-signed-in') {
      const message = reply.code === 'cancelled' ? 'Nothing was deleted.' : `Your account may not be deleted yet. ${failureInWords(reply)}`;
      return { kind: 'refused', message };
    }
    if (reply.ok) {
      wipePersonHere(user.id);
      forgetPendingMail();
    }
    tellTabs();
    leaveTo(signInPath(reply.ok ? { done: 'deleted' } : { returnTo: '/account' }));
    return { kind: 'leaving' };
  }

  return (
    <AccountPageSection id="delete" title="Delete your account">
      <p>All of this is gone at once and can’t be brought back:</p>
      <ul className={styles.plain}>
        <li>your account, with its password, passkeys and authenticator app;</li>
        <li>every file that was saved to it, with all earlier versions;</li>
        <li>your files in this browser; other devices keep what they hold until you remove it there;</li>
        <li>every session, on this and all other devices.</li>
      </ul>
      <p>
        <a href="/account/data">Download everything</a> first, if you may want it again.
      </p>
      <AccountForm fields={[field]} submitLabel="Delete my account" busyLabel="Deleting…" submit={submit} isDanger />
    </AccountPageSection>
  );
}

/** As the server compares addresses: NFKC, without regard to case. */
function isSameAddress(typed: string, own: string): boolean {
  const plain = (value: string) => value.normalize('NFKC').trim().toLowerCase();
  return plain(typed) === plain(own);
}
