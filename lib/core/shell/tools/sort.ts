import { FsError } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import * as limits from '../../limits.ts';
import { ShellError } from '../flow.ts';
import { locate } from '../locate.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { countByte, placesOf } from './count-bytes.ts';
import { complain, openNamed, readNamed, readWhole } from './files-in.ts';
import { mergeOrder } from './merge-order.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';
import { radixOrder } from './radix-order.ts';
import { compareByFlags, compareFrom, keyPlaces, parseSortKey, RANKS, type CompareLines, type Lines } from './sort-keys.ts';

/**
 * The lines stay bytes: two arrays say where each begins and ends, keys are such places too, and what is sorted are line
 * numbers. No string is made of a line unless a key needs one. Rejected: strings, whose making alone takes as long as the sort.
 */
const SORT_WORDS: Readonly<Record<string, string>> = { 'general-numeric': 'g', 'human-numeric': 'h', month: 'M', numeric: 'n', random: 'R', version: 'V' };

function findLines(bytes: Uint8Array, separator: number): Lines {
  const ends = placesOf(bytes, separator);
  const starts = new Uint32Array(ends.length);
  for (let line = 1; line < ends.length; line += 1) starts[line] = (ends[line - 1] as number) + 1;
  return { bytes, starts, ends };
}

interface Order {
  /** By the keys alone. */
  byKeys: CompareLines;
  /** By the keys, and then by the whole line where that is asked. */
  full: CompareLines;
  /** Of the first key, upwards: counting by them leaves little to compare. */
  ranks: readonly Uint32Array[] | undefined;
}

/** Below this comparing is quicker than counting. */
const FEW = 2_000;

async function orderOf(context: CommandContext, options: ParsedOptions, lines: Lines): Promise<Order> {
  const separatorText = options.value('t');
  if (separatorText !== undefined && separatorText !== '\\0' && Array.from(separatorText).length !== 1) throw new UsageError(separatorText === '' ? 'empty tab' : `multi-character tab '${separatorText}'`, 2);
  const separator = separatorText === undefined ? undefined : encodeText(separatorText === '\\0' ? '\0' : separatorText);
  const sortWord = options.value('sort');
  if (sortWord !== undefined && !Object.hasOwn(SORT_WORDS, sortWord)) throw new UsageError(`invalid argument '${sortWord}' for '--sort'; use ${Object.keys(SORT_WORDS).join(', ')}`, 1);
  const globals = options.all.map(({ letter }) => letter).filter((letter) => letter.length === 1 && 'rnfdghiVMR'.includes(letter)).join('') + (sortWord === undefined ? '' : SORT_WORDS[sortWord]);
  const keys = options.all.filter(({ letter }) => letter === 'k').map(({ value }) => parseSortKey(value));
  const chain: CompareLines[] = [];
  let ranks: readonly Uint32Array[] | undefined;
  for (const key of keys.length === 0 ? [undefined] : keys) {
    // A key without flags of its own takes the global ones.
    const takesGlobals = key === undefined || (key.flags === '' && !key.skipsAtStart && !key.skipsAtEnd);
    const flags = takesGlobals ? globals : key.flags;
    const numeric = [...new Set(flags)].filter((flag) => 'nghMRV'.includes(flag));
    if (numeric.length > 1) throw new UsageError(`options '-${numeric.join('')}' are incompatible`, 2);
    // Each of these goes once through all lines; the page has its turn between them.
    await context.breathe();
    const places = keyPlaces(lines, key, separator, takesGlobals && options.has('b'));
    await context.breathe();
    for (const { compare, ranks: own } of compareByFlags(lines, places, flags, context.random)) {
      const isReverse = flags.includes('r');
      if (chain.length === 0 && own !== undefined) ranks = isReverse ? own.map((each) => each.map((rank) => RANKS - 1 - rank)) : own;
      chain.push(isReverse ? (left, right) => compare(right, left) : compare);
    }
  }
  const [only, second] = chain;
  const byKeys: CompareLines = second === undefined ? only! : (left, right) => {
    for (const compare of chain) {
      const order = compare(left, right);
      if (order !== 0) return order;
    }
    return 0;
  };
  if (options.has('s') || options.has('u') || (keys.length === 0 && !/[nfbdghiVMR]/.test(globals) && !options.has('b'))) return { byKeys, full: byKeys, ranks };
  const full: CompareLines = globals.includes('r') ? (left, right) => byKeys(left, right) || compareFrom(lines, right, left) : (left, right) => byKeys(left, right) || compareFrom(lines, left, right);
  return { byKeys, full, ranks };
}

