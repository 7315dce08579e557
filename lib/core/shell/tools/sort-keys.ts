import { decodeText } from '../text.ts';
import { compareVersions } from './version-order.ts';
import { UsageError } from './options.ts';

/** One `-k` key: start and end field and character (both in bytes, from 1), with its own flags. */
export interface SortKey {
  startField: number;
  startCharacter: number;
  endField: number | undefined;
  endCharacter: number;
  flags: string;
  /** `b` at the start, at the end. */
  skipsAtStart: boolean;
  skipsAtEnd: boolean;
}

/** Lines as places in one array of bytes. */
export interface Lines {
  bytes: Uint8Array;
  starts: Uint32Array;
  ends: Uint32Array;
}

/** How two lines, given by their numbers, compare. */
export type CompareLines = (left: number, right: number) => number;

/**
 * One key: `ranks` are whole numbers below 2^32, the first of them counting most, of which smaller ones are surely before
 * larger ones; equal ones may still differ.
 */
export interface KeyOrder {
  compare: CompareLines;
  ranks?: readonly Float64Array[];
}

/** All ranks there are. */
export const RANKS = 2 ** 32;

/** `2,3nr` or `1.3,1.5`. @throws UsageError */
export function parseSortKey(text: string): SortKey {
  const match = /^(\d+)(?:\.(\d+))?([bdfghinrRVM]*)(?:,(\d+)(?:\.(\d+))?([bdfghinrRVM]*))?$/.exec(text);
  if (match === null) throw new UsageError(`invalid number at field start: invalid count at start of '${text}'`, 2);
  if (match[1] === '0') throw new UsageError(`field number is zero: invalid field specification '${text}'`, 2);
  if (match[2] === '0') throw new UsageError(`character offset is zero: invalid field specification '${text}'`, 2);
  if (match[4] === '0') throw new UsageError(`field number is zero: invalid field specification '${text}'`, 2);
  return {
    startField: Number(match[1]), startCharacter: Number(match[2] ?? '1'),
    endField: match[4] === undefined ? undefined : Number(match[4]), endCharacter: Number(match[5] ?? '0'),
    flags: ((match[3] ?? '') + (match[6] ?? '')).replaceAll('b', ''), skipsAtStart: match[3]!.includes('b'), skipsAtEnd: (match[6] ?? '').includes('b'),
  };
}

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 9 || byte === 10;

/** Where the key of each line is. Without a separator a field begins with the blanks before it. */
export function keyPlaces({ bytes, starts, ends }: Lines, key: SortKey | undefined, separator: Uint8Array | undefined, skipsBlanks: boolean): Lines {
  if (key === undefined && !skipsBlanks) return { bytes, starts, ends };
  const count = starts.length;
  const keyStarts = new Uint32Array(count);
  const keyEnds = new Uint32Array(count);
  const skip = (at: number, end: number): number => {
    let place = at;
    while (place < end && isBlank(bytes[place])) place += 1;
    return place;
  };
  const isSeparator = (at: number): boolean => separator!.every((byte, index) => bytes[at + index] === byte);
  /** The start of a field, or where it ends. */
  const field = (from: number, end: number, number: number, wantsEnd: boolean): number => {
    let at = from;
    if (separator !== undefined) {
      const [first] = separator;
      const size = separator.length;
      for (let left = number - 1; ; left -= 1) {
        if (left === 0 && !wantsEnd) return at;
        while (at < end && (bytes[at] !== first || (size > 1 && !isSeparator(at)))) at += 1;
        if (left === 0 || at >= end) return at;
        at += size;
      }
    }
    for (let left = wantsEnd ? number : number - 1; left > 0 && at < end; left -= 1) {
      while (at < end && isBlank(bytes[at])) at += 1;
      while (at < end && !isBlank(bytes[at])) at += 1;
    }
    return at;
  };
  for (let line = 0; line < count; line += 1) {
    const from = starts[line] as number;
    const end = ends[line] as number;
    if (key === undefined) {
      keyStarts[line] = skip(from, end);
      keyEnds[line] = end;
      continue;
    }
    let start = field(from, end, key.startField, false);
    if (key.skipsAtStart || skipsBlanks) start = skip(start, end);
    start = Math.min(end, start + key.startCharacter - 1);
    let stop = end;
    if (key.endField !== undefined) {
      if (key.endCharacter === 0) stop = field(from, end, key.endField, true);
      else {
        stop = field(from, end, key.endField, false);
        if (key.skipsAtEnd || skipsBlanks) stop = skip(stop, end);
        stop = Math.min(end, stop + key.endCharacter);
      }
    }
    keyStarts[line] = start;
    keyEnds[line] = Math.max(start, stop);
  }
  return { bytes, starts: keyStarts, ends: keyEnds };
}

