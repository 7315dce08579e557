/**
 * Whether another build of Selkie is kept whole and waits. The worker finds out, the banner and the terminal tell, and
 * only the person takes it: a page is never loaded anew by itself.
 */
const listeners = new Set<() => void>();
let isReady = false;

export const newVersion = {
  get isReady(): boolean {
    return isReady;
  },
  announce(): void {
    if (isReady) return;
    isReady = true;
    for (const listener of [...listeners]) listener();
  },
  /** Also tells one that is ready already; answers the unsubscribe. */
  onReady(listener: () => void): () => void {
    listeners.add(listener);
    if (isReady) listener();
    return () => listeners.delete(listener);
  },
};
