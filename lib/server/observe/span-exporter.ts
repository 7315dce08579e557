import 'server-only';
import * as limits from '../../core/limits.ts';
import { isSampled, otlpBody, type Span } from '../../core/observe/span.ts';
import type { TracingSettings } from '../../core/observe/tracing-settings.ts';
import { serverEnv } from '../env.ts';
import { log } from './log.ts';
import { metrics } from './metrics.ts';
import { processWide } from './process-wide.ts';

/**
 * Spans to a collector, by OTLP over HTTP in JSON: gathered for a few seconds, posted as one body, never waited for by a request.
 * A collector that is slow or gone costs spans, not answers: past the bound they are dropped and counted.
 *
 * Our own hundred lines rather than @opentelemetry/sdk-node (some forty packages) or @vercel/otel: a request here has a handful of
 * spans of which we know every attribute, and an instrumentation that looks into `fetch` and `http` by itself would write
 * addresses with people's ids into them.
 */
const waiting = processWide('spans', () => ({ spans: [] as Span[], timer: undefined as ReturnType<typeof setTimeout> | undefined, isSending: false }));
const GATHER_MS = 2_000;
const BATCH = 512;

export function exportSpans(spans: readonly Span[]): void {
  const { tracing } = serverEnv();
  if (tracing === undefined || spans[0] === undefined || !isSampled(spans[0].traceId, tracing.ratio)) return;
  const room = limits.spansWaitingMax - waiting.spans.length;
  if (spans.length > room) metrics.add('spansDropped', {}, spans.length - Math.max(0, room));
  waiting.spans.push(...spans.slice(0, Math.max(0, room)));
  if (waiting.spans.length >= BATCH) void flushSpans();
  else waiting.timer ??= setTimeout(() => void flushSpans(), GATHER_MS).unref();
}

/** Sends what waits; resolves when the collector has it or has refused. */
export async function flushSpans(): Promise<void> {
  clearTimeout(waiting.timer);
  waiting.timer = undefined;
  const { tracing } = serverEnv();
  if (tracing === undefined || waiting.isSending) return;
  waiting.isSending = true;
  try {
    while (waiting.spans.length > 0) await send(tracing, waiting.spans.splice(0, BATCH));
  } finally {
    waiting.isSending = false;
  }
}

async function send(tracing: TracingSettings, spans: readonly Span[]): Promise<void> {
  const failure = await fetch(tracing.url, {
    method: 'POST', redirect: 'error', cache: 'no-store', headers: { ...tracing.headers, 'Content-Type': 'application/json' },
    body: otlpBody(tracing, spans), signal: AbortSignal.timeout(tracing.timeoutMs),
  }).then(async (reply) => {
    await reply.arrayBuffer();
    return reply.ok ? undefined : `status ${reply.status}`;
  }, (error: unknown) => (error instanceof Error ? error.name : 'unknown'));
  if (failure === undefined) return;
  metrics.add('spansDropped', {}, spans.length);
  log('warn', 'spans-not-exported', { spans: spans.length, reason: failure });
}
