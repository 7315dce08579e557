'use client';

/**
 * The words for a page that broke. The error's own text is not shown: a server's is removed by Next anyway, and what
 * the person needs is what to do next. The digest is what the operator finds in the server's log.
 */
export function PageFailure({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = digestOf(error);
  return (
    <main className="words">
      <h1>Something broke</h1>
      <p>This page could not be shown. Your files are safe: they are kept in this browser, not in the page. Try again, or open the terminal.</p>
      <p className="buttons">
        <button type="button" className="button" onClick={() => retry()}>
          Try again
        </button>
        <a className="button quiet" href="/">
          Open the terminal
        </a>
      </p>
      {digest === undefined ? null : (
        <p>
          If it goes on, tell whoever runs this Selkie the number <code>{digest}</code>.
        </p>
      )}
    </main>
  );
}

/** Next's number for an error that was thrown on the server; none for one of the browser. */
function digestOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('digest' in error)) return undefined;
  return typeof error.digest === 'string' ? error.digest : undefined;
}
