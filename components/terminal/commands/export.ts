import type { Draft } from '@/lib/client/drafts.ts';
import { baseName, directoryOf, isWithin } from '@/lib/core/fs/path.ts';
import { locate } from '@/lib/core/shell/locate.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { concatBytes, encodeText } from '@/lib/core/shell/text.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { LogUnreadable } from '@/lib/core/sync/history-reader.ts';
import { addFiles, addHistory, addHome } from '@/lib/core/zip/add-files.ts';
import { openZip, ZIP_MAX_ENTRIES } from '@/lib/core/zip/write-zip.ts';
import { besideName } from '../editor-document.ts';
import { complain, remark, type AccountTools } from './account-tools.ts';
import { openProgress } from './progress.ts';
import { shortPath, type SyncVerb } from './sync-verb.ts';

const HELP = 'sync export                   one zip of everything in home, saved by the browser\n'
  + 'sync export --history         with every commit of the log as it is, below .selkie-history\n'
  + 'sync export /tmp/home.zip     into a file here\n'
  + 'sync export - | wc -c         to standard output\n'
  + '\n'
  + 'Modes, links and times are kept. `export FILE.zip`, `export -` and `export --history` are the same; `export` alone lists variables, as in bash.';

export const exportVerb: SyncVerb = {
  name: 'export',
  summary: 'One zip of everything in home, with the history if you like',
  usage: 'sync export [FILE|-] [--history]',
  help: HELP,
  run: exportHome,
};

/** `export FILE.zip`: what the shell's own `export` leaves to it. */
export const exportCommand = (tools: AccountTools): Command => ({
  name: 'export',
  section: 'sync',
  summary: exportVerb.summary,
  usage: 'export FILE.zip | export - | export --history',
  help: HELP,
  run: (context) => exportHome(tools, context, context.args),
});

async function exportHome(tools: AccountTools, context: CommandContext, args: string[]): Promise<number> {
  const options = parseOptions(args, { short: 'H', long: { history: 'H' } });
  const [to, ...more] = options.operands;
  if (more.length > 0) throw new UsageError('name one file, as in: sync export /tmp/home.zip');
  if (to === '-' && context.isTerminalOutput) throw new UsageError('a zip would only spoil the screen; send it on, as in: sync export - > /tmp/home.zip');
  const target = to === undefined || to === '-' ? undefined : locate(context, to);
  // Told now, before the work: a name that cannot be written to.
  if (target !== undefined && context.files.stat(directoryOf(target))?.kind !== 'directory') {
    throw new UsageError(`there is no directory ${directoryOf(target)}; make it first with mkdir -p`);
  }
  const chunks = await zipHome(tools, context, { isWithHistory: options.has('H'), leftOut: target });
  if (chunks === undefined) return 1;
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (to === '-') for (const chunk of chunks) await context.stdout.write(chunk);
  else if (target !== undefined) context.files.write(target, concatBytes(chunks));
  else tools.page.save(exportName(context.now()), chunks, 'application/zip');
  if (to !== '-') {
    const words = `${(bytes / 1024).toLocaleString('en', { maximumFractionDigits: 1 })} KB`;
    await remark(context, target === undefined ? `${exportName(context.now())} (${words}) is saved by your browser, where it keeps downloads.` : `${shortPath(target)}: ${words}.`);
  }
  return 0;
}

/** `selkie-2026-11-21.zip` */
export const exportName = (nowMs: number): string => `selkie-${new Date(nowMs).toISOString().slice(0, 10)}.zip`;

/**
 * The zip in pieces; undefined after one sentence when the history was asked for and cannot be had. A file that cannot
 * be read is named and left out. Text that was not saved goes beside its file, as `notes (unsaved).md`.
 */
export async function zipHome(
  tools: AccountTools, context: CommandContext, { isWithHistory, leftOut, drafts = [] }: { isWithHistory: boolean; leftOut?: string | undefined; drafts?: readonly Draft[] },
): Promise<Uint8Array[] | undefined> {
  const progress = openProgress(context);
  const chunks: Uint8Array[] = [];
  const zip = openZip((chunk) => chunks.push(chunk));
  try {
    const { synced } = tools.workspace;
    let added = 0;
    const total = context.files.space(HOME).entries;
    for (const step of synced === undefined ? addFiles(zip, without(context.files, leftOut), HOME, '') : addHome(zip, synced.replica, leftOut)) {
      if ('unreadable' in step) await remark(context, `${shortPath(step.unreadable)} cannot be read and is left out.`);
      else progress.show('Packing:', ++added, total);
      await context.breathe();
    }
    const names = new Set<string>();
    for (const { path, atMs, text } of drafts) {
      const name = besideName(path, 'unsaved', (candidate) => names.has(candidate) || context.files.linkStat(candidate) !== undefined);
      names.add(name);
      zip.add({ name: name.slice(isWithin(HOME, path) ? HOME.length + 1 : 1), kind: 'file', mode: 0o600, mtimeMs: atMs, content: encodeText(text) });
    }
    if (isWithHistory) {
      const past = tools.past({ signal: context.signal, onProgress: () => undefined });
      if (past === undefined) {
        await complain(context, 'You are not signed in, so there is no history; leave out --history, or type `login`.');
        return undefined;
      }
      const outcome = await untilAborted(context.signal, addHistory(zip, past.reader, {
        nowMs: context.now(), maxEntries: ZIP_MAX_ENTRIES - added, onCommit: ({ seq, head }) => progress.show('Packing the history:', seq, head),
      }));
      if (outcome === 'too-many') await remark(context, 'The history has more parts than a zip can name; its beginning is in it, the rest is left out.');
    }
    zip.end();
    return chunks;
  } catch (error) {
    if (context.signal.aborted) throw new Interrupted();
    if (!(error instanceof LogUnreadable)) throw error;
    await complain(context, `${error.message} Without --history everything that is here can be exported.`);
    return undefined;
  } finally {
    await progress.end();
  }
}

/** The zip itself does not belong into it. */
function without(files: CommandContext['files'], path: string | undefined): CommandContext['files'] {
  if (path === undefined) return files;
  const directory = directoryOf(path);
  return { ...files, list: (at) => files.list(at).filter(({ name }) => at !== directory || name !== baseName(path)) };
}
