import type { Command, CommandContext } from '../command.ts';
import * as limits from '../../limits.ts';
import { isInput } from '../streams/input.ts';
import { concatBytes, encodeText } from '../text.ts';
import { parseBytes } from './byte-blocks.ts';
import { countByte } from './count-bytes.ts';
import { openAll } from './files-in.ts';
import { followFiles } from './follow-files.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

const LONG = { lines: 'n', bytes: 'c', quiet: 'q', silent: 'q', verbose: 'v', 'zero-terminated': 'z' };

/** `-n 5`, `-n -5`, `-n +5`, `-c 1K` */
function amount(options: ParsedOptions): { unit: 'lines' | 'bytes'; sign: string; count: number } {
  const last = options.all.findLast(({ letter }) => letter === 'n' || letter === 'c');
  const unit = last?.letter === 'c' ? 'bytes' : 'lines';
  const text = last?.value ?? '10';
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return { unit, sign, count: parseBytes(text.slice(sign.length), `number of ${unit}`) };
}

/** `-5c`, `-20f`, `+3`: from before there was -n. */
function withOldForms(args: readonly string[], mayFollow: boolean): string[] {
  return args.flatMap((argument, index) => {
    const match = /^([-+])(\d+)([bkmcl]?)([fqv]*)$/.exec(argument);
    if (match === null || (index > 0 && /^-{1,2}(?:[ncs]|lines|bytes)$/.test(args[index - 1] as string)) || (argument.startsWith('+') && (index > 0 || !mayFollow))) return [argument];
    const [, sign = '-', digits = '', unit = '', flags = ''] = match;
    const scale = unit === 'k' ? 'K' : unit === 'm' ? 'M' : unit === 'b' ? 'b' : '';
    return [`-${unit === '' || unit === 'l' ? 'n' : 'c'}${sign === '+' ? '+' : ''}${digits}${scale}`, ...[...flags].map((flag) => `-${flag}`)];
  });
}

async function title(context: CommandContext, options: ParsedOptions, name: string, isFirst: boolean): Promise<void> {
  const quiet = options.all.findLast(({ letter }) => letter === 'q' || letter === 'v')?.letter;
  if (quiet === 'q' || (quiet === undefined && options.operands.length < 2)) return;
  await context.stdout.write(encodeText(`${isFirst ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`));
}

/** Where the lines of a chunk end, one after another; -1 at last. */
const lineEnd = (chunk: Uint8Array, from: number, separator: number): number => {
  const at = chunk.indexOf(separator, from);
  return at < 0 ? -1 : at + 1;
};

/** All but the last `count` lines or bytes: what may be among them is held back. */
async function printAllBut(context: CommandContext, chunks: AsyncIterable<Uint8Array>, unit: 'lines' | 'bytes', count: number, separator: number): Promise<void> {
  const held: Uint8Array[] = [];
  let size = 0;
  const measure = (bytes: Uint8Array): number => (unit === 'bytes' ? bytes.length : countByte(bytes, separator));
  for await (const chunk of chunks) {
    held.push(chunk.slice());
    size += measure(chunk);
    if (held.reduce((sum, each) => sum + each.length, 0) > limits.sortMaxBytes) throw new UsageError('the input is too large to keep in memory');
    while (held.length > 1 && size - measure(held[0] as Uint8Array) > count) {
      const first = held.shift() as Uint8Array;
      size -= measure(first);
      await context.stdout.write(first);
    }
  }
  const all = concatBytes(held);
  await context.stdout.write(all.subarray(0, unit === 'bytes' ? Math.max(0, all.length - count) : startOfLast(all, count, separator)));
}

