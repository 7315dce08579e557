import { FsError } from '../../fs/files.ts';
import type { Command } from '../command.ts';
import { locate } from '../locate.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { complain, openNamed, readWhole, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** One `-k` key: start and end field and character, with its own flags. */
interface Key {
  startField: number;
  startCharacter: number;
  endField: number | undefined;
  endCharacter: number;
  flags: string;
}

type Compare = (left: string, right: string) => number;

function parseKey(text: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([bdfghinrRVM]*)(?:,(\d+)(?:\.(\d+))?([bdfghinrRVM]*))?$/.exec(text);
  if (match === null || match[1] === '0') throw new UsageError(`invalid number at field start: invalid count at start of '${text}'`, 2);
  return {
    startField: Number(match[1]),
    startCharacter: Number(match[2] ?? '1') || 1,
    endField: match[4] === undefined ? undefined : Number(match[4]),
    endCharacter: Number(match[5] ?? '0'),
    flags: (match[3] ?? '') + (match[6] ?? ''),
  };
}

/** Where each field of `line` starts and ends. Without `-t` a field begins with the blanks before it. */
function keyText(line: string, key: Key, separator: string | undefined): string {
  const starts: number[] = [];
  const ends: number[] = [];
  if (separator === undefined) {
    for (const match of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)) {
      starts.push(match.index);
      ends.push(match.index + match[0].length);
    }
  } else {
    let at = 0;
    for (const piece of line.split(separator)) {
      starts.push(at);
      ends.push(at + piece.length);
      at += piece.length + separator.length;
    }
  }
  let start = starts[key.startField - 1];
  if (start === undefined) return '';
  if (key.flags.includes('b')) while (line[start] === ' ' || line[start] === '\t') start += 1;
  start += key.startCharacter - 1;
  let end = line.length;
  if (key.endField !== undefined) {
    const last = key.endField - 1;
    if (key.endCharacter === 0) end = ends[last] ?? line.length;
    else {
      let from = starts[last] ?? line.length;
      if (key.flags.includes('b')) while (line[from] === ' ' || line[from] === '\t') from += 1;
      end = Math.min(line.length, from + key.endCharacter);
    }
  }
  return line.slice(start, Math.max(start, end));
}

function leadingNumber(text: string): number {
  const match = /^[ \t]*(-?(?:\d+\.?\d*|\.\d+))/.exec(text);
  return match === null ? 0 : Number(match[1]);
}

function humanNumber(text: string): number {
  const match = /^[ \t]*(-?(?:\d+\.?\d*|\.\d+))([KMGTPEZY]?)/i.exec(text);
  if (match === null) return 0;
  const scale = ' KMGTPEZY'.indexOf((match[2] || ' ').toUpperCase());
  return Math.sign(Number(match[1])) * scale * 1e6 + Number(match[1]) / 1e6;
}

function generalNumber(text: string): number {
  const value = Number.parseFloat(text.trim());
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

function compareVersions(left: string, right: string): number {
  const split = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const first = split(left);
  const second = split(right);
  for (let index = 0; index < Math.max(first.length, second.length); index += 1) {
    const one = first[index] ?? '';
    const two = second[index] ?? '';
    const order = /^\d/.test(one) && /^\d/.test(two) ? Number(one) - Number(two) : one < two ? -1 : one > two ? 1 : 0;
    if (order !== 0) return order;
  }
  return 0;
}

/** Code point order; UTF-16 order differs from it only above the surrogates. */
const byUnits: Compare = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
const byCodePoints: Compare = (left, right) => {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    let one = left.charCodeAt(at);
    let two = right.charCodeAt(at);
    if (one === two) continue;
    if (one >= 0xd800 && two >= 0xd800) {
      if (one >= 0xe000) one -= 0x2000;
      if (two >= 0xe000) two -= 0x2000;
    }
    return one - two;
  }
  return left.length - right.length;
};

const identity = (text: string): string => text;

/** What a line is compared by; kept beside the line, so that it is worked out once. */
function extractor(key: Key | undefined, flags: string, separator: string | undefined): { extract: (line: string) => string | number; order: (plain: Compare) => (left: never, right: never) => number } {
  const text = key === undefined
    ? (flags.includes('b') ? (line: string) => line.replace(/^[ \t]+/, '') : identity)
    : (line: string) => keyText(line, { ...key, flags }, separator);
  const numeric = (convert: (text: string) => number): ReturnType<typeof extractor> => ({
    extract: (line) => convert(text(line)),
    order: () => ((left: number, right: number) => left - right) as (left: never, right: never) => number,
  });
  if (flags.includes('n')) return numeric(leadingNumber);
  if (flags.includes('g')) return numeric(generalNumber);
  if (flags.includes('h')) return numeric(humanNumber);
  if (flags.includes('M')) return numeric((value) => MONTH_NAMES.indexOf(value.trim().slice(0, 3).toUpperCase()));
  const change = (value: string): string => {
    let changed = value;
    if (flags.includes('d')) changed = changed.replace(/[^A-Za-z0-9 \t]/g, '');
    if (flags.includes('i')) changed = changed.replace(/[^\x20-\x7e]/g, '');
    return flags.includes('f') ? changed.toUpperCase() : changed;
  };
  return {
    extract: (line) => change(text(line)),
    order: (plain) => (flags.includes('V') ? compareVersions : plain) as (left: never, right: never) => number,
  };
}

