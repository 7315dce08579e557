import { stop, storageEnd } from './exchange.ts';
import type { Round, RoundContext } from './round-context.ts';
import { syncRound } from './round.ts';

/**
 * The way out when the store was put back, emptied or damaged: forgets what was exchanged with it, and meets it again as
 * on a first visit. Every file here stays, under its name or, where the store has another version, as a copy; what
 * only one side has comes to both. A file that was removed here returns if the store still has it: without a common
 * past nobody can tell a removal from a loss.
 *
 * What each file remembers of the old history goes first and the base last, so that a page that ends in between is
 * still stopped as before. Left in place, those memories would make files that the store has lost look like removed ones.
 */
export function* rejoinRound(context: RoundContext): Round {
  const { replica, bases, page } = context;
  try {
    for (let pass = 0; ; pass++) {
      const origins = replica.origins();
      if (origins.size === 0 && replica.removed().size === 0) break;
      // Somebody writes faster than we forget.
      if (pass > 20) return { result: 'unavailable', retryAfterSeconds: 1, message: 'Files are changing; run this again.' };
      for (const id of replica.removed()) replica.forgetRemoval(id);
      const local = replica.entries();
      let count = 0;
      for (const id of origins.keys()) {
        const entry = local.get(id);
        if (entry !== undefined) replica.put(entry, undefined, entry.tag, null);
        if (++count % 64 === 0) yield { kind: 'breathe' };
      }
    }
  } catch (error) {
    const end = storageEnd(error);
    if (end !== undefined) return end;
    throw error;
  }
  bases.forget();
  delete page.confirmed;
  // What was put back may be broken below a snapshot: the chain itself is read, so that nobody joins above a gap unawares.
  page.distrustsSnapshots = true;
  const outcome = yield* syncRound(context);
  if (outcome.result !== 'stopped' || (outcome.reason !== 'rolled-back' && outcome.reason !== 'damaged')) return outcome;
  return stop(outcome.reason, BROKEN).outcome;
}

const BROKEN =
  'The stored history has a hole or a damaged part and cannot be continued. Your files are all in this browser: save them with `export`, and ask the operator to put the store back.';
