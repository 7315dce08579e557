import { FsError, type FileStat } from '../../fs/files.ts';
import { joinPath, resolvePath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { encodeText } from '../text.ts';
import { complain } from './files-in.ts';
import { parseOptions, type ParsedOptions } from './options.ts';

interface Item {
  name: string;
  path: string;
  stat: FileStat;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `drwxr-xr-x` */
export function modeText(stat: FileStat): string {
  const letters = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];
  const kind = stat.kind === 'directory' ? 'd' : stat.kind === 'device' ? 'c' : '-';
  return kind + letters[(stat.mode >> 6) & 7] + letters[(stat.mode >> 3) & 7] + letters[stat.mode & 7];
}

/** `1.5K`, as `ls -h` and `du -h` round it: up. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let value = bytes;
  let unit = -1;
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit += 1;
  }
  const rounded = value < 10 ? Math.ceil(value * 10) / 10 : Math.ceil(value);
  return `${value < 10 ? rounded.toFixed(1) : rounded}${'KMGTP'[unit]}`;
}

function dateText(milliseconds: number, now: number): string {
  const date = new Date(milliseconds);
  const day = `${MONTHS[date.getMonth()]} ${String(date.getDate()).padStart(2)}`;
  const isRecent = milliseconds <= now && now - milliseconds < 182 * 86_400_000;
  const time = `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  return `${day} ${isRecent ? time : String(date.getFullYear()).padStart(5)}`;
}

/** Cells on the screen; wide characters take two. */
function cells(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    width += /\p{Mn}/u.test(character) ? 0 : (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xff00 && code <= 0xff60) || (code >= 0x1f300 && code <= 0x1faff) ? 2 : 1;
  }
  return width;
}

export const ls: Command = {
  name: 'ls',
  summary: 'List files',
  usage: 'ls [-aA1lhRdtrSFp] [FILE]...',
  help: 'ls\nls -la               # all, with size and date\nls -t | head -3      # the newest three\nls -lhS *.txt        # largest first',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'aA1lhRdtrSFpCmgonUvkXicsG',
      long: { all: 'a', 'almost-all': 'A', 'human-readable': 'h', recursive: 'R', directory: 'd', reverse: 'r', classify: 'F', color: 'G', 'group-directories-first': 'k' },
      status: 2,
    });
    const operands = options.operands.length === 0 ? ['.'] : options.operands;
    const loose: Item[] = [];
    const directories: Item[] = [];
    let status = 0;
    for (const name of operands) {
      try {
        const path = resolvePath(context.cwd, name);
        const stat = context.files.stat(path);
        if (stat === undefined) throw new FsError('ENOENT', name);
        if (name.endsWith('/') && stat.kind !== 'directory') throw new FsError('ENOTDIR', name);
        (stat.kind === 'directory' && !options.has('d') ? directories : loose).push({ name, path, stat });
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await complain(context, `cannot access '${name}': ${error.message}`);
        status = 2;
      }
    }
    const needsTitles = operands.length > 1 || options.has('R');
    let out = loose.length > 0 ? render(context, options, sorted(loose, options)) : '';
    const pending = sorted(directories, options);
    for (let item = pending.shift(); item !== undefined; item = pending.shift()) {
      let entries: Item[];
      try {
        entries = entriesOf(context, options, item);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await complain(context, `cannot open directory '${item.name}': ${error.message}`);
        status = 2;
        continue;
      }
      if (out !== '') out += '\n';
      if (needsTitles) out += `${item.name}:\n`;
      if (options.has('l')) out += `total ${entries.reduce((sum, entry) => sum + blocks(entry.stat), 0)}\n`;
      out += render(context, options, entries);
      if (options.has('R')) {
        const inner = entries.filter((entry) => entry.stat.kind === 'directory' && entry.name !== '.' && entry.name !== '..');
        pending.unshift(...inner.map((entry) => ({ ...entry, name: `${item.name === '/' ? '' : item.name.replace(/\/+$/, '')}/${entry.name}` })));
      }
      if (out.length > 32_768) {
        await context.stdout.write(encodeText(out));
        out = '';
      }
      await context.breathe();
    }
    if (out !== '') await context.stdout.write(encodeText(out));
    return status;
  },
};

