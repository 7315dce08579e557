'use client';

import { useCallback, useState } from 'react';
import type { AccountReply } from '@/lib/client/account.ts';
import type { Act } from './use-act.ts';
import { type Asked, useAsked } from './use-asked.ts';

interface Page {
  /** Where the next page starts; absent on the last one. */
  next?: string | undefined;
}

export interface Pages<T extends Page> {
  /** The first page, and why there is none. */
  asked: Asked<T>;
  /** All pages that were asked for, in order. */
  pages: readonly T[];
  hasMore: boolean;
  showMore(act: Act['act']): Promise<void>;
}

/** A list that comes in pages. Asking for the first page anew forgets the later ones. `ask` must keep its identity. */
export function usePages<T extends Page>(ask: (cursor?: string) => Promise<AccountReply<T>>, version = 0): Pages<T> {
  const askFirst = useCallback(() => ask(), [ask]);
  const asked = useAsked(askFirst, version);
  const [later, setLater] = useState<{ after: T; pages: readonly T[] }>();
  const first = asked.data;
  // Later pages belong to the first page that they were asked after.
  const pages = first === undefined ? [] : [first, ...(later?.after === first ? later.pages : [])];
  const next = pages.at(-1)?.next;

  async function showMore(act: Act['act']): Promise<void> {
    if (first === undefined || next === undefined) return;
    const page = await act('more', () => ask(next));
    if (page !== undefined) setLater({ after: first, pages: [...pages.slice(1), page.data] });
  }

  return { asked, pages, hasMore: next !== undefined, showMore };
}
