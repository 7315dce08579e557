import type { Command, CommandContext } from '../command.ts';
import { isInput } from '../streams/input.ts';
import { concatBytes, encodeText } from '../text.ts';
import { openAll, parseCount } from './files-in.ts';
import { parseOptions, type ParsedOptions } from './options.ts';
import { limits } from '../../limits.ts';
import { UsageError } from './options.ts';

const spec = { short: 'n:c:qvzf', long: { lines: 'n', bytes: 'c', quiet: 'q', silent: 'q', verbose: 'v', follow: 'f' }, digits: 'n' };

/** `-n 5`, `-n -5`, `-n +5` */
function amount(options: ParsedOptions): { unit: 'lines' | 'bytes'; sign: string; count: number } {
  const last = options.all.findLast(({ letter }) => letter === 'n' || letter === 'c');
  const unit = last?.letter === 'c' ? 'bytes' : 'lines';
  const text = last?.value ?? '10';
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return { unit, sign, count: parseCount(text.slice(sign.length), unit) };
}

async function title(context: CommandContext, options: ParsedOptions, name: string, isFirst: boolean): Promise<void> {
  if (options.has('q') || (options.operands.length < 2 && !options.has('v'))) return;
  await context.stdout.write(encodeText(`${isFirst ? '' : '\n'}==> ${name === '-' ? 'standard input' : name} <==\n`));
}

export const head: Command = {
  name: 'head',
  summary: 'Print the beginning of files',
  usage: 'head [-n LINES | -c BYTES] [FILE]...',
  help: 'head -5 log.txt\nhead -c 100 data.bin\nhead -n -2 list.txt   # all but the last two lines',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, spec);
    const { unit, sign, count } = amount(options);
    const { inputs, failed } = openAll(context, options.operands);
    let isFirst = true;
    for await (const { name, chunks } of inputs) {
      await title(context, options, name, isFirst);
      isFirst = false;
      if (sign === '-') {
        const all = await gather(chunks);
        await context.stdout.write(unit === 'bytes' ? all.subarray(0, Math.max(0, all.length - count)) : all.subarray(0, startOfLast(all, count)));
        continue;
      }
      let left = count;
      if (left === 0) continue;
      for await (const chunk of chunks) {
        let end = chunk.length;
        if (unit === 'bytes') end = Math.min(left, chunk.length);
        else {
          for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
            left -= 1;
            if (left === 0) {
              end = at + 1;
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

async function gather(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    all.push(chunk.slice());
    size += chunk.length;
    if (size > limits.sortMaxBytes) throw new UsageError('the input is too large to keep in memory');
  }
  return concatBytes(all);
}

/** Where the last `count` lines begin. */
function startOfLast(bytes: Uint8Array, count: number): number {
  if (count === 0) return bytes.length;
  let left = count;
  let at = bytes.length - 1;
  if (bytes[at] === 10) at -= 1;
  for (; at >= 0; at -= 1) {
    if (bytes[at] !== 10) continue;
    left -= 1;
    if (left === 0) return at + 1;
  }
  return 0;
}

export const tail: Command = {
  name: 'tail',
  summary: 'Print the end of files',
  usage: 'tail [-n [+]LINES | -c [+]BYTES] [FILE]...',
  help: 'tail -5 log.txt\ntail -n +2 table.csv   # from the second line on',
  section: 'text',
  async run(context) {
    const args = context.args.map((argument, index) => (index === 0 && /^\+\d+$/.test(argument) ? `-n${argument}` : argument));
    const options = parseOptions(args, spec);
    const { unit, sign, count } = amount(options);
    if (options.has('f')) throw new UsageError('-f is not available here; files change only through this terminal');
    const { inputs, failed } = openAll(context, options.operands);
    let isFirst = true;
    for await (const { name, chunks } of inputs) {
      await title(context, options, name, isFirst);
      isFirst = false;
      if (sign === '+') {
        let skip = Math.max(0, count - 1);
        for await (const chunk of chunks) {
          let start = 0;
          if (unit === 'bytes') {
            start = Math.min(skip, chunk.length);
            skip -= start;
          } else {
            while (skip > 0 && start < chunk.length) {
              const at = chunk.indexOf(10, start);
              if (at < 0) {
                start = chunk.length;
                break;
              }
              start = at + 1;
              skip -= 1;
            }
          }
          if (start < chunk.length) await context.stdout.write(chunk.subarray(start));
        }
        continue;
      }
      const kept: Uint8Array[] = [];
      let size = 0;
      let lines = 0;
      const newlines = (chunk: Uint8Array): number => {
        let found = 0;
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) found += 1;
        return found;
      };
      for await (const chunk of chunks) {
        kept.push(chunk.slice());
        size += chunk.length;
        lines += newlines(chunk);
        for (let first = kept[0]!; kept.length > 1; first = kept[0]!) {
          const dropped = unit === 'lines' ? newlines(first) : 0;
          if (unit === 'bytes' ? size - first.length < count : lines - dropped <= count) break;
          kept.shift();
          size -= first.length;
          lines -= dropped;
        }
        if (size > limits.sortMaxBytes) throw new UsageError('the input is too large to keep in memory');
      }
      const all = concatBytes(kept);
      await context.stdout.write(all.subarray(unit === 'bytes' ? Math.max(0, all.length - count) : startOfLast(all, count)));
    }
    return failed() ? 1 : 0;
  },
};
