import { FsError, type FileStat } from '../../fs/files.ts';
import { directoryOf, joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
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
  const kind = { directory: 'd', device: 'c', link: 'l', file: '-' }[stat.kind];
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
  usage: 'ls [-aA1lhRdtrSFpLH] [--color=always|never] [FILE]...',
  help: 'ls\nls -la               # all, with size and date\nls -t | head -3      # the newest three\nls -lhS *.txt        # largest first',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'aA1lhRdtrSFpCmgonUvkXicsGLH',
      long: { all: 'a', 'almost-all': 'A', 'human-readable': 'h', recursive: 'R', directory: 'd', reverse: 'r', classify: 'F', color: 'K', dereference: 'L', 'dereference-command-line': 'H', 'group-directories-first': 'k' },
      status: 2,
    });
    const operands = options.operands.length === 0 ? ['.'] : options.operands;
    const loose: Item[] = [];
    const directories: Item[] = [];
    let status = 0;
    for (const name of operands) {
      try {
        const path = locate(context, name);
        const stat = statOperand(context, options, path);
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

const blocks = (stat: FileStat): number => Math.ceil(stat.storedBytes / 1024);

/** As GNU: a named link is shown as itself by -l, -d and -F; else one to a directory stands for that directory. */
function statOperand(context: CommandContext, options: ParsedOptions, path: string): FileStat {
  const { files } = context;
  if (options.has('L') || options.has('H')) return requireStat(files, path);
  const own = files.linkStat(path);
  const showsLink = ['l', 'g', 'o', 'n', 'd', 'F'].some((letter) => options.has(letter));
  if (own?.kind === 'link' && !showsLink) {
    try {
      const target = requireStat(files, path);
      if (target.kind === 'directory') return target;
    } catch (error) {
      // One to nothing is shown as itself, one in a circle is an error.
      if (!(error instanceof FsError) || error.code !== 'ENOENT') throw error;
    }
  }
  return own ?? requireStat(files, path);
}

/** On the screen a line feed or tab in a name is spelled out as GNU does, `'a'$'\n''b'`: one name is one line. */
function onScreen(name: string): string {
  return /[\n\t]/.test(name) ? `'${name.replaceAll("'", "'\\''").replace(/[\n\t]+/g, (marks) => `'$'${marks.replaceAll('\n', '\\n').replaceAll('\t', '\\t')}''`)}'` : name;
}

function entriesOf(context: CommandContext, options: ParsedOptions, directory: Item): Item[] {
  const items: Item[] = [];
  if (options.has('a')) {
    items.push({ name: '.', path: directory.path, stat: directory.stat });
    const parent = directoryOf(context.files.realPath(directory.path));
    items.push({ name: '..', path: parent, stat: context.files.stat(parent) ?? directory.stat });
  }
  for (const { name } of context.files.list(directory.path)) {
    if (name.startsWith('.') && !options.has('a') && !options.has('A')) continue;
    const path = joinPath(directory.path, name);
    const stat = (options.has('L') ? context.files.stat(path) : undefined) ?? context.files.linkStat(path);
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

function render(context: CommandContext, options: ParsedOptions, found: readonly Item[]): string {
  if (found.length === 0) return '';
  const spell = context.isTerminalOutput ? onScreen : (name: string): string => name;
  const items = found.map((item) => ({ ...item, name: spell(item.name) }));
  const mark = (stat: FileStat): string => {
    if (stat.kind === 'directory') return options.has('F') || options.has('p') ? '/' : '';
    if (!options.has('F')) return '';
    return stat.kind === 'link' ? '@' : stat.kind === 'file' && (stat.mode & 0o111) !== 0 ? '*' : '';
  };
  const when = options.value('K') ?? 'auto';
  const isColoured = when === 'auto' ? context.isTerminalOutput : when !== 'never';
  const paint = (name: string, stat: FileStat | undefined): string => {
    const code = !isColoured ? '' : stat === undefined ? '40;31;01' : stat.kind === 'directory' ? '1;34' : stat.kind === 'link' ? '1;36'
      : stat.kind === 'file' && (stat.mode & 0o111) !== 0 ? '1;32' : '';
    return code === '' ? name : `\x1b[${code}m${name}\x1b[0m`;
  };
  const colour = (item: Item): string => {
    const isBroken = isColoured && item.stat.kind === 'link' && context.files.stat(item.path) === undefined;
    return paint(item.name, isBroken ? undefined : item.stat);
  };
  /** With `-l` a link says where it leads, and the mark is that of the target. */
  const long = (item: Item): string => {
    if (item.stat.kind !== 'link') return colour(item) + mark(item.stat);
    const target = context.files.stat(item.path);
    return `${colour(item)} -> ${paint(spell(context.files.readLink(item.path)), target)}${target === undefined ? '' : mark(target)}`;
  };
  if (options.has('l') || options.has('g') || options.has('o') || options.has('n')) {
    const sizes = items.map(({ stat }) => (stat.kind === 'directory' ? '4096' : String(stat.size)))
      .map((size) => (options.has('h') ? humanSize(Number(size)) : size));
    const width = Math.max(...sizes.map((size) => size.length));
    const user = context.env.USER ?? 'me';
    return items.map((item, index) =>
      `${modeText(item.stat)} 1 ${user} ${user} ${sizes[index]!.padStart(width)} ${dateText(item.stat.mtimeMs, context.now())} ${long(item)}\n`).join('');
  }
  const columns = context.isTerminalOutput && !options.has('1') ? context.terminal?.columns() ?? 80 : options.has('C') ? 80 : 0;
  if (columns === 0) return items.map((item) => `${colour(item)}${mark(item.stat)}\n`).join('');
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
        line += colour(items[index]!) + mark(items[index]!.stat) + (isLast ? '' : ' '.repeat(columnWidths[column]! - widths[index]!));
      }
      out += `${line}\n`;
    }
    return out;
  }
}
