import type { Metadata } from 'next';

export const metadata: Metadata = { title: 'No such page' };

/** Answers 404 for every address that is not a page of Selkie. */
export default function NotFound() {
  return (
    <main className="words">
      <h1>No such page</h1>
      <p>There is nothing at this address. Check it for a typing mistake, or go on in the terminal: your files are there.</p>
      <p>
        <a className="button" href="/">
          Open the terminal
        </a>
      </p>
    </main>
  );
}
