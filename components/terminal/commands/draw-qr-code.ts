import { encode } from 'uqr';

/** ISO/IEC 18004 wants four light modules around; readers make do with two, which is what a phone has room for. */
const QUIET_ZONES = [4, 2];

/** From the fixed part of the 256 colours, so that no theme changes them: a reader needs dark on light. */
const DARK = 16;
const LIGHT = 231;

/**
 * Glyphs of half blocks do not fill half a cell in every font, and the seams between them are what keeps cameras from
 * reading: cells of one colour are blanks, and the others are painted by terminal.css.
 *
 * A QR code (ISO/IEC 18004) for the terminal, two modules a cell, black on white whatever the theme; ends with a line
 * end. Undefined when it would not stand on the screen as a whole: half a code is none.
 */
export function drawQrCode(text: string, screen: { columns: number; rows: number }): string | undefined {
  for (const border of QUIET_ZONES) {
    const { data, size } = encode(text, { ecc: 'L', border });
    if (size <= screen.columns && Math.ceil(size / 2) <= screen.rows) return halfBlocks(data);
  }
  return undefined;
}

function halfBlocks(modules: readonly (readonly boolean[])[]): string {
  const lines: string[] = [];
  for (let y = 0; y < modules.length; y += 2) {
    const upper = modules[y] ?? [];
    const lower = modules[y + 1] ?? [];
    let line = '';
    let colours = '';
    upper.forEach((isUpperDark, x) => {
      const isLowerDark = lower[x] === true;
      const isSame = isUpperDark === isLowerDark;
      // Overlined, so that terminal.css knows a half block of ours from a text in the same colours.
      const next = `\x1b[${isSame ? 55 : 53};38;5;${isUpperDark ? DARK : LIGHT};48;5;${isLowerDark ? DARK : LIGHT}m`;
      if (next !== colours) line += next;
      colours = next;
      line += isSame ? ' ' : '▀';
    });
    lines.push(`${line}\x1b[0m\n`);
  }
  return lines.join('');
}