/** Counted by the ranks; only lines whose ranks are equal are compared. */
async function byRanks(ranks: readonly Uint32Array[], compare: CompareLines, breathe: () => Promise<void> | undefined): Promise<Uint32Array> {
  const order = await radixOrder(ranks, breathe);
  for (let from = 0; from < order.length;) {
    const stop = sortSmallGroups(ranks, compare, order, from, Math.min(order.length, from + 4_096));
    if (stop === from) {
      const to = groupEnd(ranks, order, from);
      order.set(await mergeOrder(order.slice(from, to), compare, breathe), from);
      from = to;
    } else from = stop;
    const rest = breathe();
    if (rest !== undefined) await rest;
  }
  return order;
}

/** Above this a group of equal ranks is merged, below it inserted one by one. */
const SMALL = 16;

/** Where the lines with the ranks of the one at `from` end. */
function groupEnd(ranks: readonly Uint32Array[], order: Uint32Array, from: number): number {
  const line = order[from] as number;
  let to = from + 1;
  for (; to < order.length; to += 1) {
    const other = order[to] as number;
    for (let index = 0; index < ranks.length; index += 1) if ((ranks[index] as Uint32Array)[line] !== (ranks[index] as Uint32Array)[other]) return to;
  }
  return to;
}

/** Answers how far it came: to the first group that is not small, or past `until`. */
function sortSmallGroups(ranks: readonly Uint32Array[], compare: CompareLines, order: Uint32Array, start: number, until: number): number {
  for (let from = start; from < until;) {
    const to = groupEnd(ranks, order, from);
    if (to - from > SMALL) return from;
    for (let at = from + 1; at < to; at += 1) {
      const line = order[at] as number;
      let place = at - 1;
      for (; place >= from && compare(order[place] as number, line) > 0; place -= 1) order[place + 1] = order[place] as number;
      order[place + 1] = line;
    }
    from = to;
    if (from >= until) return from;
  }
  return start;
}

