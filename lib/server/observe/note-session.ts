import 'server-only';
import type { SessionOutcome } from '../../core/observe/selkie-metrics.ts';
import { currentRequest } from './current-request.ts';
import { metrics } from './metrics.ts';

/** What the request's session turned out to be; for its line in the log. */
export function noteSession(outcome: SessionOutcome): void {
  const request = currentRequest();
  if (request !== undefined) request.session = outcome;
}

/** A question to Redis by this side; what the edge asked and handed over is the edge's to count. */
export function countSessionCheck(outcome: SessionOutcome): void {
  metrics.add('sessionChecks', { at: 'handler', outcome });
}
