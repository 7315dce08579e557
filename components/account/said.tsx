import type { Said as Words } from './use-act.ts';
import styles from './account.module.css';

/** What came of an act, told to screen readers when it changes; there from the start, or they would not hear it. */
export function Said({ said: { words, isGood } }: { said: Words }) {
  return (
    <p role="status" className={words === '' ? 'visually-hidden' : isGood ? styles.done : styles.notice}>
      {words}
    </p>
  );
}
