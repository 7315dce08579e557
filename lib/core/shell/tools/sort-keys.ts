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
  ranks?: readonly Uint32Array[];
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
const TELLING = 16;

/** The first sixteen places at which not all lines have the same byte: in a log the date's punctuation tells nothing. */
function tellingColumns({ bytes, starts, ends }: Lines): number[] {
  const count = starts.length;
  const from = starts[0] ?? 0;
  const length = (ends[0] ?? 0) - from;
  const columns: number[] = [];
  // Places at which all lines are alike so far; those behind the sixteenth that tells do not matter.
  let alike = Array.from({ length: COLUMNS }, (_, column) => column);
  for (let line = 1; line < count && alike.length > 0; line += 1) {
    const start = starts[line] as number;
    const size = (ends[line] as number) - start;
    let differs = false;
    for (let index = 0; index < alike.length; index += 1) {
      const column = alike[index] as number;
      if ((column < size ? bytes[start + column] : 0) === (column < length ? bytes[from + column] : 0)) continue;
      columns.push(column);
      differs = true;
    }
    if (!differs) continue;
    columns.sort((left, right) => left - right);
    columns.length = Math.min(columns.length, TELLING);
    const last = columns.length < TELLING ? COLUMNS : (columns[TELLING - 1] as number);
    alike = alike.filter((column) => column < last && !columns.includes(column));
  }
  return columns;
}

/** The bytes at up to four places of each line as one number; what a line lacks counts as zero. */
function fourBytes({ bytes, starts, ends }: Lines, columns: readonly number[]): Uint32Array {
  const numbers = new Uint32Array(starts.length);
  const [first = -1, second = -1, third = -1, fourth = -1] = columns;
  if (first < 0) return numbers;
  const last = Math.max(first, second, third, fourth);
  for (let line = 0; line < starts.length; line += 1) {
    const from = starts[line] as number;
    const size = (ends[line] as number) - from;
    if (last < size && fourth >= 0) {
      numbers[line] = ((bytes[from + first] as number) << 24) | ((bytes[from + second] as number) << 16) | ((bytes[from + third] as number) << 8) | (bytes[from + fourth] as number);
      continue;
    }
    let number = 0;
    for (let index = 0; index < 4; index += 1) {
      const column = columns[index] ?? size;
      number = (number << 8) | (column < size ? (bytes[from + column] as number) : 0);
    }
    numbers[line] = number;
  }
  return numbers;
}

/** Two lines by their bytes, which is by code points. @param known so many are equal. */
export function compareFrom({ bytes, starts, ends }: Lines, left: number, right: number, known = 0): number {
  let one = starts[left] as number;
  let two = starts[right] as number;
  const leftEnd = ends[left] as number;
  const rightEnd = ends[right] as number;
  const length = Math.min(leftEnd - one, rightEnd - two);
  const skipped = Math.min(known, length);
  const stop = one + length;
  for (one += skipped, two += skipped; one < stop; one += 1, two += 1) {
    const difference = (bytes[one] as number) - (bytes[two] as number);
    if (difference !== 0) return difference;
  }
  return leftEnd - one - (rightEnd - two);
}

/** By bytes. Where lines differ first, sixteen bytes are compared as four numbers. */
export function byBytes(lines: Lines): KeyOrder {
  const columns = tellingColumns(lines);
  const first = fourBytes(lines, columns.slice(0, 4));
  const second = fourBytes(lines, columns.slice(4, 8));
  const third = fourBytes(lines, columns.slice(8, 12));
  const fourth = fourBytes(lines, columns.slice(12));
  // Up to here equal numbers are equal lines; with few such places that is as far as was looked.
  const seen = columns.length < TELLING ? COLUMNS : (columns[TELLING - 1] as number) + 1;
  const compare: CompareLines = (left, right) => {
    const order = (first[left] as number) - (first[right] as number) || (second[left] as number) - (second[right] as number) || (third[left] as number) - (third[right] as number) || (fourth[left] as number) - (fourth[right] as number);
    if (order !== 0) return order;
    return compareFrom(lines, left, right, seen);
  };
  return { compare, ranks: [first, second, third, fourth] };
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
  const ranks = new Uint32Array(values.length);
  for (let line = 0; line < ranks.length; line += 1) ranks[line] = Math.floor(((values[line] as number) - least) * scale);
  return { compare, ranks: [ranks] };
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
