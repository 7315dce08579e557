import type { Asking, FileHistory } from '@/lib/client/file-history.ts';
import { isWithin, resolvePath } from '@/lib/core/fs/path.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { UsageError } from '@/lib/core/shell/tools/options.ts';
import { encodeText } from '@/lib/core/shell/text.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import type { HistoryEntry } from '@/lib/core/sync/history.ts';
import { LogUnreadable } from '@/lib/core/sync/history-reader.ts';
import { plainText } from '../plain-text.ts';
import { complain, timeOf } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { endProgress, openProgress, type Progress } from './progress.ts';

/** One of `sync log`, `sync undo` and so on. */
export interface SyncVerb {
  name: string;
  summary: string;
  usage: string;
  /** Examples first. */
  help: string;
  /** `args` are those after the verb. */
  run(tools: AccountTools, context: CommandContext, args: string[]): Promise<number>;
}

/**
 * Runs `work` with the history of the person's files, read up to the newest commit. Answers 1 after one sentence when
 * there is nobody signed in, no connection, or no such commit; Ctrl-C ends it.
 */
export async function withPast(
  tools: AccountTools, context: CommandContext, work: (past: FileHistory, progress: Progress) => Promise<number>,
): Promise<number> {
  const progress = openProgress(context);
  const asking = { signal: context.signal, onProgress: (done: number, total: number) => progress.show('Reading the history:', done, total) };
  let past = tools.past(asking);
  if (past === undefined) return complain(context, 'You are not signed in, so there is no history; type `login` or `signup`.');
  try {
    return await untilAborted(context.signal, (async () => {
      past = await upToDate(tools, past, asking);
      return work(past, progress);
    })());
  } catch (error) {
    if (context.signal.aborted) throw new Interrupted();
    if (error instanceof LogUnreadable) return await complain(context, error.message);
    if (error instanceof RangeError) return await complain(context, `${error.message} ${past.history.head === 0 ? 'Nothing has been pushed yet.' : `The newest is ${past.history.head}; \`sync log\` lists them.`}`);
    throw error;
  } finally {
    await progress.end();
  }
}

/** Read up to the newest commit; from the start when what was read before is not what the store holds. */
async function upToDate(tools: AccountTools, past: FileHistory, asking: Asking): Promise<FileHistory> {
  try {
    await past.history.forward();
    return past;
  } catch (error) {
    if (!(error instanceof LogUnreadable) || error.reason !== 'stopped') throw error;
    const anew = tools.past({ ...asking, isAnew: true });
    if (anew === undefined) throw error;
    await anew.history.forward();
    return anew;
  }
}

/** The seq that was typed. @throws UsageError */
export function parseSeq(text: string): number {
  if (!/^\d{1,12}$/.test(text) || Number(text) < 1) throw new UsageError(`${JSON.stringify(text)} is not the number of a commit; \`sync log\` lists them`);
  return Number(text);
}

/** A path of the synced files, as typed. @throws UsageError for one outside home. */
export function resolveSynced(context: CommandContext, typed: string): string {
  const path = resolvePath(context.cwd, typed);
  if (!isWithin(HOME, path)) throw new UsageError(`${typed}: only files below ${HOME} are synced`);
  return path;
}

/** A conflict copy, as typed; notices name it from home, wherever the person is. */
export function resolveCopy(context: CommandContext, typed: string): string {
  const [here, fromHome] = [resolvePath(context.cwd, typed), resolvePath(HOME, typed)];
  return context.files.stat(here) === undefined && context.files.stat(fromHome) !== undefined ? fromHome : here;
}

/** As a person reads it: from home. */
export function shortPath(path: string): string {
  return plainText(isWithin(HOME, path) && path !== HOME ? path.slice(HOME.length + 1) : path);
}

/** `12  2026-11-21 10:00  firefox-linux` */
export function headOf({ seq, atMs, device }: HistoryEntry): string {
  return `${String(seq).padStart(5)}  ${timeOf(atMs)}  ${plainText(device)}`;
}

/** Text that goes on as it is; nothing after Ctrl-C. */
export async function print(context: CommandContext, text: string): Promise<void> {
  if (context.signal.aborted) throw new Interrupted();
  await endProgress(context);
  await context.stdout.write(encodeText(text));
}

/** For a command that can be typed as it stands, wherever one is: `~/'my notes.md'`. */
export function inQuotes(path: string): string {
  const name = isWithin(HOME, path) && path !== HOME ? path.slice(HOME.length + 1) : path;
  const quoted = /^[\w./-]+$/.test(name) ? name : `'${plainText(name).replaceAll("'", "'\\''")}'`;
  return name === path ? quoted : `~/${quoted}`;
}