export const sort: Command = {
  name: 'sort',
  summary: 'Sort lines',
  usage: 'sort [-rnufbhgVcsMz] [-t CHAR] [-k KEY]... [-o FILE] [FILE]...',
  help: 'sort names.txt\nsort -n numbers.txt           # by value\nsort -t, -k2,2 -k1,1nr t.csv   # second column, then first as numbers, downwards\nsort -u list.txt               # each line once',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'rnufbdghiVMRcCsmzt:k:o:S:T:',
      long: { reverse: 'r', 'numeric-sort': 'n', unique: 'u', 'ignore-case': 'f', 'ignore-leading-blanks': 'b', 'human-numeric-sort': 'h', 'general-numeric-sort': 'g', 'version-sort': 'V', 'field-separator': 't', key: 'k', output: 'o', check: 'c', stable: 's', 'zero-terminated': 'z', 'month-sort': 'M', merge: 'm', 'dictionary-order': 'd' },
      status: 2,
    });
    if (options.has('R')) throw new UsageError('-R (random order) is not available here', 2);
    const separatorText = options.value('t');
    const separator = separatorText === '\\0' ? '\0' : separatorText;
    if (separator !== undefined && Array.from(separator).length !== 1) throw new UsageError(separator === '' ? 'empty tab' : `multi-character tab '${separator}'`, 2);
    const globals = options.all.map(({ letter }) => letter).filter((letter) => 'rnfbdghiVM'.includes(letter)).join('');
    const keys = options.all.filter(({ letter }) => letter === 'k').map(({ value }) => parseKey(value));
    const names = options.operands.length === 0 ? ['-'] : options.operands;
    const newline = options.has('z') ? '\0' : '\n';
    const pieces: Uint8Array[] = [];
    for (const name of names) {
      try {
        const bytes = await readWhole(openNamed(context, name).chunks);
        if (bytes.length === 0) continue;
        pieces.push(bytes);
        if (bytes[bytes.length - 1] !== newline.charCodeAt(0)) pieces.push(encodeText(newline));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await complain(context, error.code === 'EISDIR' ? `read failed: ${name}: ${error.message}` : `cannot read: ${name}: ${error.message}`);
        return 2;
      }
    }
    const text = decodeText(concatBytes(pieces));
    const lines = text === '' ? [] : text.slice(0, -1).split(newline);
    const plain = /[\ud800-\uffff]/.test(text) ? byCodePoints : byUnits;

    const criteria = (keys.length === 0 ? [undefined] : keys).map((key) => {
      const own = key?.flags.replace(/b/g, '') ?? '';
      const flags = key === undefined || own === '' ? globals + (key?.flags ?? '') : key.flags;
      const { extract, order } = extractor(key, flags, separator);
      return { extract, compare: order(plain) as (left: unknown, right: unknown) => number, sign: flags.includes('r') ? -1 : 1 };
    });
    const isPlain = keys.length === 0 && !/[nfbdghiVM]/.test(globals);
    const lastResort = options.has('s') || options.has('u') ? 0 : globals.includes('r') ? -1 : 1;
    const first = criteria[0]!;
    const order: Uint32Array = Uint32Array.from(lines, (_, index) => index);
    const values = isPlain ? [] : criteria.map(({ extract }) => lines.map(extract));
    const compareKeys = (left: number, right: number): number => {
      for (let index = 0; index < criteria.length; index += 1) {
        const { compare, sign } = criteria[index]!;
        const result = compare(values[index]![left], values[index]![right]);
        if (result !== 0) return result * sign;
      }
      return 0;
    };
    const compare = (left: number, right: number): number => {
      const result = isPlain ? plain(lines[left]!, lines[right]!) * first.sign : compareKeys(left, right);
      if (result !== 0 || isPlain || lastResort === 0) return result || left - right;
      return plain(lines[left]!, lines[right]!) * lastResort || left - right;
    };
    const isSame = (left: number, right: number): boolean => (isPlain ? lines[left] === lines[right] : compareKeys(left, right) === 0);

    if (options.has('c') || options.has('C')) {
      for (let index = 1; index < lines.length; index += 1) {
        const isWrong = options.has('u') ? compare(index - 1, index) > 0 || isSame(index - 1, index) : (isPlain ? plain(lines[index - 1]!, lines[index]!) * first.sign : compareKeys(index - 1, index) || (lastResort === 0 ? 0 : plain(lines[index - 1]!, lines[index]!) * lastResort)) > 0;
        if (!isWrong) continue;
        if (options.has('c')) await complain(context, `${names[0]}:${index + 1}: disorder: ${lines[index]}`);
        return 1;
      }
      return 0;
    }
    let result: string[];
    if (isPlain && plain === byUnits) {
      // The engine's own comparison is several times faster than a callback.
      result = lines.sort();
      if (options.has('u')) result = result.filter((line, index) => index === 0 || line !== result[index - 1]);
      if (first.sign < 0) result.reverse();
    } else {
      order.sort(compare);
      let kept: number[] | Uint32Array = order;
      if (options.has('u')) kept = Array.from(order).filter((line, index, all) => index === 0 || !isSame(all[index - 1]!, line));
      result = Array.from(kept, (index) => lines[index]!);
    }
    const target = options.value('o');
    if (target !== undefined) {
      context.files.write(locate(context, target), encodeText(result.map((line) => line + newline).join('')));
      return 0;
    }
    const out = new TextWriter(context);
    for (const line of result) {
      const due = out.add(line + newline);
      if (due !== undefined) await due;
    }
    await out.flush();
    return 0;
  },
};
