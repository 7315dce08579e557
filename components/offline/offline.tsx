'use client';

import { useEffect, useState } from 'react';
import { newVersion } from './new-version.ts';
import { watchBuild } from './watch-build.ts';

/**
 * Registers the service worker and offers a new version when it has one ready. Only an offer: it takes no focus and
 * covers nothing but a corner, and a person in the middle of a line goes on as before.
 */
export function Offline() {
  const [isOffered, setOffered] = useState(false);
  useEffect(() => {
    const stops = [newVersion.onReady(() => setOffered(true)), watchBuild(newVersion.announce)];
    return () => stops.forEach((stop) => stop());
  }, []);
  // The live region has to be there before its words, or a screen reader says nothing.
  return (
    <div aria-live="polite">
      {isOffered ? (
        <div className="new-version">
          <p>A new version is ready.</p>
          <button type="button" className="button" onClick={() => location.reload()}>
            Reload
          </button>
          <button type="button" className="button quiet" onClick={() => setOffered(false)}>
            Not now
          </button>
        </div>
      ) : null}
    </div>
  );
}
