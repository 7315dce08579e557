'use client';

import { useCallback, useEffect, useState } from 'react';
import type { AccountReply } from '@/lib/client/account.ts';
import { failureInWords } from './form-outcome.ts';
import { toSignIn } from './leave-page.ts';

export interface Asked<T> {
  /** What the server said last to this question; stays while it is asked again. */
  data: T | undefined;
  /** Why there is no newer answer. */
  failure: string | undefined;
  /** Asks again; resolves when the answer is on the page. */
  again(): Promise<void>;
}

/**
 * Asks the server once the page is there, and again when `version` changes. Asked from the browser, not rendered by
 * the server: so a list is as fresh as its last act, and times come out in the person's own zone. `ask` must keep its
 * identity from one rendering to the next.
 */
export function useAsked<T>(ask: () => Promise<AccountReply<T>>, version = 0): Asked<T> {
  const [heard, setHeard] = useState<{ to: typeof ask; data: T | undefined; failure: string | undefined }>();
  // The answer to another question says nothing about this one.
  const { data, failure } = heard?.to === ask ? heard : { data: undefined, failure: undefined };

  const show = useCallback((reply: AccountReply<T>) => {
    if (reply.ok) setHeard({ to: ask, data: reply.data, failure: undefined });
    else if (reply.code === 'not-signed-in') toSignIn();
    else setHeard((before) => ({ to: ask, data: before?.to === ask ? before.data : undefined, failure: failureInWords(reply) }));
  }, [ask]);

  useEffect(() => {
    let isGone = false;
    void ask().then((reply) => {
      if (!isGone) show(reply);
    });
    return () => {
      isGone = true;
    };
  }, [ask, show, version]);

  const again = useCallback(async () => show(await ask()), [ask, show]);
  return { data, failure, again };
}
