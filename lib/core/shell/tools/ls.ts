import { FsError, type Files, type FileStat } from '../../fs/files.ts';
import { directoryOf, joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { globOf } from '../regex/glob.ts';
import { formatDate } from './format-date.ts';
import { complain } from './files-in.ts';
import { inColumns, withCommas } from './ls-columns.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';
import { styledTime, timeStyle } from './time-style.ts';
import { compareVersions } from './version-order.ts';

interface Item {
  name: string;
  path: string;
  stat: FileStat;
}

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

/** Cells on the screen; wide characters take two. */
function cells(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    width += /\p{Mn}/u.test(character) ? 0 : (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xff00 && code <= 0xff60) || (code >= 0x1f300 && code <= 0x1faff) ? 2 : 1;
  }
  return width;
}

const LONG: Readonly<Record<string, string>> = {
  all: 'a', 'almost-all': 'A', 'human-readable': 'h', recursive: 'R', directory: 'd', reverse: 'r', classify: 'F', color: 'K', dereference: 'L',
  'dereference-command-line': 'H', 'group-directories-first': 'k', 'no-group': 'G', 'numeric-uid-gid': 'n', size: 's', inode: 'i', 'quote-name': 'Q', escape: 'b',
  literal: 'N', 'hide-control-chars': 'q', 'ignore-backups': 'B', ignore: 'I', hide: '\x09', width: 'w', 'full-time': '\x01', 'time-style': '\x02', sort: '\x03',
  format: '\x04', 'indicator-style': '\x05', si: '\x06', 'file-type': '\x07', zero: '\x08', time: 'T',
};

