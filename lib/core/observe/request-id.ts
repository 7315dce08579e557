import type { Bytes } from '../session/bytes.ts';

/**
 * The id that follows one request through edge, handler and services: 32 hexadecimal digits, which are a W3C trace id too
 * (https://www.w3.org/TR/trace-context/#trace-id), so a line of the log and a trace find each other without a table.
 *
 * The edge makes it. A proxy of the operator's may have made one before: what it sends counts when `TRUSTED_PROXY_HOPS` says that
 * there is one, and when it is a trace id or a UUID. From anybody else it is dropped: an id that somebody chose could pass one
 * request off as another.
 */
export const REQUEST_ID_HEADER = 'x-request-id';
export const TRACE_PARENT_HEADER = 'traceparent';

export interface RequestOrigin {
  requestId: string;
  /** The span of the caller, when a proxy of ours takes part in a trace. */
  parentSpanId?: string;
}

export interface OriginHeaders {
  get(name: string): string | null;
}

/** What a trusted side says of the request; undefined when it says nothing that can be used. */
export function readRequestOrigin(headers: OriginHeaders): RequestOrigin | undefined {
  const [, traceId = '', parentSpanId = ''] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(headers.get(TRACE_PARENT_HEADER) ?? '') ?? [];
  if (isId(traceId) && /[1-9a-f]/.test(parentSpanId)) return { requestId: traceId, parentSpanId };
  const sent = (headers.get(REQUEST_ID_HEADER) ?? '').toLowerCase();
  const digits = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(sent) ? sent.replaceAll('-', '') : sent;
  return isId(digits) ? { requestId: digits } : undefined;
}

/** The id of a request: from the proxies of the operator's, else a new one. `hops` is `TRUSTED_PROXY_HOPS`. */
export function requestOrigin(headers: OriginHeaders, hops: number, random: { getRandomValues(bytes: Bytes): Bytes }): RequestOrigin {
  return (hops > 0 ? readRequestOrigin(headers) : undefined) ?? { requestId: hexId(random, 16) };
}

/** `bytes` random bytes in hexadecimal: 16 for a request or trace, 8 for a span. */
export function hexId(random: { getRandomValues(bytes: Bytes): Bytes }, bytes: number): string {
  return Array.from(random.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isId(text: string): boolean {
  // All zeros is no trace id.
  return /^[0-9a-f]{32}$/.test(text) && /[1-9a-f]/.test(text);
}
