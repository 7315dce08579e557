import 'server-only';
import { errorKind } from '../core/observe/failure-kind.ts';
import { keyedName } from '../core/session/keyed-name.ts';
import { appendAudit, type AuditEvent } from '../core/session/scripts/audit-log.ts';
import { keyRing } from './keys.ts';
import { log } from './observe/log.ts';
import { metrics } from './observe/metrics.ts';
import { redis } from './redis.ts';

/**
 * A security event: to the log at once, then to the person's stream. The log says what, and of whom by a keyed name alone;
 * session, device and address are in the stream. That is best effort, because what happened has happened: an outage
 * between the two is itself a line in the log.
 */
export async function audit(event: AuditEvent): Promise<void> {
  await logAudit(event);
  try {
    await appendAudit(redis(), event);
  } catch (error) {
    log('warn', 'audit-not-stored', { kind: event.kind, reason: errorKind(error) });
  }
}

/** The check script has written the stream entry of a theft alarm itself; this is its line in the log. */
export function auditAlarm({ user }: { user: string }): Promise<void> {
  return logAudit({ kind: 'theft-alarm', user });
}

async function logAudit({ kind, user, emailHash }: AuditEvent): Promise<void> {
  metrics.add('securityEvents', { kind });
  log(kind === 'theft-alarm' ? 'warn' : 'info', 'audit', {
    kind, ...(user !== undefined && { who: await keyedName(crypto, keyRing(), user) }),
    ...(emailHash !== undefined && { account: await keyedName(crypto, keyRing(), emailHash) }),
  });
}
