/** Why a service gave no answer to rely on. */
export const FAILURE_KINDS = ['timeout', 'no-connection', 'circuit-open', 'throttled', 'denied', 'server-error', 'other'] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

const THROTTLED = /Throttl|TooManyRequests|SlowDown|ServiceQuota|RequestLimit/;
const DENIED = /AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|UnrecognizedClient|Forbidden|RequestTimeTooSkewed/;

/**
 * What a call's error says about the service; undefined when the service did answer, and the answer was no: a wrong password, an
 * object that is there already. By the names and statuses of the AWS SDK
 * (https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html), by `RedisUnavailable`'s reason, or by what `fetch` throws.
 */
export function failureKind(error: unknown): FailureKind | undefined {
  if (!(error instanceof Error)) return 'other';
  const { name, reason, code, $metadata } = error as Error & { reason?: unknown; code?: unknown; $metadata?: { httpStatusCode?: unknown } };
  if (name === 'RedisUnavailable') return REDIS_REASONS[String(reason)] ?? 'server-error';
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout';
  if (THROTTLED.test(name)) return 'throttled';
  if (DENIED.test(name)) return 'denied';
  const status = $metadata?.httpStatusCode;
  if (typeof status === 'number') return status >= 500 ? 'server-error' : undefined;
  return name === 'TypeError' || typeof code === 'string' ? 'no-connection' : 'other';
}

const REDIS_REASONS: Readonly<Record<string, FailureKind>> = { timeout: 'timeout', 'no connection': 'no-connection', 'circuit open': 'circuit-open' };

/** The name of an error's class, if it is one; a message may quote what a person sent. */
export function errorKind(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  return /^[A-Za-z][\w$]{0,60}$/.test(name) ? name : 'unknown';
}
