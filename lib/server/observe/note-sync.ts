import 'server-only';
import type { COMMIT_OUTCOMES } from '../../core/observe/selkie-metrics.ts';
import type { SyncReply } from '../../core/sync/transport.ts';
import { metrics } from './metrics.ts';

/** Counts an exchange, and the commit that it offered. */
export function noteSync(input: unknown, reply: SyncReply): void {
  metrics.add('syncCalls', { outcome: reply.status });
  const hasCommit = typeof input === 'object' && input !== null && 'commit' in input && input.commit !== undefined;
  if (hasCommit) metrics.add('commits', { outcome: commitOutcome(reply) });
}

function commitOutcome(reply: SyncReply): (typeof COMMIT_OUTCOMES)[number] {
  if (reply.status === 'unavailable') return 'unavailable';
  if (reply.status !== 'ok') return 'refused';
  if (reply.committed === 'yes') return 'stored';
  return reply.committed === 'taken' ? 'conflict' : 'undecided';
}