const blocks = (stat: FileStat): number => (stat.kind === 'file' ? Math.ceil(stat.size / 4096) * 4 : 4);

function entriesOf(context: CommandContext, options: ParsedOptions, directory: Item): Item[] {
  const items: Item[] = [];
  if (options.has('a')) {
    items.push({ name: '.', path: directory.path, stat: directory.stat });
    const parent = resolvePath(directory.path, '..');
    items.push({ name: '..', path: parent, stat: context.files.stat(parent) ?? directory.stat });
  }
  for (const { name } of context.files.list(directory.path)) {
    if (name.startsWith('.') && !options.has('a') && !options.has('A')) continue;
    const path = joinPath(directory.path, name);
    const stat = context.files.stat(path);
    if (stat !== undefined) items.push({ name, path, stat });
  }
  return sorted(items, options);
}

function sorted(items: Item[], options: ParsedOptions): Item[] {
  const last = options.all.findLast(({ letter }) => 'tSUX'.includes(letter))?.letter;
  const byName = (left: Item, right: Item): number => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0);
  const result = last === 'U' ? [...items] : [...items].sort(
    last === 't' ? (left, right) => right.stat.mtimeMs - left.stat.mtimeMs || byName(left, right)
      : last === 'S' ? (left, right) => right.stat.size - left.stat.size || byName(left, right)
        : byName,
  );
  return options.has('r') ? result.reverse() : result;
}

function render(context: CommandContext, options: ParsedOptions, items: readonly Item[]): string {
  if (items.length === 0) return '';
  const mark = (stat: FileStat): string =>
    stat.kind === 'directory' && (options.has('F') || options.has('p')) ? '/' : options.has('F') && stat.kind === 'file' && (stat.mode & 0o111) !== 0 ? '*' : '';
  const colour = (item: Item): string => {
    const text = item.name + mark(item.stat);
    if (!context.isTerminalOutput) return text;
    if (item.stat.kind === 'directory') return `\x1b[1;34m${item.name}\x1b[0m${mark(item.stat)}`;
    return item.stat.kind === 'file' && (item.stat.mode & 0o111) !== 0 ? `\x1b[1;32m${item.name}\x1b[0m${mark(item.stat)}` : text;
  };
  if (options.has('l') || options.has('g') || options.has('o') || options.has('n')) {
    const sizes = items.map(({ stat }) => (stat.kind === 'directory' ? '4096' : String(stat.size)))
      .map((size) => (options.has('h') ? humanSize(Number(size)) : size));
    const width = Math.max(...sizes.map((size) => size.length));
    const user = context.env.USER ?? 'me';
    return items.map((item, index) =>
      `${modeText(item.stat)} 1 ${user} ${user} ${sizes[index]!.padStart(width)} ${dateText(item.stat.mtimeMs, context.now())} ${colour(item)}\n`).join('');
  }
  const columns = context.isTerminalOutput && !options.has('1') ? context.terminal?.columns() ?? 80 : options.has('C') ? 80 : 0;
  if (columns === 0) return items.map((item) => `${colour(item)}\n`).join('');
  const widths = items.map((item) => cells(item.name + mark(item.stat)));
  for (let rows = 1; ; rows += 1) {
    const count = Math.ceil(items.length / rows);
    const columnWidths = Array.from({ length: count }, (_, column) => Math.max(...widths.slice(column * rows, (column + 1) * rows)) + 2);
    const total = columnWidths.reduce((sum, width) => sum + width, -2);
    if (total > columns && rows < items.length) continue;
    let out = '';
    for (let row = 0; row < rows; row += 1) {
      let line = '';
      for (let column = 0; column < count; column += 1) {
        const index = column * rows + row;
        if (index >= items.length) break;
        const isLast = index + rows >= items.length;
        line += colour(items[index]!) + (isLast ? '' : ' '.repeat(columnWidths[column]! - widths[index]!));
      }
      out += `${line}\n`;
    }
    return out;
  }
}
