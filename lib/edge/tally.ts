import { logLine, type LogFields, type LogLevel, type LogSettings } from '../core/observe/log-line.ts';
import { createMetrics } from '../core/observe/metrics.ts';
import { EDGE_METRICS } from '../core/observe/selkie-metrics.ts';

/** What the edge counts, in its own sandbox; `/api/metrics` gets a snapshot with the scrape (EDGE_METRICS_HEADER). */
export const tally = createMetrics(EDGE_METRICS);

/** One line on standard output, in the form of the handlers' lines. */
export function logAtEdge(settings: LogSettings, level: LogLevel, event: string, fields: LogFields): void {
  const line = logLine(settings, new Date(), level, event, fields);
  if (line !== undefined) console.log(line);
}
