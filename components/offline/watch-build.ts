import { SERVICE_WORKER_PATH } from './own-script-url.ts';
import { pageBuild } from './page-build.ts';

/**
 * Registers the service worker once the page has loaded (its downloads must not compete with the page's own), asks it
 * about this page's build, and calls back when another one is ready. In development it does the opposite: there the
 * files change under the same names, so a worker left over from `npm start` is removed.
 *
 * A browser without service workers, or one that refuses to register (private windows), works all the same, online.
 *
 * @returns stops listening; the worker stays registered
 */
export function watchBuild(onOther: () => void): () => void {
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (workers === undefined) return () => undefined;
  if (process.env.NODE_ENV !== 'production') {
    void removeWorkers(workers);
    return () => undefined;
  }

  const own = ownBuild();
  const hear = (event: MessageEvent) => {
    const build = announcedBuild(event.data);
    if (build !== undefined && build !== own && own !== '') onOther();
  };
  workers.addEventListener('message', hear);
  const begin = () => void register(workers, own);
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin, { once: true });
  return () => {
    workers.removeEventListener('message', hear);
    removeEventListener('load', begin);
  };
}

async function register(workers: ServiceWorkerContainer, build: string): Promise<void> {
  try {
    // The policy of instrumentation-client.ts turns this string into a TrustedScriptURL.
    await workers.register(SERVICE_WORKER_PATH, { scope: '/', updateViaCache: 'none' });
    // A build that was found before this page listened would otherwise go unheard.
    const { active } = await workers.ready;
    active?.postMessage({ type: 'selkie-which-build', build });
  } catch {
    // Refused or out of reach: everything but offline use works, and the next visit tries again.
  }
}

async function removeWorkers(workers: ServiceWorkerContainer): Promise<void> {
  try {
    for (const registration of await workers.getRegistrations()) await registration.unregister();
  } catch {
    // Nothing to remove where workers are not allowed.
  }
}

function ownBuild(): string {
  const scripts = [...document.scripts];
  return pageBuild(
    scripts.filter((script) => script.src === '').map((script) => script.text),
    scripts.map((script) => script.src),
  );
}

function announcedBuild(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, build } = message as { type?: unknown; build?: unknown };
  return type === 'selkie-build' && typeof build === 'string' ? build : undefined;
}
