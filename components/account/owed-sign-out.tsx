'use client';

import { useEffect } from 'react';
import { owedSignOut } from '@/lib/client/owed-sign-out.ts';

/**
 * Somebody left this browser while the server could not be told: it is told now, and a page that was rendered for them
 * is rendered anew for nobody.
 */
export function OwedSignOut() {
  useEffect(() => {
    const owed = owedSignOut(() => localStorage);
    if (!owed.isOwed()) return;
    void owed.pay().then((isPaid) => {
      if (isPaid) location.reload();
    });
  }, []);
  return null;
}
