import type { Command } from '../command.ts';
import { openNamed, TextWriter } from './files-in.ts';
import { LineReader } from './line-reader.ts';
import { parseOptions, UsageError } from './options.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', f: '\f', r: '\r', v: '\v', 0: '', '\\': '\\' };

export const paste: Command = {
  name: 'paste',
  summary: 'Put lines of files side by side',
  usage: 'paste [-s] [-z] [-d CHARS] [FILE]...',
  help: 'paste names.txt ages.txt\npaste -sd, list.txt   # one line, with commas\nseq 6 | paste - - -   # three on each line',
  options: [['-d, --delimiters=CHARS', 'these in turn instead of tabs'], ['-s, --serial', 'one file after the other, each on a line'], ['-z, --zero-terminated', 'lines end with NUL']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'sd:z', long: { serial: 's', delimiters: 'd', 'zero-terminated': 'z' } });
    const asked = options.value('d') ?? '\t';
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(asked)) throw new UsageError(`delimiter list ends with an unescaped backslash: ${asked}`);
    const marks = [...asked.matchAll(/\\([\s\S])|([\s\S])/gu)].map(([, escaped, plain]) => (escaped === undefined ? plain! : ESCAPES[escaped] ?? escaped));
    const separator = options.has('z') ? 0 : 10;
    const end = String.fromCharCode(separator);
    const names = options.operands.length === 0 ? ['-'] : options.operands;
    // Every `-` takes its turn at one and the same standard input.
    const standard = new LineReader(context.stdin, separator);
    const readers = names.map((name) => (name === '-' ? standard : new LineReader(openNamed(context, name).chunks, separator)));
    const mark = (index: number): string => (marks.length === 0 ? '' : marks[index % marks.length]!);
    const out = new TextWriter(context);
    const next = async (reader: LineReader): Promise<string | undefined> => {
      const pulled = reader.next();
      return pulled instanceof Promise ? await pulled : pulled;
    };
    if (options.has('s')) {
      for (const reader of readers) {
        let index = 0;
        for (let line = await next(reader); line !== undefined; line = await next(reader)) {
          const due = out.add(index === 0 ? line : mark(index - 1) + line);
          if (due !== undefined) await due;
          index += 1;
        }
        await out.add(end);
      }
    } else {
      for (;;) {
        const cells: string[] = [];
        let hasLine = false;
        for (const reader of readers) {
          const line = await next(reader);
          if (line !== undefined) hasLine = true;
          cells.push(line ?? '');
        }
        if (!hasLine) break;
        const due = out.add(cells.map((cell, index) => (index === 0 ? cell : mark(index - 1) + cell)).join('') + end) ?? context.breathe();
        if (due !== undefined) await due;
      }
    }
    await out.flush();
    return 0;
  },
};
