import type { Metadata } from 'next';
import Link from 'next/link';
import { ConfirmForm } from '@/components/account/confirm-form.tsx';
import styles from '@/components/account/account.module.css';

export const metadata: Metadata = { title: 'Confirm your address' };

export default function ConfirmPage() {
  return (
    <main className={styles.column}>
      <h1>Confirm your address</h1>
      <p>
        We sent a code to your e-mail address. If you had an account before, there is no new code:{' '}
        <Link href="/sign-in">sign in</Link>.
      </p>
      <ConfirmForm />
    </main>
  );
}
