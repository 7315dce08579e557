import { FsError, type FileStat, type Space } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import { HOME } from '../../fs/places.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { globOf } from '../regex/glob.ts';
import { complain, TextWriter } from './files-in.ts';
import { humanSize } from './ls.ts';
import { formatDate } from './format-date.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';
import { styledTime, timeStyle } from './time-style.ts';

/**
 * du and df: the room that files take and the room that is left. In home both count the bytes of localStorage, names and
 * notes included: there a byte of content takes 16/15 of one. `du --apparent-size` counts the content alone.
 */

/** Bytes in the chosen unit; a begun unit counts. */
function amount(options: ParsedOptions, bytes: number): string {
  const chosen = options.all.findLast(({ letter }) => 'bhkmB'.includes(letter));
  const unit = chosen?.letter ?? 'k';
  if (unit === 'h') return humanSize(bytes);
  // A unit without a number is shown behind the amount: `-BK` gives 4K, `-B1K` 4.
  if (unit === 'B') return `${Math.ceil(bytes / blockSize(chosen!.value))}${/^\d/.test(chosen!.value) ? '' : chosen!.value}`;
  return String(unit === 'b' ? bytes : Math.ceil(bytes / (unit === 'm' ? 1024 ** 2 : 1024)));
}

/** Of `-B`: `1K`, `M`, `512`. @throws UsageError */
function blockSize(text: string): number {
  const match = /^(\d*)([kKMGT]?)(B|iB)?$/.exec(text);
  const number = Number(match?.[1] || '1');
  if (match === null || text === '' || number === 0) throw new UsageError(`invalid --block-size argument '${text}'`);
  return number * (match[3] === 'B' ? 1000 : 1024) ** ' KMGT'.indexOf((match[2] || ' ').toUpperCase());
}

const TIME_WORDS = ['', 'atime', 'access', 'use', 'ctime', 'status'];
const TIME_STYLES = ['full-iso', 'long-iso', 'iso'] as const;

/** What `--time` puts before a name; without it nothing. @throws UsageError */
function timeColumn(options: ParsedOptions, env: CommandContext['env']): (milliseconds: number) => string {
  const word = options.value('\x03');
  const chosen = options.value('\x04');
  if (word !== undefined && !TIME_WORDS.includes(word)) throw new UsageError(`invalid argument '${word}' for '--time'`, 1);
  if (chosen !== undefined && !chosen.startsWith('+') && !(TIME_STYLES as readonly string[]).includes(chosen)) throw new UsageError(`invalid argument '${chosen}' for '--time-style'`, 1);
  if (word === undefined) return () => '';
  const style = timeStyle(chosen, env, TIME_STYLES, 'long-iso');
  return (milliseconds) => `${styledTime(style, milliseconds, env.TZ, false) ?? formatDate('%Y-%m-%d', milliseconds, env.TZ)}\t`;
}

/** What a file or a directory with all in it takes, and when the last of it was changed. */
interface Taken {
  bytes: number;
  newestMs: number;
}

const NOTHING: Taken = { bytes: 0, newestMs: Number.NEGATIVE_INFINITY };

const joined = (one: Taken, other: Taken): Taken => ({ bytes: one.bytes + other.bytes, newestMs: Math.max(one.newestMs, other.newestMs) });

