/**
 * How both runtimes set up @upstash/redis. Its defaults (base64 replies, JSON guessing, telemetry, 5 retries
 * over 4.3 s) are wrong for a check on every request: one quick repeat for a connection that was closed under
 * us, and one deadline over both tries. Every script is safe to repeat after a lost reply.
 */
export function upstashOptions<Signal>(redis: { url: string; token: string }, deadline: () => Signal) {
  return {
    url: redis.url,
    token: redis.token,
    retry: { retries: 1, backoff: () => 25 },
    signal: deadline,
    automaticDeserialization: false,
    responseEncoding: false as const,
    enableTelemetry: false,
    enableAutoPipelining: false,
    latencyLogging: false,
  };
}
