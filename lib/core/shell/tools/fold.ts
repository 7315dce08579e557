import type { Command } from '../command.ts';
import { codePointWidth } from '../../tty/width.ts';
import { byteText, encodeText } from '../text.ts';
import { openAll, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';
import { textPieces } from './text-pieces.ts';

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
    const breaksAtSpaces = options.has('s');
    for await (const { chunks } of inputs) {
      // The row so far: only with -s is its text needed.
      let row: string[] = [];
      let length = 0;
      let column = 0;
      const rowOf = (character: string): string => {
        if (character === '\n') {
          const ended = row.join('');
          row = [];
          length = 0;
          column = 0;
          return `${ended}\n`;
        }
        let done = '';
        for (;;) {
          const next = after(column, character);
          if (next <= width || length === 0) {
            length += 1;
            column = next;
            if (!breaksAtSpaces) return done + character;
            row.push(character);
            return done;
          }
          const space = row.findLastIndex((each) => each === ' ' || each === '\t');
          const cut = space < 0 ? row.length : space + 1;
          done += `${row.slice(0, cut).join('')}\n`;
          row = row.slice(cut);
          length = row.length;
          column = row.reduce(after, 0);
        }
      };
      for await (const piece of textPieces(chunks)) {
        // Mostly plain text: a line's part at a time, and a row's part at a time.
        for (const [index, part] of piece.split('\n').entries()) {
          let folded = index === 0 ? '' : rowOf('\n');
          if (breaksAtSpaces || !/^[ -~]*$/.test(part)) for (const character of inBytes ? Array.from(encodeText(part), byteText) : part) folded += rowOf(character);
          else {
            for (let at = 0; at < part.length;) {
              if (column >= width && length > 0) {
                folded += '\n';
                length = 0;
                column = 0;
              }
              const taken = part.slice(at, at + Math.max(1, width - column));
              folded += taken;
              at += taken.length;
              length += taken.length;
              column += taken.length;
            }
          }
          const due = out.add(folded);
          if (due !== undefined) await due;
        }
        await out.flush();
      }
      const due = out.add(row.join(''));
      if (due !== undefined) await due;
    }
    await out.flush();
    return failed() ? 1 : 0;
  },
};
