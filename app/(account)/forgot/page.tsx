import type { Metadata } from 'next';
import Link from 'next/link';
import { ForgotForm } from '@/components/account/forgot-form.tsx';
import styles from '@/components/account/account.module.css';

export const metadata: Metadata = { title: 'Forgot your password' };

export default function ForgotPage() {
  return (
    <main className={styles.column}>
      <h1>Forgot your password</h1>
      <p>If there is an account with your address, we send it a code with which you choose a new password.</p>
      <ForgotForm />
      <ul className={styles.also}>
        <li>
          <Link href="/reset">I have a code</Link>
        </li>
        <li>
          <Link href="/sign-in">Back to signing in</Link>
        </li>
      </ul>
    </main>
  );
}
