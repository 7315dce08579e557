import type { ReactNode } from 'react';
import { OwedSignOut } from '@/components/account/owed-sign-out.tsx';
import { SealMark } from '@/components/account/seal-mark.tsx';
import styles from '@/components/account/account.module.css';

/** The frame of the account pages. */
export default function AccountLayout({ children }: { children: ReactNode }) {
  return (
    <div className={styles.page}>
      <header>
        <a href="/" className={styles.brand}>
          <SealMark className={styles.mark} />
          Selkie <span className="visually-hidden">terminal</span>
        </a>
      </header>
      <noscript>
        <p className={styles.notice}>
          This page needs JavaScript, as the terminal does. Allow it for this site and load the page again.
        </p>
      </noscript>
      {children}
      <OwedSignOut />
    </div>
  );
}
