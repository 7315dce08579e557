import type { TracingSettings } from './tracing-settings.ts';

/** One piece of work of a request, as traces know it. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  /** Route or operation; from a closed list. */
  name: string;
  kind: 'server' | 'client';
  startMs: number;
  endMs: number;
  attributes: Readonly<Record<string, string | number>>;
  failed: boolean;
}

/** https://opentelemetry.io/docs/specs/otel/trace/api/#spankind as OTLP numbers them. */
const KINDS = { server: 2, client: 3 } as const;

/** Whether a trace is in the share that is kept; the same for everybody who sees its id, as the id's last digits decide. */
export function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-8), 16) < ratio * 2 ** 32;
}

/** The body of one export: OTLP in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export function otlpBody({ serviceName, resource }: TracingSettings, spans: readonly Span[]): string {
  return JSON.stringify({
    resourceSpans: [{
      resource: { attributes: attributes({ ...resource, 'service.name': serviceName }) },
      scopeSpans: [{
        scope: { name: 'selkie' },
        spans: spans.map((span) => ({
          traceId: span.traceId, spanId: span.spanId, ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
          name: span.name, kind: KINDS[span.kind], startTimeUnixNano: nanoseconds(span.startMs), endTimeUnixNano: nanoseconds(span.endMs),
          attributes: attributes(span.attributes), status: span.failed ? { code: 2 } : {},
        })),
      }],
    }],
  });
}

function attributes(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) } }));
}

/** As decimal text: nanoseconds since 1970 do not fit a JavaScript number. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  return `${whole}${String(Math.floor((ms - whole) * 1_000_000)).padStart(6, '0')}`;
}
