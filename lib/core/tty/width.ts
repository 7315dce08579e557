/**
 * How many cells a text takes. The same table lays out the line being typed and is registered in xterm.js
 * (`unicode-provider.ts`), so that the two can never disagree about where the cursor is. Rejected: xterm's
 * built-in Unicode 6 table, in which an emoji is one cell wide and is drawn over its neighbour.
 *
 * A cluster is what one press of an arrow key steps over: a base character with its combining marks, a flag,
 * or emoji joined by U+200D. It follows xterm's own notion (a state handed from one code point to the next)
 * rather than UAX 29, for the same reason.
 */

/**
 * Zero cells: combining marks, joiners, variation selectors. Ranges of Unicode 15 general categories Mn, Me, Cf below
 * `TABLE_END`: first, last, first, last … in order, each as its distance from the one before, which compresses to half.
 */
const ZERO: readonly number[] = [
  768, 111, 276, 6, 264, 44, 2, 0, 2, 1, 2, 1, 2, 0, 57, 5, 11, 10, 2, 0, 47, 20, 17, 0, 102, 7, 2, 5, 3, 1, 2, 3, 34,
  0, 2, 0, 31, 26, 92, 10, 59, 8, 35, 3, 2, 8, 2, 2, 2, 4, 44, 2, 120, 47, 56, 0, 2, 0, 5, 7, 5, 0, 4, 6, 11, 1, 30, 0,
  59, 0, 5, 3, 9, 0, 21, 1, 30, 1, 58, 0, 5, 1, 5, 1, 3, 2, 35, 1, 16, 1, 58, 0, 5, 4, 2, 1, 5, 0, 52, 0, 59, 0, 3, 0,
  2, 3, 9, 0, 115, 0, 13, 0, 113, 2, 6, 2, 2, 3, 111, 0, 16, 1, 116, 3, 9, 0, 228, 0, 3, 6, 13, 7, 99, 0, 3, 8, 12, 5,
  75, 1, 28, 0, 2, 0, 2, 0, 56, 13, 2, 4, 2, 1, 9, 44, 10, 0, 103, 3, 2, 5, 2, 1, 3, 1, 290, 159, 350, 2, 947, 2, 30,
  2, 128, 1, 2, 6, 9, 0, 3, 10, 56, 3, 674, 79, 705, 63, 524, 4, 27, 4, 50, 15, 97, 32, 3898, 3, 108, 1, 30165, 3, 2,
  9, 21665, 0, 738, 15, 17, 15, 208, 0, 250, 2, 53612, 2, 10, 15,
];

/** Two cells: East Asian Wide and Fullwidth (UAX 11), and what has Emoji_Presentation (UTS 51). In the same way. */
const WIDE: readonly number[] = [
  4352, 95, 4539, 1, 14, 1, 191, 3, 4, 0, 3, 0, 522, 1, 22, 1, 51, 11, 44, 0, 20, 0, 14, 0, 9, 1, 18, 1, 6, 1, 9, 0, 6,
  0, 22, 0, 8, 1, 2, 0, 5, 0, 3, 0, 8, 0, 5, 1, 29, 0, 36, 0, 2, 0, 5, 2, 2, 0, 62, 2, 25, 0, 15, 0, 860, 1, 52, 0, 5,
  0, 811, 446, 3, 29838, 1169, 28, 644, 11171, 8541, 511, 785, 9, 23, 63, 146, 95, 128, 6, 28666, 7455, 8945, 783,
  15621, 0, 203, 0, 191, 0, 3, 9, 76, 25, 1, 101, 155, 32, 13, 8, 2, 69, 2, 21, 13, 42, 5, 4, 13, 16, 4, 0, 4, 70, 2,
  0, 2, 186, 3, 62, 14, 3, 2, 23, 19, 0, 27, 1, 14, 0, 87, 84, 49, 69, 7, 0, 4, 2, 3, 2, 5, 3, 12, 1, 8, 8, 228, 11, 5,
  0, 284, 46, 2, 9, 2, 184, 113, 143,
];

