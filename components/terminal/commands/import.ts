import { isWithin } from '@/lib/core/fs/path.ts';
import { locate } from '@/lib/core/shell/locate.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import * as limits from '@/lib/core/limits.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { importFiles, type Clash, type ImportItem } from '@/lib/core/zip/import-files.ts';
import { readZip, ZipRefused } from '@/lib/core/zip/read-zip.ts';
import { plainText } from '../plain-text.ts';
import { complain, remark, say, type AccountTools } from './account-tools.ts';
import { openProgress } from './progress.ts';
import { print, shortPath } from './sync-verb.ts';

export const importCommand = (tools: Pick<AccountTools, 'page'>): Command => ({
  name: 'import',
  section: 'files',
  summary: 'Bring in files, folders or a zip from this computer or phone',
  usage: 'import [ZIP] [--to DIR] [--folder] [--dry-run]',
  help: 'import                     opens the chooser; a zip is unpacked, anything else is copied\n'
    + 'import --folder            choose a whole folder\n'
    + 'import home.zip --to old   unpacks a zip that is here into the directory old\n'
    + 'import --dry-run           only says what it would do\n'
    + '\n'
    + 'Files and folders can also be dropped on the terminal. A file that is here already with other content is never\n'
    + 'replaced without asking; `sync undo` takes an import back.',
  async run(context) {
    const options = parseOptions(context.args, { short: 't:fnd', long: { to: 't', folder: 'f', 'dry-run': 'n', dropped: 'd' } });
    const [typed, ...more] = options.operands;
    if (more.length > 0) throw new UsageError('name one zip, as in: import home.zip');
    const into = locate(context, options.value('t') ?? '.');
    if (context.files.stat(into)?.kind !== 'directory') throw new UsageError(`there is no directory ${into}; make it first with mkdir -p`);
    const chosen = await choose(tools, context, typed, { isFolder: options.has('f'), isDropped: options.has('d') });
    if (typeof chosen === 'number') return chosen;
    const items = await unpack(context, chosen);
    if (items === undefined) return 1;
    return bringIn(context, items, context.files.realPath(into), options.has('n'));
  },
});

/** What to import; a number is the exit status after a sentence. */
async function choose(
  tools: Pick<AccountTools, 'page'>, context: CommandContext, typed: string | undefined, how: { isFolder: boolean; isDropped: boolean },
): Promise<ImportItem[] | number> {
  if (typed !== undefined) {
    const path = locate(context, typed);
    const kind = context.files.stat(path)?.kind;
    if (kind !== 'file') return complain(context, `${typed}: ${kind === undefined ? 'No such file or directory' : 'Is a directory'}`);
    const content = context.files.read(path);
    return [{ path: typed.endsWith('.zip') ? typed : `${typed}.zip`, kind: 'file', mode: undefined, mtimeMs: undefined, size: content.length, read: () => content }];
  }
  if (how.isDropped) {
    const dropped = tools.page.takeDropped();
    if (dropped === undefined) return complain(context, 'Nothing was dropped; drop files or folders on the terminal, or type `import` to choose some.');
    return untilAborted(context.signal, dropped);
  }
  if (context.terminal === undefined) return complain(context, 'There is nobody to choose files; name a zip, as in: import home.zip');
  const chosen = await untilAborted(context.signal, tools.page.choose(how.isFolder ? 'directory' : 'files'));
  if (chosen === 'blocked') return complain(context, 'The browser opens its chooser only right after a key or a click; type `import` by itself.');
  if (chosen !== undefined && chosen.length > 0) return chosen;
  await say(context, 'Nothing was chosen, so nothing was imported.');
  return 1;
}

/** One zip alone is unpacked; anything else is taken as it is. undefined: refused, and said so. */
async function unpack(context: CommandContext, chosen: ImportItem[]): Promise<ImportItem[] | undefined> {
  const [zip] = chosen;
  if (zip === undefined || chosen.length > 1 || zip.kind !== 'file' || !zip.path.toLowerCase().endsWith('.zip')) return chosen;
  if (zip.size > limits.importZipMaxBytes) {
    await complain(context, `That zip has ${Math.ceil(zip.size / 1024 / 1024)} MB, and at most ${limits.importZipMaxBytes / 1024 / 1024} MB can be read here; unpack it and import parts of it.`);
    return undefined;
  }
  try {
    const { entries, refused, historyObjects } = readZip(await zip.read());
    for (const { name, why } of refused) await remark(context, `${plainText(name)} ${why}, so it is left out.`);
    if (historyObjects > 0) await remark(context, 'The history in that zip is left out: it is for keeping, and what is imported begins a history of its own.');
    return entries;
  } catch (error) {
    if (!(error instanceof ZipRefused)) throw error;
    await complain(context, error.message);
    return undefined;
  }
}

async function bringIn(context: CommandContext, items: readonly ImportItem[], into: string, isDryRun: boolean): Promise<number> {
  const progress = openProgress(context);
  let policy: Clash | undefined;
  const onClash = async (path: string): Promise<Clash> => (policy ??= isDryRun ? 'both' : await askPolicy(context, path));
  const counts = { added: 0, same: 0, renamed: 0, overwritten: 0, skipped: 0, failed: 0, directory: 0 };
  const large = items.filter(({ size, kind }) => kind === 'file' && size > limits.fileMaxBytes && isWithin(HOME, into));
  const fitting = items.filter((item) => !large.includes(item));
  for (const { path, size } of large) {
    counts.failed += 1;
    await remark(context, `${plainText(path)} has ${(size / 1024 / 1024).toFixed(1)} MB, and a file in home at most ${limits.fileMaxBytes / 1024 / 1024} MB; it is left out.`);
  }
  let done = 0;
  for await (const outcome of importFiles({ files: context.files, items: fitting, into, isDryRun, onClash })) {
    counts[outcome.what] += 1;
    progress.show('Importing:', ++done, fitting.length);
    const name = shortPath(outcome.path);
    if (outcome.what === 'failed') await remark(context, `${name}: ${plainText(outcome.why)}`);
    else if (outcome.what === 'renamed') await remark(context, `${name} is here with other content; the imported one is ${shortPath(outcome.to)}.`);
    else if (isDryRun && outcome.what === 'added') await print(context, `A ${name}\n`);
    await context.breathe();
  }
  await progress.end();
  const parts = [
    count(counts.added + counts.renamed, isDryRun ? 'would be imported' : 'imported'), count(counts.overwritten, 'overwritten'),
    count(counts.same, 'here already'), count(counts.skipped, 'skipped'), count(counts.failed, 'left out'),
  ].filter((part) => part !== '');
  await say(context, parts.length === 0 ? 'There were no files in it.' : `${parts.join(', ')}.`);
  return counts.failed === 0 ? 0 : 1;
}

const count = (number: number, words: string): string => (number === 0 ? '' : `${number === 1 ? '1 file' : `${number.toLocaleString('en')} files`} ${words}`);

/** Keeps both where nobody can be asked. */
async function askPolicy({ terminal }: CommandContext, path: string): Promise<Clash> {
  if (terminal === undefined) return 'both';
  for (;;) {
    const answer = (await terminal.ask(`${shortPath(path)} is here with other content. For this and all others: [k]eep both, [o]verwrite, [s]kip? `)).trim().toLowerCase();
    if (answer === '' || 'keep both'.startsWith(answer)) return 'both';
    if ('overwrite'.startsWith(answer)) return 'overwrite';
    if ('skip'.startsWith(answer)) return 'skip';
  }
}
