import 'server-only';
import { createMetrics } from '../../core/observe/metrics.ts';
import { SELKIE_METRICS } from '../../core/observe/selkie-metrics.ts';
import { processWide } from './process-wide.ts';

/** What this process counts; `/api/metrics` shows it. */
export const metrics = processWide('metrics', () => createMetrics(SELKIE_METRICS));
