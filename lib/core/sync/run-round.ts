import type { Round, RoundResult } from './round-context.ts';
import { parseSyncReply } from './sync-call.ts';
import type { SyncTransport } from './transport.ts';

/**
 * Drives a round with a real transport. A call that rejects, takes too long or answers something that is no
 * reply has no answer: the round then treats its commit as undecided.
 *
 * @param options.timeout rejects when a call has taken too long; the late answer is thrown away.
 * @param options.breathe gives the page a turn.
 * @param options.isCancelled when true, the round is left where it waits and changes nothing any more.
 */
export async function runRound(
  round: Round,
  options: {
    transport: SyncTransport;
    timeout: () => { promise: Promise<never>; cancel: () => void };
    breathe: () => Promise<void>;
    isCancelled: () => boolean;
  },
): Promise<RoundResult> {
  const { transport, timeout, breathe, isCancelled } = options;
  let step = round.next();
  while (step.done !== true) {
    if (step.value.kind === 'breathe') {
      await breathe();
      if (isCancelled()) return { result: 'failed' };
      step = round.next(undefined);
      continue;
    }
    const limit = timeout();
    let reply: unknown;
    try {
      reply = await Promise.race([transport.sync(step.value.call), limit.promise]);
    } catch {
      reply = undefined;
    } finally {
      limit.cancel();
    }
    if (isCancelled()) return { result: 'failed' };
    step = round.next(parseSyncReply(reply));
  }
  return step.value;
}
