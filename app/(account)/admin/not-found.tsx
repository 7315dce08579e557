import type { Metadata } from 'next';
import styles from '@/components/account/account.module.css';
import { WaysOn } from '@/components/account/ways-on.tsx';

export const metadata: Metadata = { title: 'Not for you' };

/** For everybody who does not administer this Selkie: 404, as for an address that is not there. */
export default function NotForYou() {
  return (
    <main className={styles.column}>
      <h1>Nothing here for you</h1>
      <p>This part is for the people who run this Selkie. If you are one of them, sign out and in again, so that your session learns it.</p>
      <WaysOn href="/account" label="Your account" />
    </main>
  );
}