export const ls: Command = {
  name: 'ls',
  summary: 'List files',
  usage: 'ls [-aAlhRdtSrF1] [--color=WHEN] [FILE]...',
  help: 'ls\nls -la               # all, with size and date\nls -t | head -3      # the newest three\nls -lhS *.txt        # largest first',
  options: [
    ['-l', 'with permissions, size and date'],
    ['-a, --all', 'also names that start with a dot'],
    ['-A, --almost-all', 'the same without . and ..'],
    ['-h, --human-readable', 'with -l: sizes as 1.5K; --si: powers of 1000'],
    ['-R, --recursive', 'directories with all that is in them'],
    ['-d, --directory', 'a directory itself, not what is in it'],
    ['-t', 'newest first'],
    ['-S', 'largest first'],
    ['-X', 'by ending'],
    ['-v', 'numbers in names as numbers: a2 before a10'],
    ['-U', 'as they come; -f: so, and all'],
    ['-r, --reverse', 'the other way round'],
    ['--sort=WORD', 'name, none, size, time, version or extension'],
    ['--group-directories-first', 'directories first'],
    ['-F, --classify', '/ behind directories, * behind programs, @ behind links'],
    ['-p', '/ behind directories'],
    ['-1', 'one name a line'],
    ['-C', 'in columns; -x: the same, line by line'],
    ['-m', 'with commas between'],
    ['-w, --width=N', 'for lines of N columns'],
    ['-s, --size', 'with the blocks that each takes'],
    ['-i, --inode', 'with a number for each file'],
    ['-n, --numeric-uid-gid', 'as -l, with the owner as a number'],
    ['-g', 'as -l, without the owner'],
    ['-o', 'as -l, without the group; also -G'],
    ['-Q, --quote-name', 'names in double quotes'],
    ['-b, --escape', 'a backslash before what is special in names'],
    ['-L, --dereference', 'what links lead to, instead of the links'],
    ['-H', 'the same for links that are named'],
    ['-I, --ignore=PATTERN', 'leave out names that match; also --hide'],
    ['-B, --ignore-backups', 'leave out names that end with ~'],
    ['--full-time', 'as -l, with the time to the nanosecond'],
    ['--time-style=STYLE', 'full-iso, long-iso, iso or +FORMAT as of date'],
    ['--color=WHEN', 'colours: always, never or auto'],
    ['--zero', 'end each name with a zero byte'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'aA1lhRdtrSFpCmgonUvkXicsGLHxfuQbNqBI:w:T:DZ\x01\x02:\x03:\x04:\x05:\x06\x07\x08\x09:',
      long: LONG,
      status: 2,
    });
    for (const [letter, option, words] of CHOICES) {
      const value = options.value(letter);
      if (value !== undefined && !words.includes(value) && !(letter === '\x02' && value.startsWith('+'))) throw new UsageError(`invalid argument '${value}' for '${option}'`, 1);
    }
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
    let out = loose.length > 0 ? render(context, options, sorted(loose, options, context.files)) : '';
    const pending = sorted(directories, options, context.files);
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
      if (isLong(options) || options.has('s')) {
        const total = entries.reduce((sum, entry) => sum + blocks(entry.stat), 0);
        out += `total ${options.has('h') ? humanSize(total * 1024) : total}\n`;
      }
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

/** `ls` in columns with escapes, whether on a screen or not; an option that is given wins. */
export const dir: Command = {
  ...ls,
  name: 'dir',
  summary: 'List files in columns, as ls -C -b',
  usage: 'dir [-aAhRtSr] [FILE]...',
  help: 'dir\ndir -t notes      # newest first\n\nAs `ls -C -b`; all options of ls.',
  run: (context) => ls.run({ ...context, args: ['-C', '-b', ...context.args] }),
};

export const vdir: Command = {
  ...ls,
  name: 'vdir',
  summary: 'List files with size and date, as ls -l -b',
  usage: 'vdir [-aAhRtSr] [FILE]...',
  help: 'vdir\nvdir -h notes     # sizes as 1.5K\n\nAs `ls -l -b`; all options of ls.',
  run: (context) => ls.run({ ...context, args: ['-l', '-b', ...context.args] }),
};

const TIME_STYLES = ['full-iso', 'long-iso', 'iso', 'locale'] as const;

const CHOICES: readonly (readonly [letter: string, option: string, words: readonly string[]])[] = [
  ['\x03', '--sort', ['none', 'name', 'size', 'time', 'version', 'extension', 'width']],
  ['\x04', '--format', ['long', 'verbose', 'commas', 'horizontal', 'across', 'vertical', 'single-column']],
  ['\x05', '--indicator-style', ['none', 'slash', 'file-type', 'classify']],
  ['\x02', '--time-style', TIME_STYLES],
  ['K', '--color', ['', 'always', 'yes', 'force', 'never', 'no', 'none', 'auto', 'tty', 'if-tty']],
];

const blocks = (stat: FileStat): number => Math.ceil(stat.storedBytes / 1024);

/** The last of the options that choose a form wins, but for those that only add to the long one. */
function formOf(options: ParsedOptions): 'long' | 'commas' | 'across' | 'down' | 'single' | undefined {
  const last = options.all.findLast(({ letter }) => 'lgon1Cxm\x01\x04'.includes(letter));
  switch (last?.letter) {
    case undefined: return undefined;
    case 'C': return 'down';
    case 'x': return 'across';
    case 'm': return 'commas';
    // `-l1` is long all the same.
    case '1': return options.all.some(({ letter }) => 'lgon\x01'.includes(letter)) && !options.all.some(({ letter }) => 'Cxm'.includes(letter)) ? 'long' : 'single';
    case '\x04': return ({ long: 'long', verbose: 'long', commas: 'commas', horizontal: 'across', across: 'across', vertical: 'down', 'single-column': 'single' } as const)[last!.value as 'long'];
    default: return 'long';
  }
}

const isLong = (options: ParsedOptions): boolean => formOf(options) === 'long';

/** Files have no number here; one made of the place tells the same file again as long as it stays there. */
function fileNumber(path: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % 1_000_000_000;
}

/** As GNU: a named link is shown as itself by -l, -d and -F; else one to a directory stands for that directory. */
function statOperand(context: CommandContext, options: ParsedOptions, path: string): FileStat {
  const { files } = context;
  if (options.has('L') || options.has('H')) return requireStat(files, path);
  const own = files.linkStat(path);
  const showsLink = isLong(options) || ['d', 'F'].some((letter) => options.has(letter));
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
  // What is asked for with -a is not hidden by --hide.
  const showsAll = options.has('a') || options.has('A');
  const hidden = options.all.filter(({ letter }) => letter === 'I' || (letter === '\x09' && !showsAll)).map(({ value }) => value);
  if (options.has('a') || options.has('f')) {
    items.push({ name: '.', path: directory.path, stat: directory.stat });
    const parent = directoryOf(context.files.realPath(directory.path));
    items.push({ name: '..', path: parent, stat: context.files.stat(parent) ?? directory.stat });
  }
  for (const { name } of context.files.list(directory.path)) {
    if (name.startsWith('.') && !options.has('a') && !options.has('A') && !options.has('f')) continue;
    if ((options.has('B') && name.endsWith('~')) || hidden.some((pattern) => globOf(pattern).matches(name))) continue;
    const path = joinPath(directory.path, name);
    const stat = (options.has('L') ? context.files.stat(path) : undefined) ?? context.files.linkStat(path);
    if (stat !== undefined) items.push({ name, path, stat });
  }
  return sorted(items, options, context.files);
}

function sorted(items: Item[], options: ParsedOptions, files: Files): Item[] {
  const last = options.all.findLast(({ letter }) => 'tSUXvf\x03'.includes(letter));
  const order = last === undefined ? 'name' : last.letter === '\x03' ? last.value : { t: 'time', S: 'size', U: 'none', f: 'none', X: 'extension', v: 'version' }[last.letter]!;
  const byName = (left: Item, right: Item): number => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0);
  const ending = ({ name }: Item): string => (name.lastIndexOf('.') < 0 ? '' : name.slice(name.lastIndexOf('.')));
  const compare: Record<string, (left: Item, right: Item) => number> = {
    name: byName,
    time: (left, right) => right.stat.mtimeMs - left.stat.mtimeMs || byName(left, right),
    size: (left, right) => shownSize(right.stat) - shownSize(left.stat) || byName(left, right),
    extension: (left, right) => (ending(left) < ending(right) ? -1 : ending(left) > ending(right) ? 1 : byName(left, right)),
    version: (left, right) => compareVersions(left.name, right.name),
    width: (left, right) => cells(left.name) - cells(right.name) || byName(left, right),
  };
  const by = compare[order];
  const result = by === undefined ? [...items] : [...items].sort(by);
  if (options.has('r') && by !== undefined) result.reverse();
  if (!options.has('k') || by === undefined) return result;
  const isDirectory = ({ stat, path }: Item): boolean => (stat.kind === 'link' ? files.stat(path)?.kind : stat.kind) === 'directory';
  return [...result.filter(isDirectory), ...result.filter((item) => !isDirectory(item))];
}

