import type { Command } from '../command.ts';
import { lineBatches, openAll, TextWriter } from './files-in.ts';
import { parseOptions } from './options.ts';

export const rev: Command = {
  name: 'rev',
  summary: 'Reverse each line',
  usage: 'rev [FILE]...',
  help: 'echo desserts | rev     # stressed\nrev paths | cut -d/ -f1 | rev   # the last part of each',
  options: [['-0, --zero', 'lines end with NUL']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: '0', long: { zero: '0' } });
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    const separator = options.has('0') ? 0 : 10;
    const end = String.fromCharCode(separator);
    const reversed = (line: string): string => {
      let text = '';
      for (const character of line) text = character + text;
      return text;
    };
    for await (const { chunks } of inputs) {
      for await (const { lines, unterminated } of lineBatches(chunks, separator)) {
        for (const line of lines) {
          const due = out.add(reversed(line) + (unterminated ? '' : end)) ?? context.breathe();
          if (due !== undefined) await due;
        }
        await out.flush();
      }
    }
    return failed() ? 1 : 0;
  },
};
