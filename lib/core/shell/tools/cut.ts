import type { Command } from '../command.ts';
import { byteText, decodeText, encodeText } from '../text.ts';
import { lineBlocks } from './byte-blocks.ts';
import { openAll } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** `1,3-5,7-`: where the ranges are, from 1, in order and without overlap; neighbours stay apart. @throws UsageError */
function parseList(text: string, what: 'field' | 'byte or character'): [low: number, high: number][] {
  const ranges = text.split(/[, \t]/).map((piece): [number, number] => {
    const match = /^(\d*)(-?)(\d*)$/.exec(piece);
    if (match === null || piece === '') throw new UsageError(what === 'field' ? `invalid field value '${piece}'` : `invalid byte or character position '${piece}'`);
    if (piece === '-') throw new UsageError('invalid range with no endpoint: -');
    const low = match[1] === '' ? 1 : Number(match[1]);
    const high = match[2] === '' ? low : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (low === 0 || high === 0) throw new UsageError(what === 'field' ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1');
    if (high < low) throw new UsageError('invalid decreasing range');
    return [low, high];
  });
  ranges.sort((left, right) => left[0] - right[0]);
  const merged: [number, number][] = [];
  for (const range of ranges) {
    const last = merged[merged.length - 1];
    if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
    else merged.push(range);
  }
  return merged;
}

function complementOf(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const rest: [number, number][] = [];
  let from = 1;
  for (const [low, high] of ranges) {
    if (low > from) rest.push([from, low - 1]);
    from = high + 1;
  }
  if (from !== Number.POSITIVE_INFINITY) rest.push([from, Number.POSITIVE_INFINITY]);
  return rest;
}

export const cut: Command = {
  name: 'cut',
  summary: 'Keep columns or fields of each line',
  usage: 'cut -f LIST [-d CHAR] [-s] | -c LIST | -b LIST [--complement] [--output-delimiter=TEXT] [FILE]...',
  help: 'cut -d, -f1,3 table.csv\ncut -c1-10 log.txt\ncut -d: -f2- file\ncut -d" " -f1 --complement log   # all but the first',
  options: [
    ['-f, --fields=LIST', 'these fields: 1,3-5,7-'],
    ['-d, --delimiter=CHAR', 'what stands between fields, instead of a tab'],
    ['-s, --only-delimited', 'not the lines without that'],
    ['-c, --characters=LIST', 'these characters'],
    ['-b, --bytes=LIST', 'these bytes'],
    ['--complement', 'all but these'],
    ['--output-delimiter=TEXT', 'between what is kept'],
    ['-z, --zero-terminated', 'lines end with NUL'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'f:c:b:d:snz',
      long: { fields: 'f', characters: 'c', bytes: 'b', delimiter: 'd', 'only-delimited': 's', complement: 'complement', 'output-delimiter': 'glue:', 'zero-terminated': 'z' },
    });
    const modes = options.all.filter(({ letter }) => letter.length === 1 && 'fcb'.includes(letter));
    const mode = modes[0];
    if (mode === undefined) throw new UsageError('you must specify a list of bytes, characters, or fields');
    if (modes.length > 1) throw new UsageError('only one list may be specified');
    const isFields = mode.letter === 'f';
    if (!isFields && options.has('d')) throw new UsageError('an input delimiter may be specified only when operating on fields');
    if (!isFields && options.has('s')) throw new UsageError('suppressing non-delimited lines makes sense\n\tonly when operating on fields');
    const listed = parseList(mode.value, isFields ? 'field' : 'byte or character');
    const ranges = options.has('complement') ? complementOf(listed) : listed;
    const delimiterText = options.value('d') ?? '\t';
    if (isFields && Array.from(delimiterText).length > 1) throw new UsageError('the delimiter must be a single character');
    const separator = options.has('z') ? 0 : 10;
    const mark = String.fromCharCode(separator);
    const glue = options.value('glue');
    const delimiter = encodeText(delimiterText === '' ? '\0' : delimiterText);
    const fieldGlue = glue === undefined ? delimiter : encodeText(glue);

    /** Positions in one line, of bytes or characters: pieces in order, with the text between where one was given. */
    const byPosition = (line: string): string => {
      const inBytes = mode.letter === 'b';
      // eslint-disable-next-line no-control-regex
      const isPlain = !/[^\x00-\x7f]/.test(line);
      const units = isPlain ? line : inBytes ? Array.from(encodeText(line), byteText) : Array.from(line);
      const pieces: string[] = [];
      for (const [low, high] of ranges) {
        if (low > units.length) break;
        const piece = units.slice(low - 1, high);
        pieces.push(typeof piece === 'string' ? piece : piece.join(''));
      }
      return pieces.join(glue ?? '');
    };
    /** Fields of whole lines, byte by byte. */
    const fieldsOf = (block: Uint8Array): Uint8Array => {
      const out = new Uint8Array(block.length * (fieldGlue.length > delimiter.length ? fieldGlue.length : 1) + fieldGlue.length + 1);
      let length = 0;
      const [first] = delimiter;
      const size = delimiter.length;
      for (let from = 0; from < block.length;) {
        const newline = block.indexOf(separator, from);
        const end = newline < 0 ? block.length : newline;
        const lineOut = length;
        let field = 1;
        let range = 0;
        let isFirst = true;
        for (let start = from; ;) {
          let stop = start;
          while (stop < end && (block[stop] !== first || (size > 1 && !delimiter.every((byte, index) => block[stop + index] === byte)))) stop += 1;
          if (stop >= end && field === 1) {
            // No delimiter at all: the line as it is, or not at all.
            if (!options.has('s')) {
              out.set(block.subarray(from, end), length);
              length += end - from;
            } else isFirst = true;
            break;
          }
          while (range < ranges.length && field > ranges[range]![1]) range += 1;
          if (range < ranges.length && field >= ranges[range]![0]) {
            if (!isFirst) {
              out.set(fieldGlue, length);
              length += fieldGlue.length;
            }
            isFirst = false;
            for (let at = start; at < stop; at += 1) out[length++] = block[at] as number;
          }
          if (stop >= end || (range >= ranges.length && field > 1)) break;
          start = stop + size;
          field += 1;
        }
        if (!(options.has('s') && length === lineOut && field === 1)) out[length++] = separator;
        from = end + 1;
      }
      return out.subarray(0, length);
    };
    const { inputs, failed } = openAll(context, options.operands);
    for await (const { chunks } of inputs) {
      for await (const block of lineBlocks(chunks, separator)) {
        const due = context.breathe();
        if (due !== undefined) await due;
        if (isFields) {
          await context.stdout.write(fieldsOf(block));
          continue;
        }
        const lines = decodeText(block[block.length - 1] === separator ? block.subarray(0, -1) : block).split(mark);
        await context.stdout.write(encodeText(`${lines.map(byPosition).join(mark)}${mark}`));
      }
    }
    return failed() ? 1 : 0;
  },
};
