import type { ReactNode } from 'react';
import styles from './account.module.css';

/** One heading of an account page with what belongs to it; `id` is where links within the page lead. */
export function AccountPageSection({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className={styles.section}>
      <h2 id={id} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </section>
  );
}
