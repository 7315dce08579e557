import 'server-only';
import { parseSnapshot } from '../../core/observe/metrics.ts';
import { EDGE_METRICS } from '../../core/observe/selkie-metrics.ts';
import { countSessions } from './count-sessions.ts';
import { isDraining } from './draining.ts';
import { eventLoopDelay } from './event-loop-delay.ts';
import { metrics } from './metrics.ts';

/** The page of /api/metrics: what was counted here and at the edge, and what is read at this moment. `atEdge` is EDGE_METRICS_HEADER. */
export async function renderMetrics(atEdge: string | null): Promise<string> {
  const [memory, { user, system }] = [process.memoryUsage(), process.cpuUsage()];
  metrics.set('residentMemory', {}, memory.rss);
  metrics.set('heapUsed', {}, memory.heapUsed);
  metrics.set('heapTotal', {}, memory.heapTotal);
  metrics.set('processCpu', {}, (user + system) / 1e6);
  metrics.set('processStart', {}, Math.floor(Date.now() / 1000 - process.uptime()));
  metrics.set('draining', {}, isDraining() ? 1 : 0);
  for (const { quantile, seconds } of eventLoopDelay()) metrics.set('loopDelay', { quantile }, seconds);
  const counted = await countSessions();
  const edge = parseSnapshot(EDGE_METRICS, atEdge ?? '[]') ?? [];
  return metrics.text([
    ...edge,
    // Absent rather than zero while Redis does not answer.
    ...(counted === undefined ? [] : [['people', [], [counted.people]], ['sessions', [], [counted.sessions]]] satisfies [string, string[], number[]][]),
  ]);
}
