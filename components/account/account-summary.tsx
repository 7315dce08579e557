'use client';

import { session } from '@/lib/client/account.ts';
import { proofWords } from '@/lib/client/proof-words.ts';
import { useAsked } from './use-asked.ts';

/** How this session was proved, and the way to the administration for those who have one. */
export function AccountSummary() {
  const { data } = useAsked(session);
  const proof = proofWords(data?.session?.proof);
  return (
    <>
      {proof === undefined ? null : <p>This session was signed in {proof}.</p>}
      {data?.session?.admin === true ? (
        <p>
          You administer this Selkie: <a href="/admin/sessions">people and sessions</a>.
        </p>
      ) : null}
    </>
  );
}
