import 'server-only';
import type { SessionFacts } from '../../core/session/session-record.ts';

/** A session as its person sees it; times are ISO 8601. */
export interface SessionView {
  id: string;
  device: string;
  address: string;
  created: string;
  lastSeen: string;
  expires: string;
  proof: string;
  remembered: boolean;
  current: boolean;
}

export function sessionView(session: SessionFacts, current: SessionFacts): SessionView {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    id: session.id, device: session.device, address: session.address, created: iso(session.createdAtMs),
    lastSeen: iso(session.lastSeenAtMs), expires: iso(session.expiresAtMs), proof: session.proof,
    remembered: session.remembered, current: session.id === current.id,
  };
}