export const du: Command = {
  name: 'du',
  summary: 'Show the room that files take',
  usage: 'du [-abchkLms] [-d DEPTH] [--apparent-size] [--time] [FILE]...',
  options: [['-s, --summarize', 'only the sum of each'], ['-h, --human-readable', 'sizes as 1.5K'], ['-a, --all', 'files too'], ['-c, --total', 'the sum of all at the end'], ['-d, --max-depth=N', 'no deeper than N'], ['-b, --bytes', 'bytes of content'], ['--apparent-size', 'content, not the room it takes'], ['-k', 'in KB, the default'], ['-m', 'in MB'], ['-L, --dereference', 'go through links'], ['-D, --dereference-args', 'go through links that are named'], ['-S, --separate-dirs', 'directories without those in them'], ['-B, --block-size=N', 'in units of N: 1, K, M'], ['-t, --threshold=N', 'only what takes N or more; -N: or less'], ['--exclude=PATTERN', 'leave out what matches'], ['--inodes', 'how many files instead of their room'], ['--time[=WORD]', 'when the last of it was changed, which is the one time that is kept'], ['--time-style=STYLE', 'full-iso, long-iso, iso or +FORMAT as of date'], ['-0, --null', 'a zero byte behind each']],
  help: 'du -sh .                  # all of it\ndu -a | sort -n | tail    # the largest last\ndu -b notes.txt           # bytes of content, not of storage\ndu --time -d 1            # with the last change in each',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'abchkLmsd:DHPS0lxB:t:\x01:\x02\x03::\x04:',
      long: {
        all: 'a', bytes: 'b', total: 'c', 'human-readable': 'h', summarize: 's', 'max-depth': 'd', dereference: 'L', 'dereference-args': 'D', 'apparent-size': 'A',
        'separate-dirs': 'S', null: '0', 'block-size': 'B', threshold: 't', exclude: '\x01', 'one-file-system': 'x', 'count-links': 'l', inodes: '\x02', time: '\x03', 'time-style': '\x04',
      },
    });
    const depth = options.value('d');
    if (depth !== undefined && !/^\d+$/.test(depth)) throw new UsageError(`invalid maximum depth '${depth}'`);
    if (options.has('s') && options.has('a')) throw new UsageError('cannot both summarize and show all entries');
    const maxDepth = options.has('s') ? 0 : depth === undefined ? Number.POSITIVE_INFINITY : Number(depth);
    const isApparent = options.has('A') || options.has('b');
    const out = new TextWriter(context);
    const { files } = context;
    const end = options.has('0') ? '\0' : '\n';
    const excluded = options.all.filter(({ letter }) => letter === '\x01').map(({ value }) => value);
    const threshold = options.value('t') ?? '0';
    const least = threshold.startsWith('-') ? -blockSize(threshold.slice(1)) : threshold === '0' ? 0 : blockSize(threshold);
    const timeOf = timeColumn(options, context.env);
    const show = ({ bytes, newestMs }: Taken): string => `${options.has('\x02') ? String(bytes) : amount(options, bytes)}\t${timeOf(newestMs)}`;
    let status = 0;
    const statOf = (path: string, level: number): FileStat | undefined =>
      (options.has('L') || (level === 0 && (options.has('D') || options.has('H'))) ? files.stat(path) : undefined) ?? files.linkStat(path);
    const measure = async (shown: string, path: string, stat: FileStat, level: number, inside: readonly string[]): Promise<Taken> => {
      await context.breathe();
      /** Without the directories in it, which -S does not count; and they. */
      let own: Taken = { bytes: options.has('\x02') ? 1 : isApparent ? stat.size : stat.storedBytes, newestMs: stat.mtimeMs };
      let below = NOTHING;
      if (stat.kind === 'directory') {
        const real = files.realPath(path);
        if (inside.includes(real)) return NOTHING;
        try {
          for (const { name } of files.list(path)) {
            const inner = joinPath(path, name);
            const found = statOf(inner, level + 1);
            const innerShown = `${shown === '/' ? '' : shown.replace(/\/+$/, '')}/${name}`;
            if (found === undefined || excluded.some((pattern) => globOf(pattern).matches(name) || globOf(pattern).matches(innerShown))) continue;
            const taken = await measure(innerShown, inner, found, level + 1, [...inside, real]);
            if (found.kind === 'directory') below = joined(below, taken);
            else own = joined(own, taken);
          }
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          status = 1;
          await complain(context, `cannot read directory '${shown}': ${error.message}`);
        }
      }
      const all = joined(own, below);
      const counted = options.has('S') ? own : all;
      const isShown = level === 0 || (level <= maxDepth && (stat.kind === 'directory' || options.has('a')));
      if (isShown && (least < 0 ? counted.bytes <= -least : counted.bytes >= least)) await out.add(`${show(counted)}${shown}${end}`);
      return all;
    };
    let total = NOTHING;
    for (const name of options.operands.length === 0 ? ['.'] : options.operands) {
      try {
        const path = locate(context, name);
        total = joined(total, await measure(name, path, statOf(path, 0) ?? requireStat(files, path), 0, []));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await out.flush();
        await complain(context, `cannot access '${name}': ${error.message}`);
      }
    }
    if (options.has('c')) await out.add(`${show(total)}total${end}`);
    await out.flush();
    return status;
  },
};

