import type { Command } from '../command.ts';
import { compareText } from './compare-text.ts';
import { complain, openNamed, TextWriter } from './files-in.ts';
import { LineReader } from './line-reader.ts';
import { parseOptions, UsageError } from './options.ts';

export const comm: Command = {
  name: 'comm',
  summary: 'Compare two sorted files line by line',
  usage: 'comm [-1] [-2] [-3] [--total] [--output-delimiter=TEXT] FILE1 FILE2',
  help: 'comm a.txt b.txt             # only in a, only in b, in both: three columns\ncomm -12 a.txt b.txt         # only what both have\ncomm -23 <(sort a) <(sort b)   # only in a',
  options: [
    ['-1, -2, -3', 'leave out the lines only in FILE1, only in FILE2, in both'],
    ['--output-delimiter=TEXT', 'between columns instead of a tab'],
    ['--total', 'count them at the end'],
    ['--check-order, --nocheck-order', 'complain, or not, about a line out of order'],
    ['-z, --zero-terminated', 'lines end with NUL'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: '123z',
      long: { 'output-delimiter': 'glue:', total: 'total', 'check-order': 'check', 'nocheck-order': 'nocheck', 'zero-terminated': 'z' },
    });
    const [first, second, extra] = options.operands;
    if (first === undefined) throw new UsageError('missing operand');
    if (second === undefined) throw new UsageError(`missing operand after '${first}'`);
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    const separator = options.has('z') ? 0 : 10;
    const end = String.fromCharCode(separator);
    const glue = options.value('glue') === '' ? '\0' : options.value('glue') ?? '\t';
    const readers = [first, second].map((name) => new LineReader(openNamed(context, name).chunks, separator));
    const out = new TextWriter(context);
    const previous: (string | undefined)[] = [undefined, undefined];
    const isUnordered = [false, false];
    const counts = [0, 0, 0];
    let hasUnpaired = false;
    const pull = async (index: number): Promise<string | undefined> => {
      const pulled = readers[index]!.next();
      const line = pulled instanceof Promise ? await pulled : pulled;
      const before = previous[index];
      if (line !== undefined && before !== undefined && compareText(before, line) > 0 && !isUnordered[index] && !options.has('nocheck') && (hasUnpaired || options.has('check'))) {
        isUnordered[index] = true;
        await out.flush();
        await complain(context, `file ${index + 1} is not in sorted order`);
      }
      previous[index] = line;
      return line;
    };
    const columns = ['1', '2', '3'].map((letter) => !options.has(letter));
    const indent = ['', columns[0] ? glue : '', (columns[0] ? glue : '') + (columns[1] ? glue : '')];
    const print = (column: number, line: string): Promise<void> | undefined => {
      counts[column]! += 1;
      return columns[column] ? out.add(indent[column]! + line + end) : undefined;
    };
    let [left, right] = [await pull(0), await pull(1)];
    while (left !== undefined || right !== undefined) {
      const order = left === undefined ? 1 : right === undefined ? -1 : compareText(left, right);
      if (order !== 0) hasUnpaired = true;
      const due = order < 0 ? print(0, left!) : order > 0 ? print(1, right!) : print(2, left!);
      if (due !== undefined) await due;
      if (order <= 0) left = await pull(0);
      if (options.has('check') && isUnordered[0]) break;
      if (order >= 0) right = await pull(1);
      if (options.has('check') && isUnordered[1]) break;
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    const bad = isUnordered[0] || isUnordered[1];
    if (options.has('total') && !(options.has('check') && bad)) await out.add(`${counts[0]}${glue}${counts[1]}${glue}${counts[2]}${glue}total${end}`);
    await out.flush();
    if (bad && !options.has('check')) await complain(context, 'input is not in sorted order');
    return bad ? 1 : 0;
  },
};
