import 'server-only';
import { appendAudit, type AuditEvent } from '../core/session/scripts/audit-log.ts';
import { redis } from './redis.ts';

/** One JSON line on standard output. Values are words of ours, ids and names; never a token, code or address in full. */
export function logLine(event: string, fields: Readonly<Record<string, string | number | boolean | undefined>> = {}): void {
  console.log(JSON.stringify({ at: new Date().toISOString(), event, ...fields }));
}

/**
 * A security event: to the log at once, then to the person's stream. The stream is best effort, because what
 * happened has happened: an outage between the two is itself a line in the log.
 */
export async function audit(event: AuditEvent): Promise<void> {
  const { emailHash, ...known } = event;
  logLine('audit', { ...known, account: emailHash?.slice(0, 12) });
  try {
    await appendAudit(redis(), event);
  } catch (error) {
    logLine('audit-not-stored', { kind: event.kind, reason: error instanceof Error ? error.name : 'unknown' });
  }
}

/** The check script has written the stream entry of a theft alarm itself; this is its line in the log. */
export function auditAlarm(alarm: { user: string; session: string }): void {
  logLine('audit', { kind: 'theft-alarm', ...alarm });
}