/** Behind it there are few, and large, ranges. */
const TABLE_END = 0x20000;
let table: Uint8Array | undefined;

/** A look into a table for each character that is printed, where a search through the ranges took a quarter of the time that xterm.js needs for CJK text. */
function makeTable(): Uint8Array {
  const widths = new Uint8Array(TABLE_END).fill(1);
  for (const [ranges, width] of [[WIDE, 2], [ZERO, 0]] as const) {
    let at = 0;
    ranges.forEach((distance, index) => {
      const first = at;
      at += distance;
      if (index % 2 === 1) widths.fill(width, first, at + 1);
    });
  }
  return widths;
}

/** Cells of one code point that stands alone. Control characters take none. */
export function codePointWidth(codePoint: number): 0 | 1 | 2 {
  if (codePoint < 0x20) return 0;
  if (codePoint < 0x7f) return 1;
  if (codePoint < 0xa0) return 0;
  if (codePoint < 0x300) return 1;
  if (codePoint < TABLE_END) return (table ??= makeTable())[codePoint] as 0 | 1 | 2;
  // Two planes of ideographs, whose last two code points are no characters.
  if (codePoint < 0x40000) return (codePoint & 0xffff) < 0xfffe ? 2 : 1;
  // Tags, and selectors of variants.
  return codePoint === 0xe0001 || (codePoint >= 0xe0020 && codePoint <= 0xe007f) || (codePoint >= 0xe0100 && codePoint <= 0xe01ef) ? 0 : 1;
}

const AFTER_JOINER = 1;
const AFTER_HALF_FLAG = 2;
const FIRST_FLAG_HALF = 0x1f1e6;

/**
 * xterm's join state: `state << 3 | width << 1 | joins`, where `preceding` is the value of the code point
 * before, 0 at the beginning. `joins` means: drawn in the cell of the one before.
 */
export function joinState(codePoint: number, preceding: number): number {
  const width = codePointWidth(codePoint);
  const state = preceding >>> 3;
  // Most of all text: neither a mark, a flag, a skin tone nor anything behind a joiner.
  if (width > 0 && state === 0 && codePoint < FIRST_FLAG_HALF) return width << 1;
  const before = (preceding >> 1) & 3;
  if (width === 0) {
    if (before === 0) return 0;
    return ((codePoint === 0x200d && before === 2 ? AFTER_JOINER : 0) << 3) | (before << 1) | 1;
  }
  const isFlagHalf = codePoint >= FIRST_FLAG_HALF && codePoint <= 0x1f1ff;
  if (isFlagHalf && state === AFTER_HALF_FLAG) return (2 << 1) | 1;
  const isSkinTone = codePoint >= 0x1f3fb && codePoint <= 0x1f3ff;
  if (width === 2 && before === 2 && (state === AFTER_JOINER || isSkinTone)) return (2 << 1) | 1;
  return ((isFlagHalf ? AFTER_HALF_FLAG : 0) << 3) | (width << 1);
}

export interface Cluster {
  text: string;
  /** Cells. 0 only for a mark that has no base before it, and for control characters. */
  width: number;
  /** UTF-16 index of its first unit. */
  start: number;
}

/** Splits into clusters; control characters stand alone, a lone surrogate counts as one character. */
export function clusters(text: string): Cluster[] {
  const found: Cluster[] = [];
  let state = 0;
  let index = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) as number;
    const last = found[found.length - 1];
    const isControl = codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0);
    state = isControl ? 0 : joinState(codePoint, state);
    if (last !== undefined && (state & 1) === 1) last.text += character;
    else found.push({ text: character, width: (state >> 1) & 3, start: index });
    index += character.length;
  }
  return found;
}

/** Cells of a text without control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const cluster of clusters(text)) width += cluster.width;
  return width;
}
