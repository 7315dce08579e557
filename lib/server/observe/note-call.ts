import 'server-only';
import { failureKind, type FailureKind } from '../../core/observe/failure-kind.ts';
import { hexId } from '../../core/observe/request-id.ts';
import type { Dependency } from '../../core/observe/selkie-metrics.ts';
import { currentRequest } from './current-request.ts';
import { metrics } from './metrics.ts';

/** One call of a service that has just ended. `operation` is a word of ours or the service's, never a key or a name of anybody. */
export function noteCall(dependency: Dependency, operation: string, ms: number, failure: FailureKind | undefined): void {
  if (failure !== undefined) metrics.add('callFailures', { at: 'handler', dependency, kind: failure });
  // Nothing went out.
  if (failure === 'circuit-open') return;
  metrics.observe('calls', { at: 'handler', dependency, outcome: failure === undefined ? 'answered' : 'failed' }, ms / 1000);
  const request = currentRequest();
  if (request === undefined) return;
  const { count, ms: spent } = request.calls.get(dependency) ?? { count: 0, ms: 0 };
  request.calls.set(dependency, { count: count + 1, ms: spent + ms });
  const endMs = Date.now();
  request.spans.push({
    traceId: request.requestId, spanId: hexId(crypto, 8), parentSpanId: request.spanId, name: `${dependency} ${operation}`, kind: 'client',
    startMs: endMs - ms, endMs, attributes: { 'peer.service': dependency, ...(failure !== undefined && { 'error.type': failure }) }, failed: failure !== undefined,
  });
}

/** Runs a call of a service and notes it. */
export async function observeCall<T>(dependency: Dependency, operation: string, call: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    const value = await call();
    noteCall(dependency, operation, performance.now() - began, undefined);
    return value;
  } catch (error) {
    noteCall(dependency, operation, performance.now() - began, failureKind(error));
    throw error;
  }
}
