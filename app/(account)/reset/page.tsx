import type { Metadata } from 'next';
import { ResetForm } from '@/components/account/reset-form.tsx';
import styles from '@/components/account/account.module.css';

export const metadata: Metadata = { title: 'Choose a new password' };

export default function ResetPage() {
  return (
    <main className={styles.column}>
      <h1>Choose a new password</h1>
      <p>If there is an account with your address, a code is in its mail. Every session of yours ends with the new password.</p>
      <ResetForm />
    </main>
  );
}
