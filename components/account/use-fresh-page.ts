'use client';

import { useEffect } from 'react';
import { onOtherTab } from './account-tabs.ts';

/** Loads the page anew when another tab signs in or out, and after Back to a page that was frozen before a sign-out. */
export function useFreshPage(): void {
  useEffect(() => onOtherTab(() => location.reload()), []);
  useEffect(() => {
    const thaw = (event: PageTransitionEvent) => {
      if (event.persisted) location.reload();
    };
    addEventListener('pageshow', thaw);
    return () => removeEventListener('pageshow', thaw);
  }, []);
}