export const head: Command = {
  name: 'head',
  summary: 'Print the beginning of files',
  usage: 'head [-n [-]LINES | -c [-]BYTES] [-qvz] [FILE]...',
  help: 'head -5 log.txt\nhead -c 100 data.bin\nhead -n -2 list.txt   # all but the last two lines',
  options: [
    ['-n, --lines=[-]N', 'the first N lines instead of 10; with - all but the last N'],
    ['-c, --bytes=[-]N', 'the first N bytes; N may end in K, M, kB and so on'],
    ['-q, --quiet', 'no titles'], ['-v, --verbose', 'a title also above a single file'], ['-z, --zero-terminated', 'lines end with NUL'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(withOldForms(context.args, false), { short: 'n:c:qvz', long: LONG });
    const { unit, sign, count } = amount(options);
    const separator = options.has('z') ? 0 : 10;
    const { inputs, failed } = openAll(context, options.operands);
    let isFirst = true;
    for await (const { name, chunks } of inputs) {
      await title(context, options, name, isFirst);
      isFirst = false;
      if (sign === '-') {
        await printAllBut(context, chunks, unit, count, separator);
        continue;
      }
      let left = count;
      if (left === 0) continue;
      for await (const chunk of chunks) {
        let end = chunk.length;
        if (unit === 'bytes') end = Math.min(left, chunk.length);
        else {
          for (let at = lineEnd(chunk, 0, separator); at >= 0; at = lineEnd(chunk, at, separator)) {
            left -= 1;
            if (left === 0) {
              end = at;
              break;
            }
          }
        }
        if (unit === 'bytes') left -= end;
        // What is not printed goes back, for the next command in `{ head -1; cat; } < file`.
        if (end < chunk.length && chunks === context.stdin && isInput(context.stdin)) context.stdin.unread(chunk.subarray(end));
        await context.stdout.write(end === chunk.length ? chunk : chunk.subarray(0, end));
        if (left === 0) break;
      }
    }
    return failed() ? 1 : 0;
  },
};

/** Where the last `count` lines begin. */
function startOfLast(bytes: Uint8Array, count: number, separator: number): number {
  if (count === 0) return bytes.length;
  let left = count;
  let at = bytes.length - 1;
  if (bytes[at] === separator) at -= 1;
  while (at >= 0) {
    at = bytes.lastIndexOf(separator, at);
    if (at < 0) return 0;
    left -= 1;
    if (left === 0) return at + 1;
    at -= 1;
  }
  return 0;
}

async function printFrom(context: CommandContext, chunks: AsyncIterable<Uint8Array>, unit: 'lines' | 'bytes', count: number, separator: number): Promise<void> {
  let skip = Math.max(0, count - 1);
  for await (const chunk of chunks) {
    let start = 0;
    if (unit === 'bytes') {
      start = Math.min(skip, chunk.length);
      skip -= start;
    } else {
      for (; skip > 0 && start < chunk.length; skip -= 1) {
        const end = lineEnd(chunk, start, separator);
        if (end < 0) {
          start = chunk.length;
          break;
        }
        start = end;
      }
    }
    if (start < chunk.length) await context.stdout.write(chunk.subarray(start));
  }
}

async function printLast(context: CommandContext, chunks: AsyncIterable<Uint8Array>, unit: 'lines' | 'bytes', count: number, separator: number): Promise<void> {
  let kept: { bytes: Uint8Array; lines: number }[] = [];
  let [size, lines] = [0, 0];
  for await (const chunk of chunks) {
    const start = unit === 'lines' ? startOfLast(chunk, count, separator) : Math.max(0, chunk.length - count);
    if (start > 0) {
      // It has enough by itself, whatever comes.
      kept = [];
      [size, lines] = [0, 0];
    }
    const bytes = chunk.slice(start);
    const own = unit === 'lines' ? countByte(bytes, separator) : 0;
    kept.push({ bytes, lines: own });
    size += bytes.length;
    lines += own;
    while (kept.length > 1) {
      const first = kept[0] as (typeof kept)[number];
      if (unit === 'bytes' ? size - first.bytes.length < count : lines - first.lines <= count) break;
      kept.shift();
      size -= first.bytes.length;
      lines -= first.lines;
    }
    if (size > limits.sortMaxBytes) throw new UsageError('the input is too large to keep in memory');
  }
  const all = concatBytes(kept.map(({ bytes }) => bytes));
  await context.stdout.write(all.subarray(unit === 'bytes' ? Math.max(0, all.length - count) : startOfLast(all, count, separator)));
}

export const tail: Command = {
  name: 'tail',
  summary: 'Print the end of files, and what is added to them',
  usage: 'tail [-n [+]LINES | -c [+]BYTES] [-f | -F] [-qvz] [FILE]...',
  help: 'tail -5 log.txt\ntail -n +2 table.csv     # from the second line on\ntail -f log.txt          # and what comes, until Ctrl-C\ntail -f log | grep error &',
  options: [
    ['-n, --lines=[+]N', 'the last N lines instead of 10; with + from line N on'],
    ['-c, --bytes=[+]N', 'the last N bytes; with + from byte N on'],
    ['-f, --follow', 'go on printing what is added, until Ctrl-C'],
    ['-F', 'the same, also through a new file of that name, and before there is one'],
    ['-q, --quiet', 'no titles'], ['-v, --verbose', 'a title also above a single file'], ['-z, --zero-terminated', 'lines end with NUL'],
    ['-s, --sleep-interval=N', 'accepted; changes are seen at once'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(withOldForms(context.args, true), {
      short: 'n:c:qvzfFs:', long: { ...LONG, follow: 'follow::', retry: 'retry', 'sleep-interval': 's', pid: 'pid:', 'max-unchanged-stats': 'max:' },
    });
    const { unit, sign, count } = amount(options);
    const follow = options.value('follow');
    if (follow !== undefined && follow !== '' && follow !== 'name' && follow !== 'descriptor') throw new UsageError(`invalid argument '${follow}' for '--follow'; use descriptor or name`);
    const separator = options.has('z') ? 0 : 10;
    const { inputs, failed } = openAll(context, options.operands);
    let isFirst = true;
    const sizes = new Map<string, number>();
    for await (const { name, chunks } of inputs) {
      await title(context, options, name, isFirst);
      isFirst = false;
      async function* counted(): AsyncGenerator<Uint8Array, void, void> {
        let size = 0;
        for await (const chunk of chunks) {
          size += chunk.length;
          yield chunk;
        }
        sizes.set(name, size);
      }
      if (sign === '+') await printFrom(context, counted(), unit, count, separator);
      else await printLast(context, counted(), unit, count, separator);
      if (!sizes.has(name)) sizes.set(name, 0);
    }
    if (options.has('f') || options.has('F') || options.has('follow')) {
      const byName = options.has('F') || follow === 'name';
      const names = options.operands.filter((name) => name !== '-' && (sizes.has(name) || options.has('F') || options.has('retry')));
      return followFiles(context, { names, sizes, byName, retry: options.has('F') || options.has('retry'), showTitle: (name) => title(context, options, name, false), last: options.operands.at(-1) ?? '-' });
    }
    return failed() ? 1 : 0;
  },
};
