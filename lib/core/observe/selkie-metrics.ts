import { PROBLEMS } from '../session/problem.ts';
import type { AuditKind } from '../session/scripts/audit-log.ts';
import { FAILURE_KINDS } from './failure-kind.ts';
import type { MetricTable } from './metrics.ts';
import { API_ROUTES } from './route-pattern.ts';

/**
 * Every metric of Selkie, with every value that a label can have. `lib/infra/grafana-dashboard.json` asks for these and no
 * others (a test compares). Names of the process's own are those of other exporters, so that known dashboards fit.
 */
export const DEPENDENCIES = ['redis', 'cognito', 'identity-pool', 's3', 'sts'] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;
export const SESSION_OUTCOMES = ['live', 'absent', 'unknown'] as const;
export type SessionOutcome = (typeof SESSION_OUTCOMES)[number];

/** By the route that decides it. */
export const SIGN_IN_KINDS = ['password', 'challenge', 'passkey', 'managed-login'] as const;
export const SIGN_IN_OUTCOMES = ['signed-in', 'asked', 'refused', 'limited', 'unavailable'] as const;
export const REFRESH_OUTCOMES = ['renewed', 'refused', 'unavailable'] as const;
export const SYNC_OUTCOMES = ['ok', 'refused', 'absent', 'unavailable'] as const;
export const COMMIT_OUTCOMES = ['stored', 'conflict', 'undecided', 'refused', 'unavailable'] as const;

const EVENTS = [
  'sign-up', 'confirmed', 'sign-in', 'sign-in-failed', 'challenge', 'challenge-failed', 'new-id', 'refresh', 'refresh-refused',
  'refresh-discarded', 'sign-out', 'revoke', 'revoke-all', 'theft-alarm', 'password-changed', 'password-reset', 'code-requested',
  'recovery-code-used', 'totp-on', 'totp-off', 'recovery-codes', 'step-up', 'step-up-failed', 'passkey-added', 'passkey-renamed',
  'passkey-removed', 'account-deletion', 'account-deleted', 'admin-refused', 'admin-revoke', 'admin-sign-out',
] as const satisfies readonly AuditKind[];

const CODES = Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[];
/** `edge`: the middleware; `handler`: routes, pages and actions. */
const PLACES = ['edge', 'handler'] as const;
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;

export const SELKIE_METRICS = {
  requests: {
    name: 'selkie_request_seconds', type: 'histogram', buckets: SECONDS,
    help: 'Seconds from a request at a handler or server action to its answer, by route and class of the status.',
    labels: { route: [...API_ROUTES, 'action', 'other'], status: STATUS_CLASSES },
  },
  inFlight: { name: 'selkie_requests_in_flight', type: 'gauge', help: 'Requests that a handler or action is at work on.', labels: {} },
  draining: { name: 'selkie_draining', type: 'gauge', help: '1 from the signal to stop on, else 0.', labels: {} },
  refusals: {
    name: 'selkie_refusals_total', type: 'counter', help: 'Requests refused, by the code of the answer and who refused.',
    labels: { at: PLACES, code: CODES },
  },
  sessionChecks: {
    name: 'selkie_session_checks_total', type: 'counter',
    help: 'Session checks by outcome; unknown means that Redis did not answer. A check that the handler took from the edge counts at the edge alone.',
    labels: { at: PLACES, outcome: SESSION_OUTCOMES },
  },
  signIns: {
    name: 'selkie_sign_ins_total', type: 'counter',
    help: 'Steps of a sign-in by way and outcome; asked means that a further step followed.',
    labels: { kind: SIGN_IN_KINDS, outcome: SIGN_IN_OUTCOMES },
  },
  refreshes: {
    name: 'selkie_refreshes_total', type: 'counter', help: 'Renewals of tokens at Cognito by outcome; refused ends the session.',
    labels: { outcome: REFRESH_OUTCOMES },
  },
  securityEvents: { name: 'selkie_security_events_total', type: 'counter', help: 'Events of the audit by kind.', labels: { kind: EVENTS } },
  syncCalls: { name: 'selkie_sync_calls_total', type: 'counter', help: 'Exchanges with the commit log by outcome.', labels: { outcome: SYNC_OUTCOMES } },
  commits: {
    name: 'selkie_commits_total', type: 'counter',
    help: 'Commits offered by outcome; conflict means that another device was first, and the browser merges.',
    labels: { outcome: COMMIT_OUTCOMES },
  },
  calls: {
    name: 'selkie_dependency_seconds', type: 'histogram', buckets: CALL_SECONDS, help: 'Seconds of one call of a service.',
    labels: { at: PLACES, dependency: DEPENDENCIES, outcome: ['answered', 'failed'] },
  },
  callFailures: {
    name: 'selkie_dependency_errors_total', type: 'counter', help: 'Calls of a service without an answer to rely on, by kind.',
    labels: { at: PLACES, dependency: DEPENDENCIES, kind: FAILURE_KINDS },
  },
  people: { name: 'selkie_people_signed_in', type: 'gauge', help: 'People with a session that may still be live; from Redis, at most 15 s old.', labels: {} },
  sessions: { name: 'selkie_active_sessions', type: 'gauge', help: 'Live sessions, reckoned from a sample of people; at most 15 s old.', labels: {} },
  spansDropped: { name: 'selkie_spans_dropped_total', type: 'counter', help: 'Spans that no collector took.', labels: {} },
  residentMemory: { name: 'process_resident_memory_bytes', type: 'gauge', help: 'Resident memory of the process.', labels: {} },
  processStart: { name: 'process_start_time_seconds', type: 'gauge', help: 'When the process started, in seconds since 1970.', labels: {} },
  processCpu: { name: 'process_cpu_seconds_total', type: 'counter', help: 'Processor time of the process, user and system.', labels: {} },
  heapUsed: { name: 'nodejs_heap_size_used_bytes', type: 'gauge', help: 'JavaScript heap in use.', labels: {} },
  heapTotal: { name: 'nodejs_heap_size_total_bytes', type: 'gauge', help: 'JavaScript heap reserved.', labels: {} },
  loopDelay: {
    name: 'nodejs_eventloop_lag_seconds', type: 'gauge', help: 'Delay of the event loop since the last scrape, by quantile.',
    labels: { quantile: ['0.5', '0.99', '1'] },
  },
} as const satisfies MetricTable;

/** Only what the edge counts crosses to the handlers; anything else in what it hands over is not its own. */
export const EDGE_METRICS = {
  refusals: SELKIE_METRICS.refusals, sessionChecks: SELKIE_METRICS.sessionChecks, calls: SELKIE_METRICS.calls, callFailures: SELKIE_METRICS.callFailures,
} as const satisfies MetricTable;

/**
 * The edge runs in a sandbox of its own, so its counts travel with the scrape: the middleware puts a snapshot on the request for
 * /api/metrics. Unsigned: the middleware drops what came from outside, and past it only somebody with `METRICS_TOKEN` is heard.
 */
export const EDGE_METRICS_HEADER = 'x-selkie-edge-metrics';
