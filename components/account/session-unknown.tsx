import { waitInWords } from './form-outcome.ts';
import { WaysOn } from './ways-on.tsx';
import styles from './account.module.css';

/** In place of a page for a session that can't be checked now: neither shown nor sent to the sign-in. */
export function SessionUnknown({ path, retryAfterSeconds }: { path: string; retryAfterSeconds: number }) {
  return (
    <main className={styles.column}>
      <h1>This page can’t be shown now</h1>
      <p>
        The service that knows your session does not answer. You are not signed out and nothing is lost; try again in{' '}
        {waitInWords(retryAfterSeconds)}. The terminal works meanwhile.
      </p>
      <WaysOn href={path} label="Try again" />
    </main>
  );
}
