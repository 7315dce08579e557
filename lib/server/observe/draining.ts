import 'server-only';
import { processWide } from './process-wide.ts';

/**
 * Whether this process was told to stop. From then on `ready` says no, so that a load balancer sends nothing new, while what is under
 * way is answered. Who closes the listeners and waits is the process's entry: lib/host/serve.ts, or Next's own server.
 */
const state = processWide('draining', () => ({ since: undefined as number | undefined }));

export function isDraining(): boolean {
  return state.since !== undefined;
}

export function startDraining(): void {
  state.since ??= Date.now();
}
