import type { Command } from '../command.ts';
import * as limits from '../../limits.ts';
import { locate } from '../locate.ts';
import { ShellError } from '../flow.ts';
import { encodeText } from '../text.ts';
import { openNamed, TextWriter } from './files-in.ts';
import { readLines } from './line-reader.ts';
import { parseOptions, UsageError } from './options.ts';

export const shuf: Command = {
  name: 'shuf',
  summary: 'Put lines in random order',
  usage: 'shuf [-n COUNT] [-r] [-z] [-o FILE] [FILE] | shuf -e [WORD]... | shuf -i LOW-HIGH',
  help: 'shuf names.txt\nshuf -n 1 names.txt        # draw one\nshuf -i 1-6 -n 1           # throw a die\nshuf -e heads tails -n 1',
  options: [
    ['-n, --head-count=COUNT', 'at most so many'],
    ['-e, --echo', 'each WORD is a line'],
    ['-i, --input-range=LOW-HIGH', 'the numbers from LOW to HIGH'],
    ['-r, --repeat', 'lines may come again; endless without -n'],
    ['-o, --output=FILE', 'write to FILE'],
    ['-z, --zero-terminated', 'lines end with NUL'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'n:ei:ro:z', long: { 'head-count': 'n', echo: 'e', 'input-range': 'i', repeat: 'r', output: 'o', 'zero-terminated': 'z' } });
    const counts = options.all.filter(({ letter }) => letter === 'n').map(({ value }) => {
      if (!/^\d+$/.test(value)) throw new UsageError(`invalid line count: '${value}'`);
      return Number(value);
    });
    const most = counts.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...counts);
    const range = options.value('i');
    if (range !== undefined && options.has('e')) throw new UsageError('cannot combine -e and -i options');
    let size: number;
    let lineAt: (index: number) => string;
    if (range !== undefined) {
      const match = /^(\d+)-(\d+)$/.exec(range);
      if (match === null || Number(match[2]) < Number(match[1]) - 1 || Number(match[2]) > Number.MAX_SAFE_INTEGER) throw new UsageError(`invalid input range: '${range}'`);
      if (options.operands.length > 0) throw new UsageError(`extra operand '${options.operands[0]}'`);
      const low = Number(match[1]);
      size = Number(match[2]) - low + 1;
      lineAt = (index) => String(low + index);
    } else {
      if (!options.has('e') && options.operands.length > 1) throw new UsageError(`extra operand '${options.operands[1]}'`);
      const lines = options.has('e') ? options.operands : await readLines(openNamed(context, options.operands[0] ?? '-').chunks, options.has('z') ? 0 : 10);
      size = lines.length;
      lineAt = (index) => lines[index] as string;
    }
    const end = options.has('z') ? '\0' : '\n';
    const target = options.value('o');
    const kept: string[] = [];
    const out = new TextWriter(context);
    const print = (line: string): Promise<void> | undefined => {
      if (target === undefined) return out.add(line + end);
      kept.push(line + end);
      return undefined;
    };
    if (options.has('r')) {
      if (size === 0 && most > 0) throw new ShellError('no lines to repeat', 1);
      for (let count = 0; count < most; count += 1) {
        const due = print(lineAt(Math.floor(context.random() * size))) ?? context.breathe();
        if (due !== undefined) await due;
      }
    } else {
      // Fisher and Yates, with only the places that moved: `shuf -n 3 -i 1-1000000000` keeps three.
      const moved = new Map<number, number>();
      const count = Math.min(most, size);
      if (count > limits.sortMaxBytes / 16) throw new ShellError('the input is too large to keep in memory', 1);
      for (let index = 0; index < count; index += 1) {
        const other = index + Math.floor(context.random() * (size - index));
        const chosen = moved.get(other) ?? other;
        moved.set(other, moved.get(index) ?? index);
        moved.delete(index);
        const due = print(lineAt(chosen)) ?? context.breathe();
        if (due !== undefined) await due;
      }
    }
    await out.flush();
    if (target !== undefined) context.files.write(locate(context, target), encodeText(kept.join('')));
    return 0;
  },
};
