import 'server-only';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dependency, SessionOutcome } from '../../core/observe/selkie-metrics.ts';
import type { Span } from '../../core/observe/span.ts';
import { processWide } from './process-wide.ts';

/** What is known of a request while it is worked on; it follows the work through every `await`. */
export interface CurrentRequest {
  requestId: string;
  /** The span of this request; calls of services are its children. */
  spanId: string;
  session?: SessionOutcome;
  /** A session began. */
  signedIn?: boolean;
  /** The class of the error that made the answer a 503. */
  error?: string;
  calls: Map<Dependency, { count: number; ms: number }>;
  spans: Span[];
}

const requests = processWide('requests', () => new AsyncLocalStorage<CurrentRequest>());

/** Undefined outside a request: a probe, a timer. */
export function currentRequest(): CurrentRequest | undefined {
  return requests.getStore();
}

export function runInRequest<T>(request: CurrentRequest, run: () => Promise<T>): Promise<T> {
  return requests.run(request, run);
}