/** As far as this from the beginning of a line it is looked for places that tell lines apart. */
const COLUMNS = 48;

/** The first twelve places at which not all lines have the same byte: in a log the date's punctuation tells nothing. */
function tellingColumns({ bytes, starts, ends }: Lines): number[] {
  const columns: number[] = [];
  for (let column = 0; column < COLUMNS && columns.length < 12; column += 1) {
    const byteAt = (line: number): number => {
      const at = (starts[line] as number) + column;
      return at < (ends[line] as number) ? (bytes[at] as number) : 0;
    };
    const first = starts.length === 0 ? 0 : byteAt(0);
    for (let line = 1; line < starts.length; line += 1) {
      if (byteAt(line) === first) continue;
      columns.push(column);
      break;
    }
  }
  return columns;
}

/** The bytes at six places of each line as one number; what a line lacks counts as zero. */
function sixBytes({ bytes, starts, ends }: Lines, columns: readonly number[]): Float64Array {
  const numbers = new Float64Array(starts.length);
  for (let line = 0; line < starts.length; line += 1) {
    const from = starts[line] as number;
    const end = ends[line] as number;
    let number = 0;
    for (let index = 0; index < columns.length; index += 1) {
      const at = from + (columns[index] as number);
      number = number * 256 + (at < end ? (bytes[at] as number) : 0);
    }
    numbers[line] = number;
  }
  return numbers;
}

/** By bytes, which is by code points. Where lines differ first, twelve bytes are compared as two numbers. */
export function byBytes(lines: Lines): KeyOrder {
  const { bytes, starts, ends } = lines;
  const columns = tellingColumns(lines);
  const first = sixBytes(lines, columns.slice(0, 6));
  const second = sixBytes(lines, columns.slice(6));
  // Up to here equal numbers are equal lines; with few such places that is as far as was looked.
  const seen = columns.length < 12 ? COLUMNS : (columns[11] as number) + 1;
  const middle = first.map((number, line) => (number % 65_536) * 65_536 + Math.floor((second[line] as number) / RANKS));
  const low = second.map((number) => number % RANKS);
  const ranks = [first.map((number) => Math.floor(number / 65_536)), middle, low];
  const compare: CompareLines = (left, right) => {
    const order = (first[left] as number) - (first[right] as number) || (second[left] as number) - (second[right] as number);
    if (order !== 0) return order;
    let one = starts[left] as number;
    let two = starts[right] as number;
    const leftEnd = ends[left] as number;
    const rightEnd = ends[right] as number;
    const length = Math.min(leftEnd - one, rightEnd - two);
    const known = Math.min(seen, length);
    const stop = one + length;
    for (one += known, two += known; one < stop; one += 1, two += 1) {
      const difference = (bytes[one] as number) - (bytes[two] as number);
      if (difference !== 0) return difference;
    }
    return leftEnd - one - (rightEnd - two);
  };
  return { compare, ranks };
}

/** The bytes of the keys with `-f`, `-d`, `-i` done to them. */
function transformed(places: Lines, flags: string): Lines {
  const [folds, dictionary, printable] = [flags.includes('f'), flags.includes('d'), flags.includes('i')];
  const { bytes, starts, ends } = places;
  let total = 0;
  for (let line = 0; line < starts.length; line += 1) total += (ends[line] as number) - (starts[line] as number);
  const out = new Uint8Array(total);
  const outStarts = new Uint32Array(starts.length);
  const outEnds = new Uint32Array(starts.length);
  let length = 0;
  for (let line = 0; line < starts.length; line += 1) {
    outStarts[line] = length;
    for (let at = starts[line] as number; at < (ends[line] as number); at += 1) {
      const byte = bytes[at] as number;
      const isLower = byte >= 97 && byte <= 122;
      if (dictionary && !(isLower || (byte >= 65 && byte <= 90) || (byte >= 48 && byte <= 57) || byte === 32 || byte === 9)) continue;
      if (printable && (byte < 32 || byte > 126)) continue;
      out[length++] = folds && isLower ? byte - 32 : byte;
    }
    outEnds[line] = length;
  }
  return { bytes: out, starts: outStarts, ends: outEnds };
}

function byNumbers(values: Float64Array): KeyOrder {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const scale = (RANKS - 1) / (most - least);
  const compare: CompareLines = (left, right) => {
    const one = values[left] as number;
    const two = values[right] as number;
    return one < two ? -1 : one > two ? 1 : 0;
  };
  if (!(scale > 0 && Number.isFinite(scale))) return { compare };
  return { compare, ranks: [values.map((value) => Math.floor((value - least) * scale))] };
}

