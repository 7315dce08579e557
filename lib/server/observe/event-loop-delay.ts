import 'server-only';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { processWide } from './process-wide.ts';

const RESOLUTION_MS = 20;

const monitor = processWide('event-loop', () => {
  const started = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  started.enable();
  return started;
});

/** How late timers came since the last call, in seconds; what the monitor itself waits is taken off. */
export function eventLoopDelay(): { quantile: '0.5' | '0.99' | '1'; seconds: number }[] {
  const late = (nanoseconds: number) => Math.max(0, (Number.isFinite(nanoseconds) ? nanoseconds : 0) / 1e9 - RESOLUTION_MS / 1000);
  const delays = [
    { quantile: '0.5' as const, seconds: late(monitor.percentile(50)) },
    { quantile: '0.99' as const, seconds: late(monitor.percentile(99)) },
    { quantile: '1' as const, seconds: late(monitor.max) },
  ];
  monitor.reset();
  return delays;
}
