import { directoryOf } from '../../fs/path.ts';
import type { Command } from '../command.ts';
import { locate } from '../locate.ts';
import { encodeText } from '../text.ts';
import { parseOptions, UsageError } from './options.ts';

/** history, clear, edit: what needs the person's terminal. */

export const history: Command = {
  name: 'history',
  summary: 'Lines you have entered',
  usage: 'history [-c] [COUNT]',
  help: 'history 10\nhistory -c   # forget them',
  section: 'shell',
  async run(context) {
    const options = parseOptions(context.args, { short: 'c' });
    if (context.history === undefined) return 0;
    if (options.has('c')) {
      context.history.clear();
      return 0;
    }
    const entries = context.history.entries();
    const [count] = options.operands;
    if (count !== undefined && !/^\d+$/.test(count)) throw new UsageError(`${count}: numeric argument required`);
    const from = count === undefined ? 0 : Math.max(0, entries.length - Number(count));
    await context.stdout.write(encodeText(entries.slice(from).map((entry, index) => `${String(from + index + 1).padStart(5)}  ${entry}\n`).join('')));
    return 0;
  },
};

export const clear: Command = {
  name: 'clear',
  summary: 'Clear the screen',
  usage: 'clear',
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
  usage: 'edit FILE',
  help: 'edit notes.txt\n\nCtrl-S saves, Ctrl-Q leaves. Unsaved text is kept in this browser and offered when the file is opened again.',
  section: 'files',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    const [name] = operands;
    if (name === undefined || operands.length > 1) throw new UsageError('name one file, as in: edit notes.txt');
    if (context.terminal === undefined) throw new UsageError('there is no screen here; use it in the terminal');
    // What a link leads to, by its own name, so that what others do to the file is noticed.
    const path = context.files.realPath(locate(context, name));
    if (context.files.stat(path)?.kind === 'directory') throw new UsageError(`${name}: Is a directory`);
    // Told now: nobody wants to learn it when the text is written and can't be saved.
    if (context.files.stat(directoryOf(path))?.kind !== 'directory') throw new UsageError(`${name}: there is no directory ${directoryOf(path)}; make it first with mkdir -p`);
    await context.terminal.edit(path);
    return 0;
  },
};