/** `-n`: sign, digits, point, digits; what else is there does not count. */
function numericValue(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at])) at += 1;
  const isNegative = bytes[at] === 45;
  if (isNegative) at += 1;
  let value = 0;
  const digitsFrom = at;
  for (; at < end; at += 1) {
    const digit = (bytes[at] as number) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  if (at < end && bytes[at] === 46) {
    const point = at;
    for (at += 1; at < end && (bytes[at] as number) >= 48 && (bytes[at] as number) <= 57;) at += 1;
    if (at > point + 1) value = Number(decodeText(bytes.subarray(digitsFrom, at)));
  }
  return isNegative ? -value : value;
}

/** Of numbers with more digits than a double holds. */
function compareLong(left: string, right: string): number {
  const parse = (text: string): { sign: number; whole: string; fraction: string } => {
    const match = /^[ \t]*(-?)0*(\d*)(?:\.(\d*))?/.exec(text)!;
    const fraction = (match[3] ?? '').replace(/0+$/, '');
    return { sign: match[2] === '' && fraction === '' ? 0 : match[1] === '-' ? -1 : 1, whole: match[2]!, fraction };
  };
  const [one, two] = [parse(left), parse(right)];
  if (one.sign !== two.sign) return one.sign - two.sign;
  const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return one.sign * (one.whole.length - two.whole.length || text(one.whole, two.whole) || text(one.fraction, two.fraction));
}

const UNITS = 'KMGTPEZY';
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** Comparisons that decide one after another. @param random for `-R`. */
export function compareByFlags(lines: Lines, places: Lines, flags: string, random: () => number): KeyOrder[] {
  const { bytes, starts, ends } = places;
  const count = starts.length;
  const textOf = (line: number): string => decodeText(bytes.subarray(starts[line], ends[line]));
  const numbers = (valueOf: (line: number) => number): KeyOrder => byNumbers(Float64Array.from({ length: count }, (_, line) => valueOf(line)));
  if (flags.includes('n')) {
    const values = new Float64Array(count);
    let hasLong = false;
    for (let line = 0; line < count; line += 1) {
      values[line] = numericValue(bytes, starts[line] as number, ends[line] as number);
      if ((ends[line] as number) - (starts[line] as number) > 15) hasLong ||= /\d{16}|\d\.\d{15}|\d{8}\.\d{8}/.test(textOf(line));
    }
    const plain = byNumbers(values);
    return [hasLong ? { compare: (left, right) => plain.compare(left, right) || compareLong(textOf(left), textOf(right)) } : plain];
  }
  if (flags.includes('h')) {
    const match = Array.from({ length: count }, (_, line) => /^[ \t]*(-?)(\d*\.?\d*)([kKMGTPEZY]?)/.exec(textOf(line))!);
    return [
      numbers((line) => (/[1-9]/.test(match[line]![2]!) ? (UNITS.indexOf(match[line]![3]!.toUpperCase() || '-') + 1) * (match[line]![1] === '-' ? -1 : 1) + (match[line]![1] === '-' ? -0.5 : 0.5) : 0)),
      numbers((line) => Number(`${match[line]![1]}${/\d/.test(match[line]![2]!) ? match[line]![2] : '0'}`)),
    ];
  }
  if (flags.includes('g')) {
    const values = new Float64Array(count);
    const ranks = new Float64Array(count);
    for (let line = 0; line < count; line += 1) {
      const match = /^\s*([-+]?(?:inf(?:inity)?|nan|0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?))/i.exec(textOf(line))?.[1]?.toLowerCase();
      if (match === undefined) continue;
      ranks[line] = match.includes('nan') ? 1 : 2;
      const size = match.replace(/^[-+]/, '');
      values[line] = (match.startsWith('-') ? -1 : 1) * (size.startsWith('inf') ? Number.POSITIVE_INFINITY : size === 'nan' ? 0 : Number(size));
    }
    return [byNumbers(ranks), byNumbers(values)];
  }
  if (flags.includes('M')) return [numbers((line) => MONTHS.indexOf(textOf(line).trimStart().slice(0, 3).toUpperCase()))];
  if (flags.includes('R')) {
    const places = new Map<string, number>();
    return [numbers((line) => {
      const text = textOf(line);
      let place = places.get(text);
      if (place === undefined) places.set(text, (place = random()));
      return place;
    })];
  }
  if (flags.includes('V')) {
    const texts = Array.from({ length: count }, (_, line) => textOf(line));
    return [{ compare: (left, right) => compareVersions(texts[left]!, texts[right]!) }];
  }
  return [byBytes(/[fdi]/.test(flags) ? transformed(places, flags) : places === lines ? lines : places)];
}
