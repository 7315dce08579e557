import { unstable_isUnrecognizedActionError as isUnrecognized } from 'next/navigation';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';

/**
 * The server's action, for a page that may be older than the server: after a deployment an action can have another id,
 * and Next then throws in the page. That is told, instead of being taken for a lost answer and tried for ever, and the
 * service worker is sent to get the new build, so that reloading brings it.
 */
export function orOutdated(sync: SyncTransport['sync']): SyncTransport['sync'] {
  return async (call) => {
    try {
      return await sync(call);
    } catch (error) {
      if (!isUnrecognized(error)) throw error;
      (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker?.controller?.postMessage({ type: 'selkie-look' });
      return { status: 'refused', code: 'reload', message: 'Selkie has a new version; reload this page to go on syncing.' };
    }
  };
}
