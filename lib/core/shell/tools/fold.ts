import type { Command } from '../command.ts';
import { codePointWidth } from '../../tty/width.ts';
import { byteText, encodeText } from '../text.ts';
import { lineBatches, openAll, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

export const fold: Command = {
  name: 'fold',
  summary: 'Break long lines',
  usage: 'fold [-b] [-s] [-w WIDTH] [FILE]...',
  help: 'fold -w 40 letter.txt\nfold -s -w 72 letter.txt   # at spaces',
  options: [['-w, --width=WIDTH', 'columns instead of 80'], ['-s, --spaces', 'break after a space'], ['-b, --bytes', 'count bytes, not columns']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'bcsw:', digits: 'w', long: { bytes: 'b', spaces: 's', width: 'w' } });
    const text = options.value('w') ?? '80';
    if (!/^\d+$/.test(text) || Number(text) === 0) throw new UsageError(`invalid number of columns: '${text}'`);
    const width = Number(text);
    const inBytes = options.has('b');
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    const after = (column: number, character: string): number => {
      if (inBytes) return column + 1;
      if (character === '\b') return Math.max(0, column - 1);
      if (character === '\r') return 0;
      return character === '\t' ? column + 8 - (column % 8) : column + codePointWidth(character.codePointAt(0) as number);
    };
    const foldLine = (line: string): string => {
      if (!options.has('s') && /^[ -~]*$/.test(line)) {
        const rows: string[] = [];
        for (let at = 0; at < line.length; at += width) rows.push(line.slice(at, at + width));
        return rows.join('\n');
      }
      const rows: string[] = [];
      let row: string[] = [];
      let column = 0;
      for (const character of inBytes ? Array.from(encodeText(line), byteText) : line) {
        for (;;) {
          const next = after(column, character);
          if (next <= width || row.length === 0) {
            row.push(character);
            column = next;
            break;
          }
          const space = options.has('s') ? row.findLastIndex((each) => each === ' ' || each === '\t') : -1;
          const cut = space < 0 ? row.length : space + 1;
          rows.push(row.slice(0, cut).join(''));
          row = row.slice(cut);
          column = row.reduce(after, 0);
        }
      }
      rows.push(row.join(''));
      return rows.join('\n');
    };
    for await (const { chunks } of inputs) {
      for await (const { lines, unterminated } of lineBatches(chunks)) {
        for (const line of lines) {
          const isShort = line.length * (inBytes ? 3 : 2) <= width && !/[\t\b\r]/.test(line);
          const due = out.add((isShort ? line : foldLine(line)) + (unterminated ? '' : '\n'));
          if (due !== undefined) await due;
        }
        await out.flush();
      }
    }
    await out.flush();
    return failed() ? 1 : 0;
  },
};
