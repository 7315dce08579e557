import { FsError } from '../../../fs/files.ts';
import { baseName, directoryOf } from '../../../fs/path.ts';
import { FileActs } from '../../../views/files/file-acts.ts';
import { FileList } from '../../../views/files/file-list.ts';
import { runFileManager } from '../../../views/files/file-manager.ts';
import { sizeWords } from '../../../views/files/file-manager-draw.ts';
import { runPager } from '../../../views/pager.ts';
import type { Command, CommandContext, TerminalIo } from '../../command.ts';
import { locate } from '../../locate.ts';
import { encodeText } from '../../text.ts';
import { parseOptions, UsageError } from '../options.ts';
import { removeTree } from '../remove-tree.ts';
import { transferWith } from './file-transfer.ts';
import { fullScreenOf, isPlain } from './full-screen.ts';
import { fileSource } from './less.ts';
import { showMarkdown } from './md.ts';

/** The file manager, and its plain form: a numbered list, asked by line. */
export const fm: Command = {
  name: 'fm',
  summary: 'The file manager: look, open, copy, move, rename, delete',
  usage: 'fm [DIRECTORY]',
  options: [],
  help: 'fm\nfm notes\n\nInside: arrows and Enter, Space selects, c copies, m moves, r renames, d deletes, u takes back, ? shows all keys, q leaves.',
  section: 'files',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    if (operands.length > 1) throw new UsageError('name one directory, as in: fm notes');
    const directory = context.files.realPath(locate(context, operands[0] ?? '.'));
    const kind = context.files.stat(directory)?.kind;
    if (kind !== 'directory') throw new FsError(kind === undefined ? 'ENOENT' : 'ENOTDIR', operands[0] ?? directory);
    const acts = new FileActs(context.files, transferWith(context), (path) => removeTree(context, path));
    const terminal = fullScreenOf(context);
    if (terminal === undefined) {
      if (context.terminal === undefined || !isPlain(context)) throw new UsageError('there is no screen here; use ls, cp, mv and rm');
      return askByLine(context, context.terminal, acts, directory);
    }
    await terminal.view((screen) => runFileManager(screen, {
      files: context.files,
      acts,
      directory,
      now: context.now,
      breathe: context.breathe,
      open: async (path) => {
        if (/\.(md|markdown)$/i.test(path)) {
          await showMarkdown(context, screen, path);
          return undefined;
        }
        if (isForPage(path)) return (await openInPage(context, path)) ? undefined : `${baseName(path)} can only be opened in the page.`;
        await runPager(screen, { sources: [fileSource(context, path)], breathe: context.breathe, edit: (at, line) => terminal.edit(at, { line }) });
        return undefined;
      },
      read: (path) => runPager(screen, { sources: [fileSource(context, path)], breathe: context.breathe, edit: (at, line) => terminal.edit(at, { line }) }),
      edit: (path) => terminal.edit(context.files.realPath(path)),
      locate: (typed, from) => locate({ files: context.files, cwd: from }, typed.replace(/^~(?=\/|$)/, context.env['HOME'] ?? '~')),
    }));
    return 0;
  },
};

/** What the pager would only show as bytes. */
const isForPage = (path: string): boolean => /\.(png|jpe?g|gif|webp|svg|pdf)$/i.test(path);

async function openInPage(context: CommandContext, path: string): Promise<boolean> {
  return (await context.execute?.(['open', '--', path])) === 0;
}

/** For a screen reader: what is here, numbered, and one question at a time. */
async function askByLine(context: CommandContext, terminal: TerminalIo, acts: FileActs, start: string): Promise<number> {
  const list = new FileList(context.files, start);
  const print = (text: string): Promise<void> => context.stdout.write(encodeText(`${text}\n`));
  const undos: (() => Promise<string>)[] = [];
  let isListed = false;
  for (;;) {
    if (!isListed) {
      list.reload();
      const lines = list.entries.map((entry, index) => `${index + 1} ${entry.name}${entry.kind === 'directory' ? ', directory' : `, ${sizeWords(entry.size)} bytes`}`);
      await print([`${list.directory}, ${list.entries.length} entries`, ...lines].join('\n'));
      isListed = true;
    }
    const answer = (await terminal.ask('Number to open, r N rename, d N delete, c N copy, u undo, l list, q leave: ')).trim();
    const [, verb = '', digits = ''] = /^([a-z]?)\s*(\d*)$/.exec(answer) ?? [];
    const entry = list.entries[Number(digits) - 1];
    if (verb === 'q') return 0;
    if (verb === 'l') isListed = false;
    else if (verb === 'u') await print((await undos.pop()?.()) ?? 'There is nothing to take back.');
    else if (entry === undefined) await print('Type a number of the list, or one of the letters with a number.');
    else if (verb === '' && entry.kind === 'directory') {
      if (entry.name === '..') list.up();
      else list.open(entry.path);
      isListed = false;
    } else if (verb === '') await context.stdout.write(context.files.read(entry.path));
    else if (entry.name === '..') await print('That is the directory above.');
    else {
      const outcome = verb === 'r' ? await acts.rename(entry.path, await terminal.ask('New name: ', { initial: entry.name }))
        : verb === 'd' ? ((await terminal.ask(`Delete ${entry.name}? yes or no: `)).startsWith('y') ? await acts.remove([entry.path]) : { said: 'Nothing was done.' })
          : verb === 'c' ? await acts.transfer('copy', [entry.path], directoryOf(entry.path), 'both')
            : { said: 'The letters are r, d, c, u, l and q.' };
      if (outcome.undo !== undefined) undos.push(outcome.undo);
      await print(outcome.said);
      isListed = outcome.undo === undefined;
    }
  }
}
