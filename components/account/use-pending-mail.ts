'use client';

import { useSyncExternalStore } from 'react';
import { type PendingMail, readPendingMail } from './pending-mail.ts';

/** The address that waits for a code; undefined while the server renders, and when there is none. */
export function usePendingMail(): PendingMail | undefined {
  return useSyncExternalStore(() => () => undefined, readPendingMail, () => undefined);
}
