import type { Command } from '../command.ts';
import { encodeText } from '../text.ts';
import { piecesOf } from './byte-blocks.ts';
import { openAll } from './files-in.ts';
import { parseOptions } from './options.ts';

/** What each byte looks like: `^A` for controls, `M-` before those above 127. */
function looks(showControls: boolean, showTabs: boolean): Uint8Array[] {
  const visible = (byte: number): string => (byte < 32 ? `^${String.fromCharCode(byte + 64)}` : byte === 127 ? '^?' : String.fromCharCode(byte));
  return Array.from({ length: 256 }, (_, byte) => {
    if (byte === 9) return encodeText(showTabs ? '^I' : '\t');
    if (byte === 10 || !showControls) return Uint8Array.of(byte);
    return encodeText(byte >= 128 ? `M-${visible(byte - 128)}` : visible(byte));
  });
}

export const cat: Command = {
  name: 'cat',
  summary: 'Print files one after another',
  usage: 'cat [-nbsETAvet] [FILE]...',
  help: 'cat notes.txt\ncat -n script.sh        # with line numbers\ncat -A odd.txt          # what is it really?\ncat a.txt b.txt > c.txt\ncat                     # what you type, until Ctrl-D',
  options: [
    ['-n, --number', 'number all lines'],
    ['-b, --number-nonblank', 'number lines that are not empty'],
    ['-s, --squeeze-blank', 'one empty line where there are several'],
    ['-E, --show-ends', '$ at the end of each line'],
    ['-T, --show-tabs', '^I for tabs'],
    ['-v, --show-nonprinting', '^ and M- for other controls and bytes'],
    ['-A, --show-all', 'as -vET'],
    ['-e, -t', 'as -vE, -vT'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'nbsETAvetu',
      long: { number: 'n', 'number-nonblank': 'b', 'squeeze-blank': 's', 'show-ends': 'E', 'show-tabs': 'T', 'show-all': 'A', 'show-nonprinting': 'v' },
    });
    const has = (letters: string): boolean => [...letters].some((letter) => options.has(letter));
    const { inputs, failed } = openAll(context, options.operands);
    if (!has('nbsETAvet')) {
      for await (const { chunks } of inputs) for await (const chunk of chunks) await context.stdout.write(chunk);
      return failed() ? 1 : 0;
    }
    const table = looks(has('vAet'), has('TAt'));
    const showsEnds = has('EAe');
    const changesBytes = has('vAetT');
    let number = 0;
    let blanks = 0;
    let atStart = true;
    let out = new Uint8Array(65_536);
    let length = 0;
    const put = (bytes: Uint8Array): void => {
      if (length + bytes.length > out.length) {
        const larger = new Uint8Array(Math.max(out.length * 2, length + bytes.length));
        larger.set(out);
        out = larger;
      }
      out.set(bytes, length);
      length += bytes.length;
    };
    const DOLLAR = encodeText('$');
    /** `     7` and a tab; the digits are written from behind. */
    const putNumber = (value: number): void => {
      const width = Math.max(6, String(value).length);
      const field = new Uint8Array(width + 1).fill(32);
      field[width] = 9;
      for (let left = value, at = width - 1; left > 0; left = Math.floor(left / 10), at -= 1) field[at] = 48 + (left % 10);
      put(field);
    };
    for await (const { chunks } of inputs) {
      for await (const piece of piecesOf(chunks, 65_536)) {
        for (let at = 0; at < piece.length;) {
          const newline = piece.indexOf(10, at);
          const end = newline < 0 ? piece.length : newline;
          const isBlank = atStart && newline === at;
          if (atStart) {
            blanks = isBlank ? blanks + 1 : 0;
            if (isBlank && blanks > 1 && options.has('s')) {
              at = end + 1;
              continue;
            }
            if (options.has('b') ? !isBlank : options.has('n')) {
              number += 1;
              putNumber(number);
            }
          }
          if (changesBytes) for (let index = at; index < end; index += 1) put(table[piece[index] as number] as Uint8Array);
          else put(piece.subarray(at, end));
          if (newline >= 0) {
            // Without -v a carriage return before the end would take the $ to the beginning of the line.
            if (showsEnds && !has('vAet') && piece[newline - 1] === 13 && newline > at) {
              length -= 1;
              put(encodeText('^M'));
            }
            if (showsEnds) put(DOLLAR);
            put(piece.subarray(newline, newline + 1));
          }
          atStart = newline >= 0;
          at = end + 1;
        }
        await context.stdout.write(out.slice(0, length));
        length = 0;
      }
    }
    return failed() ? 1 : 0;
  },
};
