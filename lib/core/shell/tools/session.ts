import { directoryOf } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { encodeText } from '../text.ts';
import { parseOptions, UsageError } from './options.ts';

/** clear, edit: what needs the person's terminal. */

export const clear: Command = {
  name: 'clear',
  summary: 'Clear the screen',
  usage: 'clear',
  help: 'clear',
  options: [],
  section: 'shell',
  async run(context) {
    if (context.terminal !== undefined && context.isTerminalOutput) context.terminal.clear();
    else await context.stdout.write(encodeText('\x1b[H\x1b[2J\x1b[3J'));
    return 0;
  },
};

export const edit: Command = {
  name: 'edit',
  summary: 'Open a file in the editor',
  usage: 'edit [+LINE] FILE',
  options: [],
  help: 'edit notes.txt\nedit +40 script.sh   # at line 40\n\nCtrl-S saves, Ctrl-Q leaves, Ctrl-F finds, Alt-G goes to a line. Unsaved text is kept in this browser and offered when the file is opened again.',
  section: 'files',
  run: (context) => openEditor(context),
};

/** Vim's keys whatever the setting is: fingers that type the name expect them. */
export const vi: Command = {
  ...edit,
  name: 'vi',
  summary: 'Open a file in the editor with vim’s keys',
  usage: 'vi [+LINE] FILE',
  options: [],
  help: 'vi notes.txt\n\n:w saves, :q leaves, :wq does both. `settings vim-keys on` gives `edit` these keys too.',
  run: (context) => openEditor(context, 'vim'),
};

export const vim: Command = { ...vi, name: 'vim', usage: 'vim [+LINE] FILE', options: [], help: 'vim notes.txt\n\n:w saves, :q leaves, :wq does both. `settings vim-keys on` gives `edit` these keys too.' };

export const nano: Command = { ...edit, name: 'nano', usage: 'nano [+LINE] FILE', options: [], help: 'nano notes.txt\n\nCtrl-S saves, Ctrl-Q leaves, Ctrl-F finds, Alt-G goes to a line.' };

/** `FILE`, or `+LINE FILE` as vi and nano take it. */
async function openEditor(context: CommandContext, keys?: 'vim'): Promise<number> {
  const line = context.args.map((argument) => /^\+(\d+)$/.exec(argument)?.[1]).find((number) => number !== undefined);
  const { operands } = parseOptions(context.args.filter((argument) => !/^\+\d+$/.test(argument)), { short: '' });
  const [name] = operands;
  if (name === undefined || operands.length > 1) throw new UsageError(`name one file, as in: ${context.name} notes.txt`);
  if (context.terminal === undefined) throw new UsageError('there is no screen here; use it in the terminal');
  // What a link leads to, by its own name, so that what others do to the file is noticed.
  const path = context.files.realPath(locate(context, name));
  if (context.files.stat(path)?.kind === 'directory') throw new UsageError(`${name}: Is a directory`);
  // Told now: nobody wants to learn it when the text is written and can't be saved.
  if (context.files.stat(directoryOf(path))?.kind !== 'directory') throw new UsageError(`${name}: there is no directory ${directoryOf(path)}; make it first with mkdir -p`);
  await context.terminal.edit(path, { ...(keys === undefined ? {} : { keys }), ...(line === undefined ? {} : { line: Number(line) }) });
  return 0;
}
