'use client';

import type { Asked } from './use-asked.ts';
import styles from './account.module.css';

/** In place of what the server has not answered yet, or why it did not; nothing once there is an answer. */
export function Asking<T>({ asked: { data, failure, again } }: { asked: Asked<T> }) {
  if (failure === undefined) return data === undefined ? <p className={styles.muted}>Looking…</p> : null;
  return (
    <>
      <p role="alert" className={styles.notice}>
        {failure}
      </p>
      <button type="button" className="button quiet" onClick={() => void again()}>
        Try again
      </button>
    </>
  );
}
