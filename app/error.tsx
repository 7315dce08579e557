'use client';

import { PageFailure } from '@/components/offline/page-failure.tsx';

/** Shown in place of a page whose rendering threw; the frame around it is still alive. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  return <PageFailure error={error} retry={retry} />;
}