const shownSize = (stat: FileStat): number => (stat.kind === 'directory' ? 4096 : stat.size);

function render(context: CommandContext, options: ParsedOptions, found: readonly Item[]): string {
  if (found.length === 0) return '';
  const end = options.has('\x08') ? '\0' : '\n';
  const spell = spelling(context, options);
  const items = found.map((item) => ({ ...item, name: spell(item.name) }));
  const style = options.value('\x05') ?? (options.has('F') ? 'classify' : options.has('\x07') ? 'file-type' : options.has('p') ? 'slash' : 'none');
  const mark = (stat: FileStat): string => {
    if (style === 'none') return '';
    if (stat.kind === 'directory') return '/';
    if (style === 'slash') return '';
    return stat.kind === 'link' ? '@' : style === 'classify' && stat.kind === 'file' && (stat.mode & 0o111) !== 0 ? '*' : '';
  };
  const when = options.value('K') ?? 'auto';
  const isColoured = ['auto', 'tty', 'if-tty'].includes(when) ? context.isTerminalOutput : !['never', 'no', 'none'].includes(when);
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
  const column = (texts: string[]): string[] => {
    const width = Math.max(...texts.map((text) => text.length));
    return texts.map((text) => text.padStart(width));
  };
  const size = (bytes: number): string => (options.has('\x06') ? siSize(bytes) : options.has('h') ? humanSize(bytes) : String(bytes));
  const numbers = options.has('i') ? column(items.map(({ path }) => String(fileNumber(path)))).map((text) => `${text} `) : undefined;
  const taken = options.has('s') ? column(items.map(({ stat }) => (options.has('h') ? size(blocks(stat) * 1024) : String(blocks(stat))))).map((text) => `${text} `) : undefined;
  const front = (index: number): string => (numbers?.[index] ?? '') + (taken?.[index] ?? '');
  const form = formOf(options);
  if (form === 'long') {
    const sizes = column(items.map(({ stat }) => size(shownSize(stat))));
    const user = options.has('n') ? '1000' : context.env.USER ?? 'me';
    const who = (options.has('g') ? '' : ` ${user}`) + (options.has('o') || options.has('G') ? '' : ` ${user}`);
    const times = items.map(({ stat }) => timeOf(options, stat.mtimeMs, context.now(), context.env));
    return items.map((item, index) => `${front(index)}${modeText(item.stat)} 1${who} ${sizes[index]!} ${times[index]!} ${long(item)}${end}`).join('');
  }
  const texts = items.map((item, index) => ({ text: front(index) + colour(item) + mark(item.stat), width: cells(front(index) + item.name + mark(item.stat)) }));
  const given = options.value('w') ?? context.env.COLUMNS;
  const lineWidth = given !== undefined && /^\d+$/.test(given) ? Number(given) || Number.POSITIVE_INFINITY : context.isTerminalOutput ? context.terminal?.columns() ?? 80 : 80;
  const chosen = form ?? (context.isTerminalOutput ? 'down' : 'single');
  if (chosen === 'single' || end === '\0') return texts.map(({ text }) => text + end).join('');
  if (chosen === 'commas') return withCommas(texts, lineWidth);
  // One that fits exactly would still wrap nowhere, so the screen has one cell more than GNU believes.
  return inColumns(texts, { lineWidth: context.isTerminalOutput ? lineWidth + 1 : lineWidth, direction: chosen, usesTabs: !context.isTerminalOutput });
}

