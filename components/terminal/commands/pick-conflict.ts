import { HOME } from '@/lib/core/fs/places.ts';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { conflictOf, conflictsAmong, type Conflict } from '@/lib/core/sync/history-conflicts.ts';
import { entriesBelow } from '@/lib/core/zip/entries-below.ts';
import { resolveCopy, shortPath } from './sync-verb.ts';

/** The conflicts that wait for the person, in the order in which they are numbered. */
export async function openConflicts(context: CommandContext): Promise<Conflict[]> {
  const paths: string[] = [];
  for (const { path, kind } of entriesBelow(context.files, HOME)) {
    if (kind === 'file') paths.push(path);
    await context.breathe();
  }
  return conflictsAmong(paths);
}

/**
 * The one that is meant: by its number in `sync conflicts`, by the copy's name, or, unnamed, the only one.
 * @returns a sentence when there is no such one, or no telling which.
 */
export async function pickConflict(context: CommandContext, typed: string | undefined): Promise<Conflict | string> {
  if (typed !== undefined && !/^\d+$/.test(typed)) {
    const copy = resolveCopy(context, typed);
    const conflict = conflictOf(copy);
    if (conflict === undefined) return `${shortPath(copy)} is not the name of a conflict copy; \`sync conflicts\` lists them.`;
    return context.files.stat(copy)?.kind === 'file' ? conflict : `There is no file ${shortPath(copy)}; \`sync conflicts\` lists them.`;
  }
  const conflicts = await openConflicts(context);
  const [first, second] = conflicts;
  if (first === undefined) return 'No file waits for you: nothing is in conflict.';
  if (typed === undefined) return second === undefined ? first : `${conflicts.length} files wait for you; name one by its number in \`sync conflicts\`.`;
  return conflicts[Number(typed) - 1] ?? `There is no conflict ${typed}; \`sync conflicts\` lists ${conflicts.length === 1 ? 'one' : `1 to ${conflicts.length}`}.`;
}