/** The heads of sorted runs, the least first each time; equal ones in the order of the files. */
async function mergeRuns(context: CommandContext, ends: readonly number[], compare: CompareLines): Promise<Uint32Array> {
  const heads = ends.map((_, index) => ends[index - 1] ?? 0);
  const out = new Uint32Array(ends[ends.length - 1] ?? 0);
  for (let at = 0; at < out.length; at += 1) {
    let best = -1;
    for (let run = 0; run < heads.length; run += 1) {
      if (heads[run]! < ends[run]! && (best < 0 || compare(heads[run]!, heads[best]!) < 0)) best = run;
    }
    out[at] = heads[best]!;
    heads[best]! += 1;
    if ((at & 1023) === 0) {
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
  }
  return out;
}

async function check(context: CommandContext, options: ParsedOptions, lines: Lines, order: Order, name: string): Promise<number> {
  const isUnique = options.has('u');
  for (let line = 1; line < lines.starts.length; line += 1) {
    const result = isUnique ? order.byKeys(line - 1, line) : order.full(line - 1, line);
    if (result > 0 || (isUnique && result === 0)) {
      if (options.has('c') && options.value('c') !== 'quiet' && options.value('c') !== 'silent') {
        await complain(context, `${name}:${line + 1}: disorder: ${decodeText(lines.bytes.subarray(lines.starts[line], lines.ends[line]))}`);
      }
      return 1;
    }
    if ((line & 1023) === 0) {
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
  }
  return 0;
}

/** From here on the platform's copy is quicker than a loop of ours, in spite of the array that it needs for each line. */
const NATIVE_BYTES = 24;

/** The lines in their order, in blocks. */
async function* blocks({ bytes, starts, ends }: Lines, order: Uint32Array, isKept: (at: number) => boolean): AsyncGenerator<Uint8Array, void, void> {
  let block = new Uint8Array(65_536);
  let length = 0;
  for (let at = 0; at < order.length; at += 1) {
    if (!isKept(at)) continue;
    const line = order[at] as number;
    const from = starts[line] as number;
    // With its separator, which stands behind every line.
    const size = (ends[line] as number) + 1 - from;
    if (length + size > block.length) {
      if (length > 0) yield block.subarray(0, length);
      block = new Uint8Array(Math.max(65_536, size));
      length = 0;
    }
    if (size > NATIVE_BYTES) block.set(bytes.subarray(from, from + size), length);
    else for (let index = 0; index < size; index += 1) block[length + index] = bytes[from + index] as number;
    length += size;
  }
  if (length > 0) yield block.subarray(0, length);
}

export const sort: Command = {
  name: 'sort',
  summary: 'Sort lines',
  usage: 'sort [-rnufbdighVMRsmz] [-c] [-t CHAR] [-k KEY]... [-o FILE] [FILE]...',
  help: 'sort names.txt\nsort -n numbers.txt           # by value\nsort -t, -k2,2 -k1,1nr t.csv   # second column, then first as numbers, downwards\nsort -u list.txt               # each line once\ndu -h * | sort -h              # 2K before 1M',
  options: [
    ['-r, --reverse', 'downwards'],
    ['-n, --numeric-sort', 'by the number at the beginning'],
    ['-g, --general-numeric-sort', 'by numbers such as 1e3 and inf'],
    ['-h, --human-numeric-sort', 'by sizes such as 2K and 1G'],
    ['-V, --version-sort', 'by numbers within names: v1.9 before v1.10'],
    ['-M, --month-sort', 'by names of months'],
    ['-R, --random-sort', 'in random order, equal lines together'],
    ['-f, --ignore-case', 'upper and lower case are the same'],
    ['-d, --dictionary-order', 'by letters, digits and blanks only'],
    ['-i, --ignore-nonprinting', 'by printable characters only'],
    ['-b, --ignore-leading-blanks', 'without the blanks before a field'],
    ['-k, --key=START[,END]', 'by fields: 2,2 or 2.3,2.5 with flags behind, as in 2,2nr'],
    ['-t, --field-separator=CHAR', 'what stands between fields, instead of blanks'],
    ['-u, --unique', 'of lines that compare the same only the first'],
    ['-s, --stable', 'lines that compare the same stay in their order'],
    ['-c, --check', 'only tell whether the input is sorted; -C without a word'],
    ['-m, --merge', 'the files are sorted already'],
    ['-o, --output=FILE', 'write to FILE, which may be one of those read'],
    ['-z, --zero-terminated', 'lines end with NUL'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'rnufbdghiVMRcCsmzt:k:o:S:T:',
      long: {
        reverse: 'r', 'numeric-sort': 'n', unique: 'u', 'ignore-case': 'f', 'ignore-leading-blanks': 'b', 'human-numeric-sort': 'h', 'general-numeric-sort': 'g', 'version-sort': 'V',
        'field-separator': 't', key: 'k', output: 'o', check: 'c', stable: 's', 'zero-terminated': 'z', 'month-sort': 'M', merge: 'm', 'dictionary-order': 'd', 'random-sort': 'R',
        'ignore-nonprinting': 'i', 'buffer-size': 'S', 'temporary-directory': 'T', parallel: 'parallel:', 'batch-size': 'batch-size:', 'compress-program': 'compress:', sort: 'sort:',
        'files0-from': 'files0:', 'random-source': 'random-source:', debug: 'debug',
      },
      status: 2,
    });
    const list = options.value('files0');
    if (list !== undefined && options.operands.length > 0) throw new UsageError(`extra operand '${options.operands[0]}'; file operands cannot be combined with --files0-from`, 2);
    const listed = list === undefined ? options.operands : decodeText(list === '-' ? await readWhole(context.stdin) : readNamed(context, list)).split('\0').filter((name) => name !== '');
    const names = listed.length === 0 ? ['-'] : listed;
    if ((options.has('c') || options.has('C')) && names.length > 1) throw new UsageError(`extra operand '${names[1]}' not allowed with -c`, 2);
    const separator = options.has('z') ? 0 : 10;
    const pieces: Uint8Array[] = [];
    const runEnds: number[] = [];
    let [size, count] = [0, 0];
    for (const name of names) {
      try {
        const bytes = await readWhole(openNamed(context, name).chunks);
        size += bytes.length + 1;
        if (size > limits.sortMaxBytes) throw new ShellError('the input is too large to keep in memory', 2);
        if (bytes.length > 0) pieces.push(bytes);
        if (bytes.length > 0 && bytes[bytes.length - 1] !== separator) pieces.push(Uint8Array.of(separator));
        if (options.has('m')) runEnds.push((count += countByte(bytes, separator) + (bytes.length > 0 && bytes[bytes.length - 1] !== separator ? 1 : 0)));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await complain(context, error.code === 'EISDIR' ? `read failed: ${name}: ${error.message}` : `cannot read: ${name}: ${error.message}`);
        return 2;
      }
    }
    const lines = findLines(concatBytes(pieces), separator);
    const order = await orderOf(context, options, lines);
    const breathe = (): Promise<void> | undefined => context.breathe();
    if (options.has('c') || options.has('C')) return check(context, options, lines, order, names[0] as string);
    const sorted = options.has('m') ? await mergeRuns(context, runEnds, order.full) : order.ranks === undefined || lines.starts.length < FEW ? await mergeOrder(Uint32Array.from(lines.starts, (_, line) => line), order.full, breathe) : await byRanks(order.ranks, order.full, breathe);
    const isKept = options.has('u') ? (at: number): boolean => at === 0 || order.byKeys(sorted[at - 1] as number, sorted[at] as number) !== 0 : (): boolean => true;
    const target = options.value('o');
    const kept: Uint8Array[] = [];
    for await (const block of blocks(lines, sorted, isKept)) {
      if (target === undefined) await context.stdout.write(block);
      else kept.push(block);
    }
    if (target !== undefined) context.files.write(locate(context, target), concatBytes(kept).slice());
    return 0;
  },
};
