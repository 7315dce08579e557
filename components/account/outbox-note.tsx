import { outboxLink } from './pending-mail.ts';
import styles from './account.module.css';

/** Where mails land on a machine that runs the embedded cloud; nothing anywhere else. */
export function OutboxNote({ outbox }: { outbox: string | undefined }) {
  const link = outboxLink(outbox);
  if (link === undefined) return null;
  return (
    <p className={styles.notice}>
      This Selkie runs on your own machine, and mails land in its{' '}
      <a href={link} target="_blank" rel="noreferrer">
        outbox
      </a>
      . The console prints each code too.
    </p>
  );
}