function spelling(context: CommandContext, options: ParsedOptions): (name: string) => string {
  const last = options.all.findLast(({ letter }) => 'QbNq'.includes(letter))?.letter;
  const escaped = (name: string, also: RegExp): string => name.replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(also, '\\$&');
  switch (last) {
    case 'Q': return (name) => `"${escaped(name.replace(/\\/g, '\\\\'), /"/g)}"`;
    case 'b': return (name) => escaped(name.replace(/\\/g, '\\\\'), / /g);
    case 'q': return (name) => name.replace(/[\u0000-\u001f\u007f]/g, '?');
    case 'N': return (name) => name;
    default: return context.isTerminalOutput ? onScreen : (name) => name;
  }
}

/** As `ls --si`: powers of 1000. */
function siSize(bytes: number): string {
  let value = bytes;
  let unit = -1;
  for (; value >= 1000 && unit < 4; unit += 1) value /= 1000;
  if (unit < 0) return String(bytes);
  const rounded = value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value));
  return `${rounded}${'kMGTP'[unit]}`;
}

function timeOf(options: ParsedOptions, milliseconds: number, now: number, env: CommandContext['env']): string {
  const last = options.all.findLast(({ letter }) => letter === '\x01' || letter === '\x02');
  const style = timeStyle(last?.letter === '\x01' ? 'full-iso' : last?.value, env, TIME_STYLES, 'locale');
  const isRecent = milliseconds <= now && now - milliseconds < 182 * 86_400_000;
  if (style === 'iso') return formatDate(isRecent ? '%m-%d %H:%M' : '%Y-%m-%d ', milliseconds, env.TZ);
  return styledTime(style, milliseconds, env.TZ, isRecent) ?? formatDate(isRecent ? '%b %e %H:%M' : '%b %e  %Y', milliseconds, env.TZ);
}
