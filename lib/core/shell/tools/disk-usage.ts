import { FsError, type FileStat, type Space } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import { HOME } from '../../fs/places.ts';
import type { Command } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { complain, TextWriter } from './files-in.ts';
import { humanSize } from './ls.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/**
 * du and df: the room that files take and the room that is left. In home both count the bytes of localStorage, names and
 * notes included: there a byte of content takes 16/15 of one. `du --apparent-size` counts the content alone.
 */

/** Bytes in the chosen unit; a begun unit counts. */
function amount(options: ParsedOptions, bytes: number): string {
  const unit = options.all.findLast(({ letter }) => 'bhkm'.includes(letter))?.letter ?? 'k';
  if (unit === 'h') return humanSize(bytes);
  return String(unit === 'b' ? bytes : Math.ceil(bytes / (unit === 'm' ? 1024 ** 2 : 1024)));
}

export const du: Command = {
  name: 'du',
  summary: 'Show the room that files take',
  usage: 'du [-abchkLms] [-d DEPTH] [--apparent-size] [FILE]...',
  help: 'du -sh .                  # all of it\ndu -a | sort -n | tail    # the largest last\ndu -b notes.txt           # bytes of content, not of storage',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'abchkLmsd:DHP',
      long: {
        all: 'a', bytes: 'b', total: 'c', 'human-readable': 'h', summarize: 's', 'max-depth': 'd', dereference: 'L', 'dereference-args': 'D', 'apparent-size': 'A',
      },
    });
    const depth = options.value('d');
    if (depth !== undefined && !/^\d+$/.test(depth)) throw new UsageError(`invalid maximum depth '${depth}'`);
    if (options.has('s') && options.has('a')) throw new UsageError('cannot both summarize and show all entries');
    const maxDepth = options.has('s') ? 0 : depth === undefined ? Number.POSITIVE_INFINITY : Number(depth);
    const isApparent = options.has('A') || options.has('b');
    const out = new TextWriter(context);
    const { files } = context;
    let status = 0;
    const statOf = (path: string, level: number): FileStat | undefined =>
      (options.has('L') || (level === 0 && (options.has('D') || options.has('H'))) ? files.stat(path) : undefined) ?? files.linkStat(path);
    const measure = async (shown: string, path: string, stat: FileStat, level: number, inside: readonly string[]): Promise<number> => {
      await context.breathe();
      let bytes = isApparent ? stat.size : stat.storedBytes;
      if (stat.kind === 'directory') {
        const real = files.realPath(path);
        if (inside.includes(real)) return 0;
        try {
          for (const { name } of files.list(path)) {
            const inner = joinPath(path, name);
            const found = statOf(inner, level + 1);
            if (found !== undefined) bytes += await measure(`${shown === '/' ? '' : shown.replace(/\/+$/, '')}/${name}`, inner, found, level + 1, [...inside, real]);
          }
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          status = 1;
          await complain(context, `cannot read directory '${shown}': ${error.message}`);
        }
      }
      if (level === 0 || (level <= maxDepth && (stat.kind === 'directory' || options.has('a')))) await out.add(`${amount(options, bytes)}\t${shown}\n`);
      return bytes;
    };
    let total = 0;
    for (const name of options.operands.length === 0 ? ['.'] : options.operands) {
      try {
        const path = locate(context, name);
        total += await measure(name, path, statOf(path, 0) ?? requireStat(files, path), 0, []);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await out.flush();
        await complain(context, `cannot access '${name}': ${error.message}`);
      }
    }
    if (options.has('c')) await out.add(`${amount(options, total)}\ttotal\n`);
    await out.flush();
    return status;
  },
};

export const df: Command = {
  name: 'df',
  summary: 'Show the room that is left',
  usage: 'df [-hikm] [FILE]...',
  help: 'df -h\ndf -i      # how many files there may be\n\nHome is kept in localStorage, which this page shares with nobody but its own settings; the rest is memory and ends with the page.',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'hikmaPT', long: { 'human-readable': 'h', inodes: 'i', all: 'a', portability: 'P', 'print-type': 'T' } });
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
  const available = options.has('h') ? humanSize(free) : String(Math.floor(free / (options.has('m') ? 1024 ** 2 : 1024)));
  return [...name, amount(options, space.totalBytes), amount(options, space.usedBytes), available, percent(space.usedBytes, free), space.mount];
}

function percent(used: number, free: number): string {
  return used + free === 0 ? '-' : `${Math.ceil((used / (used + free)) * 100)}%`;
}

function table(rows: string[][], options: ParsedOptions): string {
  const size = options.has('h') ? 'Size' : options.has('m') ? '1M-blocks' : '1K-blocks';
  const columns = options.has('i') ? ['Inodes', 'IUsed', 'IFree', 'IUse%'] : [size, 'Used', options.has('h') ? 'Avail' : 'Available', 'Use%'];
  const lines = [['Filesystem', ...(options.has('T') ? ['Type'] : []), ...columns, 'Mounted on'], ...rows];
  const textColumns = options.has('T') ? 2 : 1;
  const widths = lines[0]!.map((_, column) => Math.max(column === 0 ? 14 : 0, ...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((cell, column) =>
    column === line.length - 1 ? cell : column < textColumns ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join(' ')).map((line) => `${line}\n`).join('');
}
