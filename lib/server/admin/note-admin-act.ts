import 'server-only';
import type { SessionFacts } from '../../core/session/session-record.ts';
import { audit } from '../audit.ts';
import type { Caller } from '../caller.ts';

/** Two events: one tells the person what was done to them, the other says in the administrator's own trail to whom. */
export async function noteAdminAct(kind: 'admin-revoke' | 'admin-sign-out', by: SessionFacts, caller: Caller, userId: string, sessionId?: string): Promise<void> {
  const what = sessionId === undefined ? 'every session' : `session ${sessionId}`;
  await audit({ kind, user: by.user.id, session: by.id, device: caller.device, address: caller.address, detail: `${what} of ${userId}` });
  // Where the administrator sits is not this person's business.
  if (userId !== by.user.id) await audit({ kind, user: userId, ...(sessionId !== undefined && { session: sessionId }), detail: 'by an administrator' });
}
