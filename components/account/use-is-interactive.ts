'use client';

import { useSyncExternalStore } from 'react';

/** False in the server's HTML, true once the page's script has taken it over. */
export function useIsInteractive(): boolean {
  return useSyncExternalStore(
    () => () => undefined,
    () => true,
    () => false,
  );
}
