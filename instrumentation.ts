/**
 * Runs once in each process before it answers anything (https://nextjs.org/docs/app/guides/instrumentation). Next replaces
 * NEXT_RUNTIME while it builds, so nothing of Node reaches the edge's bundle.
 */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') (await import('./lib/server/observe/start-observing.ts')).startObserving();
}
