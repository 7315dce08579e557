'use client';

import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import { AccountPageSection } from './account-page-section.tsx';
import { DownloadSection } from './download-section.tsx';
import { useFreshPage } from './use-fresh-page.ts';
import styles from './account.module.css';

/** Download everything, delete everything. */
export function DataSections({ userId, sync }: { userId: string; sync: SyncTransport['sync'] }) {
  useFreshPage();
  return (
    <>
      <DownloadSection userId={userId} sync={sync} />
      <AccountPageSection id="remove" title="Delete everything">
        <p>
          Deleting your account removes every file that was saved to it with all earlier versions, and the account itself. It is gone at
          once and can’t be brought back, so download it first if you may want it again.
        </p>
        <p className={styles.muted}>Files on your devices stay there until you remove them or sign out there.</p>
        <p>
          <a className="button quiet" href="/account#delete">
            Go to “Delete your account”
          </a>
        </p>
      </AccountPageSection>
    </>
  );
}
