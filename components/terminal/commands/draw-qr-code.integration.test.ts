import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { headlessTerminal } from '@/lib/core/tty/headless-terminal.ts';
import { drawQrCode } from './draw-qr-code.ts';

const URI = 'otpauth://totp/Selkie:ann%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW&issuer=Selkie';
const BLACK = 16;
const WHITE = 231;

/** What a camera sees: for each cell of the screen the colour of its upper and of its lower half, as modules. */
async function seen(picture: string, columns: number, rows: number): Promise<boolean[][]> {
  const head = headlessTerminal(columns, rows);
  head.terminal.write(picture);
  await head.settled();
  const modules: boolean[][] = [];
  const { active } = head.terminal.buffer;
  const lines = picture.split('\n').length - 1;
  for (let row = 0; row < lines; row += 1) {
    const upper: boolean[] = [];
    const lower: boolean[] = [];
    for (let column = 0; column < columns; column += 1) {
      const cell = active.getLine(row)?.getCell(column);
      if (cell === undefined || !cell.isBgPalette()) break;
      const below = cell.getBgColor();
      const isHalf = cell.getChars() === '▀';
      // terminal.css paints what is overlined, and nothing else.
      if ((cell.isOverline() !== 0) !== isHalf) throw new Error(`overline at ${row},${column}`);
      const above = isHalf ? cell.getFgColor() : below;
      for (const colour of [above, below]) if (colour !== BLACK && colour !== WHITE) throw new Error(`colour ${colour} at ${row},${column}`);
      upper.push(above === BLACK);
      lower.push(below === BLACK);
    }
    modules.push(upper, lower);
  }
  return modules;
}

test('what stands on the screen is the code of the text, module by module, with four light modules around', async () => {
  const { data, size } = encode(URI, { ecc: 'L', border: 4 });
  const picture = drawQrCode(URI, { columns: 100, rows: 50 });
  expect(picture).toBeDefined();
  const modules = await seen(picture ?? '', 100, 50);
  expect(modules.slice(0, size)).toEqual(data);
  // An odd number of rows leaves half a row of cells below, which is light too.
  expect(modules.slice(size).flat().every((isDark) => !isDark)).toBe(true);
  expect(data.slice(0, 4).flat().includes(true)).toBe(false);
});

test('a narrow screen gets a smaller margin, and one that is too narrow or too low no picture', async () => {
  const bare = encode(URI, { ecc: 'L', border: 0 }).size;
  const [wide, narrow] = [bare + 8, bare + 4];
  const cells = (picture: string | undefined) => {
    // oxlint-disable-next-line no-control-regex
    return picture?.replace(/\x1b\[[\d;]*m/g, '').split('\n')[0]?.length;
  };
  expect([
    cells(drawQrCode(URI, { columns: wide, rows: 99 })), cells(drawQrCode(URI, { columns: wide - 1, rows: 99 })), cells(drawQrCode(URI, { columns: narrow, rows: 99 })),
    drawQrCode(URI, { columns: narrow - 1, rows: 99 }), drawQrCode(URI, { columns: 200, rows: Math.ceil(narrow / 2) - 1 }),
  ]).toEqual([wide, narrow, narrow, undefined, undefined]);
  const { data, size } = encode(URI, { ecc: 'L', border: 2 });
  expect((await seen(drawQrCode(URI, { columns: narrow, rows: 99 }) ?? '', narrow, 99)).slice(0, size)).toEqual(data);
});

test('each line ends with the colours of the terminal', () => {
  for (const line of drawQrCode(URI, { columns: 100, rows: 50 })?.split('\n').slice(0, -1) ?? ['']) expect(line.endsWith('\x1b[0m')).toBe(true);
});
