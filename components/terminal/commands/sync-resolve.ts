import { conflictName } from '@/lib/core/fs/conflict-name.ts';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import type { Conflict } from '@/lib/core/sync/history-conflicts.ts';
import { linesOf } from '@/lib/core/sync/history-diff.ts';
import { commitsOf } from '@/lib/core/sync/history-path.ts';
import { LogUnreadable } from '@/lib/core/sync/history-reader.ts';
import { openLines, threeWayParts, type ThreeWayPart } from '@/lib/core/sync/history-three-way.ts';
import { hashOf } from '@/lib/core/sync/sha256.ts';
import { complain, remark, requireTerminal, say, type AccountTools } from './account-tools.ts';
import { pickConflict } from './pick-conflict.ts';
import { openProgress } from './progress.ts';
import { inQuotes, shortPath, type SyncVerb } from './sync-verb.ts';

/** Older versions that are tried as the one both sides come from. */
const BASES_TRIED = 16;

export const syncResolve: SyncVerb = {
  name: 'resolve',
  summary: 'Settle a conflict: both versions and the one they come from, part by part',
  usage: 'sync resolve [NUMBER | FILE]',
  help: 'sync resolve      the only one there is\n'
    + 'sync resolve 2    by its number in `sync conflicts`; the name of the copy does as well\n'
    + '\n'
    + 'Shows each part that both changed: as it was, the copy’s, and that of the file that kept the name. You take one, both, or type\n'
    + 'what it should be. Saving writes the file and removes the copy; `sync undo` brings both back.',
  async run(tools, context, args) {
    const { operands } = parseOptions(args, { short: '' });
    if (operands.length > 1) throw new UsageError('name one copy, or its number in `sync conflicts`');
    const conflict = await pickConflict(context, operands[0]);
    if (typeof conflict === 'string') return complain(context, conflict);
    const { copy, original } = conflict;
    if (context.files.stat(original)?.kind !== 'file') {
      return complain(context, `${shortPath(original)} is not there any more, so there is nothing to settle; \`mv\` gives the copy its name.`);
    }
    if ((await requireTerminal(context)) === undefined) return 1;
    const [yours, theirs] = [context.files.read(copy), context.files.read(original)];
    const [mine, kept] = [linesOf(yours), linesOf(theirs)];
    if (mine === undefined || kept === undefined) {
      return complain(context, `${shortPath(original)} is not text, or too long to compare; \`download\` both, then \`rm\` the copy or \`mv\` it over the other.`);
    }
    // Both versions go to the log first, so that the settling can be taken back.
    await untilAborted(context.signal, tools.workspace.syncNow());
    const parts = await partsOf(tools, context, conflict, mine, kept);
    const settled = await tools.settle({ name: shortPath(original), device: conflict.device, parts }, context.signal);
    if (settled === undefined) {
      await say(context, 'Nothing was changed.');
      return 1;
    }
    return save(context, conflict, { yours, theirs, settled: new TextEncoder().encode(settled) });
  },
};

/** The best of the older versions is the base; without any, every difference is open. */
async function partsOf(
  tools: AccountTools, context: CommandContext, { original }: Conflict, yours: readonly string[], theirs: readonly string[],
): Promise<ThreeWayPart[]> {
  const without = threeWayParts(undefined, yours, theirs);
  const progress = openProgress(context);
  const past = tools.past({ signal: context.signal, onProgress: (done, total) => progress.show('Looking for the version both come from:', done, total) });
  if (past === undefined) return without;
  try {
    return await untilAborted(context.signal, (async () => {
      await past.history.forward();
      const versions = new Map<string, number>();
      for await (const { changes } of commitsOf(past.history.newestFirst(), original)) {
        for (const { before, after } of changes) {
          for (const state of [after, before]) if (state?.kind === 'file') versions.set(state.hash, state.at);
        }
        if (versions.size >= BASES_TRIED) break;
      }
      for (const side of [yours, theirs]) versions.delete(hashOf(side.join('')));
      let best = without;
      for await (const [, bytes] of past.reader.contentsOf([...versions].map(([hash, at]) => ({ hash, at })))) {
        const base = linesOf(bytes);
        const parts = base === undefined ? without : threeWayParts(base, yours, theirs);
        if (best === without || openLines(parts) < openLines(best)) best = parts;
      }
      return best;
    })());
  } catch (error) {
    if (!(error instanceof LogUnreadable)) throw error;
    await remark(context, 'The version that both come from cannot be fetched now, so every difference is shown.');
    return without;
  } finally {
    await progress.end();
  }
}

async function save(
  { files, ...context }: CommandContext, { copy, original }: Conflict, { yours, theirs, settled }: { yours: Uint8Array; theirs: Uint8Array; settled: Uint8Array },
): Promise<number> {
  const whole = { files, ...context };
  const isStill = (path: string, content: Uint8Array): boolean => files.stat(path)?.kind === 'file' && hashOf(files.read(path)) === hashOf(content);
  if (!isStill(original, theirs) || !isStill(copy, yours)) {
    const beside = conflictName(original, 'settled', hashOf(settled), (path) => (files.linkStat(path) === undefined ? 'free' : 'taken'));
    files.write(beside, settled);
    return complain(whole, `One of the two was changed meanwhile, so both stay; what you settled is ${inQuotes(beside)}.`);
  }
  files.write(original, settled);
  files.remove(copy);
  await say(whole, `${shortPath(original)} is settled and the copy is gone; \`sync undo\` brings both back.`);
  return 0;
}