export const df: Command = {
  name: 'df',
  summary: 'Show the room that is left',
  usage: 'df [-hikm] [FILE]...',
  options: [['-h, --human-readable', 'sizes as 1.5K'], ['-i, --inodes', 'how many files there may be'], ['-k', 'in KB, the default'], ['-m', 'in MB'], ['-T, --print-type', 'with the kind of store'], ['-a, --all', 'all of them'], ['-P, --portability', 'one line each'], ['-B, --block-size=N', 'in units of N: 1, K, M'], ['-t, --type=TYPE', 'only of this kind: storage or tmpfs'], ['-x, --exclude-type=TYPE', 'all but this kind']],
  help: 'df -h\ndf -i      # how many files there may be\n\nHome is kept in localStorage, which this page shares with nobody but its own settings; the rest is memory and ends with the page.',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'hikmaPTB:lx:t:\x02', long: { 'human-readable': 'h', inodes: 'i', all: 'a', portability: 'P', 'print-type': 'T', 'block-size': 'B', local: 'l', type: 't', 'exclude-type': 'x', sync: '\x02', 'no-sync': '\x02' } });
    const spaces = new Map<string, Space>();
    let status = 0;
    for (const name of options.operands.length === 0 ? [HOME, '/'] : options.operands) {
      try {
        const path = locate(context, name);
        requireStat(context.files, path);
        const space = context.files.space(path);
        spaces.set(space.mount, space);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await complain(context, `${name}: ${error.message}`);
      }
    }
    for (const [mount, space] of spaces) {
      const type = space.store === 'memory' ? 'tmpfs' : 'storage';
      const wanted = options.all.filter(({ letter }) => letter === 't').map(({ value }) => value);
      if ((wanted.length > 0 && !wanted.includes(type)) || options.all.some(({ letter, value }) => letter === 'x' && value === type)) spaces.delete(mount);
    }
    if (spaces.size === 0 && status === 0) {
      await complain(context, 'no file systems processed');
      return 1;
    }
    if (spaces.size > 0) await context.stdout.write(encodeText(table([...spaces.values()].map((space) => row(options, space)), options)));
    return status;
  },
};

function row(options: ParsedOptions, space: Space): string[] {
  const type = space.store === 'memory' ? 'tmpfs' : 'storage';
  const name = options.has('T') ? [space.store, type] : [space.store];
  if (options.has('i')) {
    const { entries, maxEntries } = space;
    const free = maxEntries === undefined ? 0 : Math.max(0, maxEntries - entries);
    return [...name, String(maxEntries ?? 0), String(entries), String(free), maxEntries === undefined ? '-' : percent(entries, free), space.mount];
  }
  const free = Math.max(0, space.totalBytes - space.usedBytes);
  // In blocks what is free is rounded down: it must not promise what does not fit.
  const available = options.has('h') ? humanSize(free) : String(Math.floor(free / (options.has('B') ? blockSize(options.value('B')!) : options.has('m') ? 1024 ** 2 : 1024)));
  return [...name, amount(options, space.totalBytes), amount(options, space.usedBytes), available, percent(space.usedBytes, free), space.mount];
}

function percent(used: number, free: number): string {
  return used + free === 0 ? '-' : `${Math.ceil((used / (used + free)) * 100)}%`;
}

function table(rows: string[][], options: ParsedOptions): string {
  const size = options.has('h') ? 'Size' : options.has('B') ? `${options.value('B')}-blocks` : options.has('m') ? '1M-blocks' : '1K-blocks';
  const columns = options.has('i') ? ['Inodes', 'IUsed', 'IFree', 'IUse%'] : [size, 'Used', options.has('h') ? 'Avail' : 'Available', 'Use%'];
  const lines = [['Filesystem', ...(options.has('T') ? ['Type'] : []), ...columns, 'Mounted on'], ...rows];
  const textColumns = options.has('T') ? 2 : 1;
  const widths = lines[0]!.map((_, column) => Math.max(column === 0 ? 14 : 0, ...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) =>
    column === line.length - 1 ? cell : column < textColumns ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join(' ')).map((line) => `${line}\n`).join('');
}
