import 'server-only';
import { startDraining } from './draining.ts';
import { eventLoopDelay } from './event-loop-delay.ts';
import { flushSpans } from './span-exporter.ts';

/** Begins to watch the event loop, and hears the signal to stop: what was gathered goes out while the entry waits for requests under way. */
export function startObserving(): void {
  eventLoopDelay();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      startDraining();
      void flushSpans();
    });
  }
}
