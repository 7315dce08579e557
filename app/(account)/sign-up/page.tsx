import type { Metadata } from 'next';
import Link from 'next/link';
import { SignUpForm } from '@/components/account/sign-up-form.tsx';
import styles from '@/components/account/account.module.css';

export const metadata: Metadata = { title: 'Sign up' };

export default function SignUpPage() {
  return (
    <main className={styles.column}>
      <h1>Sign up</h1>
      <p>The terminal works without an account. With one, your files are kept safe and follow you to every device.</p>
      <SignUpForm />
      <ul className={styles.also}>
        <li>
          <Link href="/sign-in">Sign in instead</Link>
        </li>
        <li>
          <Link href="/confirm">Confirm your address</Link>
        </li>
      </ul>
    </main>
  );
}
