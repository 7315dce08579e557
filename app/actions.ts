'use server';

import { headers } from 'next/headers';
import { currentSession } from '@/lib/server/current-session.ts';
import { observeRequest } from '@/lib/server/observe/observe-request.ts';
import { isSameOrigin } from '@/lib/server/same-origin.ts';
import { serveSync } from '@/lib/server/sync/serve-sync.ts';
import type { HeaderReader } from '@/lib/core/session/same-origin.ts';
import type { SyncReply } from '@/lib/core/sync/transport.ts';

/**
 * The one server action: an exchange with the person's commit log. It proves origin and session for itself,
 * since an action can be posted to any path and a missing Origin is accepted by Next; what it can't prove it
 * refuses. Answers are values: a thrown error would reach the browser as a digest only.
 */
export async function syncAction(input: unknown): Promise<SyncReply> {
  const sent = await headers();
  return observeRequest(sent, { route: 'action', method: 'POST' }, () => answerSync(sent, input), ({ status }) => ({ status: STATUS[status] }));
}

/** What the log and the metrics call a reply; the browser gets a value. */
const STATUS: Readonly<Record<SyncReply['status'], number>> = { ok: 200, refused: 400, absent: 401, unavailable: 503 };

async function answerSync(sent: HeaderReader, input: unknown): Promise<SyncReply> {
  if (!isSameOrigin(sent)) {
    return { status: 'refused', code: 'invalid-call', message: 'The request came from another site.' };
  }
  const check = await currentSession();
  switch (check.kind) {
    case 'absent':
      return { status: 'absent' };
    case 'unknown':
      return { status: 'unavailable', retryAfterSeconds: check.retryAfterSeconds, message: 'The session could not be checked just now.' };
    case 'live':
      return serveSync(check.session, input);
  }
}
