'use client';

import { useEffect, useRef, useState } from 'react';
import { exportAccount, type ExportProgress } from '@/lib/client/export-account.ts';
import { saveFile } from '@/lib/client/page-files.ts';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import { orOutdated } from '../offline/or-outdated.ts';
import { AccountPageSection } from './account-page-section.tsx';
import { downloadWords, progressWords } from './download-words.ts';
import { toSignIn } from './leave-page.ts';
import { useIsInteractive } from './use-is-interactive.ts';
import styles from './account.module.css';

/** One zip of everything, made here from what the store holds. */
export function DownloadSection({ userId, sync }: { userId: string; sync: SyncTransport['sync'] }) {
  const isInteractive = useIsInteractive();
  const [progress, setProgress] = useState<ExportProgress>();
  const [isBusy, setBusy] = useState(false);
  const [words, setWords] = useState('');
  const history = useRef<HTMLInputElement>(null);
  const control = useRef<AbortController>(undefined);
  // Left by a link: nothing more is asked of the server.
  useEffect(() => () => control.current?.abort(), []);

  async function download(): Promise<void> {
    if (control.current !== undefined) return;
    const own = new AbortController();
    control.current = own;
    setBusy(true);
    setWords('');
    let shownMs = 0;
    const made = await exportAccount({
      forUser: userId, sync: orOutdated(sync), isWithHistory: history.current?.checked === true, nowMs: Date.now(), signal: own.signal,
      after(ms, work) {
        const timer = setTimeout(work, ms);
        return () => clearTimeout(timer);
      },
      onProgress(next) {
        // Each state is a rendering; five a second are enough to see it move.
        if (Date.now() - shownMs < 200) return;
        shownMs = Date.now();
        setProgress(next);
      },
    });
    control.current = undefined;
    setBusy(false);
    setProgress(undefined);
    if (made.outcome === 'failed' && made.reason === 'absent') return toSignIn();
    const name = `selkie-${new Date().toISOString().slice(0, 10)}.zip`;
    if (made.outcome === 'done') saveFile(window, name, made.zip);
    setWords(downloadWords(made, name));
  }

  return (
    <AccountPageSection id="download" title="Download everything">
      <p>
        One zip of all files and folders as they are in your account now, made in this browser. What a device, this one included, has
        not saved to the account yet is not in it.
      </p>
      <div className={styles.tick}>
        <input id="with-history" type="checkbox" ref={history} aria-describedby="with-history-hint" disabled={isBusy} />
        <label htmlFor="with-history">With every earlier version</label>
        <p id="with-history-hint" className={styles.hint}>
          The stored history as it is, in a folder of its own with a note on how to read it. This can be much larger.
        </p>
      </div>
      <div className={`buttons ${styles.after}`}>
        <button type="button" className="button" disabled={!isInteractive} aria-disabled={isBusy} onClick={() => void download()}>
          {isBusy ? 'Downloading…' : 'Download everything'}
        </button>
        {isBusy ? (
          <button type="button" className="button quiet" onClick={() => control.current?.abort()}>
            Stop
          </button>
        ) : null}
      </div>
      {isBusy && progress !== undefined ? (
        <p className={styles.after}>
          <label htmlFor="download-progress">{progressWords(progress)}</label>{' '}
          <progress id="download-progress" value={progress.done} max={progress.total} />
        </p>
      ) : null}
      <p role="status" className={styles.after}>
        {words}
      </p>
    </AccountPageSection>
  );
}
