import type { CommandContext } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { commitsOf, markOf, pathsOf, sortChanges } from '@/lib/core/sync/history-path.ts';
import type { Change, HistoryEntry } from '@/lib/core/sync/history.ts';
import { complain } from './account-tools.ts';
import { headOf, print, resolveSynced, shortPath, withPast, type SyncVerb } from './sync-verb.ts';

const USUAL_COMMITS = 20;
/** Files named in one line; the rest is counted. */
const NAMED_CHANGES = 3;

export const syncLog: SyncVerb = {
  name: 'log',
  summary: 'What was changed when and where, newest first',
  usage: 'sync log [PATH] [-n N] [--all]',
  help: 'sync log              the newest 20 commits: number, time in UTC, device, what was added (A), changed (M), removed (D), renamed (R)\n'
    + 'sync log notes.md     only those that touched this file, also under its older names\n'
    + 'sync log docs -n 50   50 of those that touched anything below a directory\n'
    + 'sync log --all | grep phone',
  async run(tools, context, args) {
    const options = parseOptions(args, { short: 'n:a', long: { lines: 'n', all: 'a' }, digits: 'n' });
    const asked = options.value('n') ?? String(USUAL_COMMITS);
    if (!/^\d{1,9}$/.test(asked) || Number(asked) < 1) throw new UsageError(`${JSON.stringify(asked)} is no number of commits; use \`sync log -n 50\``);
    const wanted = options.has('a') ? Number.POSITIVE_INFINITY : Number(asked);
    const [typed, ...more] = options.operands;
    if (more.length > 0) throw new UsageError('name one path, as in: sync log notes.md');
    const path = typed === undefined ? undefined : resolveSynced(context, typed);
    return withPast(tools, context, async ({ history }) => {
      const newest = breathing(history.newestFirst(), context);
      let shown = 0;
      for await (const entry of path === undefined ? newest : commitsOf(newest, path)) {
        await print(context, `${describe(entry)}\n`);
        shown += 1;
        if (shown >= wanted) return 0;
      }
      if (shown > 0) return 0;
      if (path !== undefined) return complain(context, `No commit has touched ${shortPath(path)}.`);
      await print(context, 'Nothing has been pushed yet.\n');
      return 0;
    });
  },
};

/** Thousands of commits that have nothing to do with a path must not hold the page. */
async function* breathing(entries: AsyncIterable<HistoryEntry>, context: CommandContext): AsyncGenerator<HistoryEntry> {
  for await (const entry of entries) {
    await context.breathe();
    yield entry;
  }
}

/** One commit in one line. */
export function describe(entry: HistoryEntry): string {
  const named = sortChanges(entry.changes).filter((change) => markOf(change) !== undefined);
  const merged = new Set(entry.merges.map(({ id }) => id));
  const words = named.slice(0, NAMED_CHANGES).map((change) => `${describeChange(change)}${merged.has(change.id) ? ' (merged)' : ''}`);
  if (named.length > NAMED_CHANGES) words.push(`and ${named.length - NAMED_CHANGES} more`);
  return `${headOf(entry)}  ${words.length === 0 ? 'nothing that lasted' : words.join(', ')}`;
}

/** `M notes.md`, `R old.md -> new.md` */
export function describeChange(change: Pick<Change, 'before' | 'after'>): string {
  return `${markOf(change) ?? ' '} ${pathsOf(change).map(shortPath).join(' -> ')}`;
}
