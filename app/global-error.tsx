'use client';

import { PageFailure } from '@/components/offline/page-failure.tsx';
import './globals.css';

/**
 * Shown when the frame itself threw, and by the server for a failed render. Next's built-in page would not do: it sets
 * inline styles and an inline script, which the policy (no inline styles, Trusted Types) refuses.
 */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <head>
        <title>Something broke · Selkie</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </head>
      <body>
        <PageFailure error={error} retry={retry} />
      </body>
    </html>
  );
}
