import { encodeText } from '../../text.ts';

const NAMES: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 92: '\\\\' };

/** The pattern space as `l` prints it: nothing invisible, `$` at the end, folded at `width` columns (0: not at all). */
export function listLine(text: string, width: number): string {
  let out = '';
  let column = 0;
  for (const byte of encodeText(text)) {
    const shown = NAMES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`);
    if (width > 0 && column + shown.length > width - 1) {
      out += '\\\n';
      column = 0;
    }
    out += shown;
    column += shown.length;
  }
  return `${out}$\n`;
}
