import type { Command, CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { ShellError } from '../flow.ts';
import * as limits from '../../limits.ts';
import { concatBytes, encodeText } from '../text.ts';
import { parseBytes } from './byte-blocks.ts';
import { openNamed, readWhole } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** aa, ab … zz; past `yz` it goes on with three letters more, zaaa, unless the length is fixed. */
function nameOf(index: number, options: ParsedOptions): string {
  const numeric = options.all.findLast(({ letter }) => letter === 'd' || letter === 'x');
  const digits = numeric?.letter === 'd' ? '0123456789' : numeric?.letter === 'x' ? '0123456789abcdef' : 'abcdefghijklmnopqrstuvwxyz';
  const start = numeric === undefined || numeric.value === '' ? 0 : Number.parseInt(numeric.value, digits.length === 16 ? 16 : 10);
  const asked = options.value('a');
  let length = asked === undefined || asked === '0' ? 2 : Number(asked);
  let value = index + start;
  let prefix = '';
  const base = digits.length;
  if ((asked === undefined || asked === '0') && start === 0) {
    // The last first letter is kept for the longer names, so that they sort behind.
    while (value >= base ** length - base ** (length - 1)) {
      value -= base ** length - base ** (length - 1);
      prefix += digits[base - 1];
      length += 1;
    }
  }
  if (value >= base ** length) throw new ShellError('output file suffixes exhausted', 1);
  let name = '';
  for (let place = 0; place < length; place += 1) {
    name = (digits[value % base] as string) + name;
    value = Math.floor(value / base);
  }
  return prefix + name;
}

export const split: Command = {
  name: 'split',
  summary: 'Cut a file into pieces',
  usage: 'split [-l LINES | -b BYTES | -C BYTES | -n CHUNKS] [-d] [-a LENGTH] [--additional-suffix=TEXT] [FILE [PREFIX]]',
  help: 'split -l 100 log.txt part-     # part-aa, part-ab, …\nsplit -b 1M -d video.bin v     # v00, v01, …\nsplit -n 3 notes.txt           # three files of the same size\ncat part-* > log.txt           # together again',
  options: [
    ['-l, --lines=LINES', 'lines of each piece instead of 1000'],
    ['-b, --bytes=SIZE', 'bytes of each piece'],
    ['-C, --line-bytes=SIZE', 'whole lines, at most so many bytes'],
    ['-n, --number=CHUNKS', 'N pieces; K/N prints the K-th; l/N without cutting lines; r/N line by line in turn'],
    ['-d, -x', 'names end in numbers, in hexadecimal numbers'],
    ['-a, --suffix-length=N', 'length of the endings'],
    ['--additional-suffix=TEXT', 'put behind each name'],
    ['-e, --elide-empty-files', 'with -n: no empty files'],
    ['-t, --separator=CHAR', 'what ends a line'],
    ['--verbose', 'say which files are made'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'l:b:C:n:da:xet:u', digits: 'l',
      long: {
        lines: 'l', bytes: 'b', 'line-bytes': 'C', number: 'n', 'numeric-suffixes': 'd::', 'hex-suffixes': 'x::', 'suffix-length': 'a', 'elide-empty-files': 'e',
        separator: 't', 'additional-suffix': 'suffix:', verbose: 'verbose', unbuffered: 'u',
      },
    });
    const [name = '-', prefix = 'x', extra] = options.operands;
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    const ways = options.all.filter(({ letter }) => 'lbCn'.includes(letter));
    if (new Set(ways.map(({ letter }) => letter)).size > 1) throw new UsageError('cannot split in more than one way');
    const way = ways.at(-1) ?? { letter: 'l', value: '1000' };
    if (!/^\d*$/.test(options.value('a') ?? '')) throw new UsageError(`invalid suffix length: '${options.value('a')}'`);
    const mark = options.value('t') === '\\0' ? '\0' : options.value('t') ?? '\n';
    if (mark.length !== 1) throw new UsageError(mark === '' ? 'empty record separator' : `multi-character separator '${mark}'`);
    const separator = mark.charCodeAt(0);
    let made = 0;
    const store = async (bytes: Uint8Array): Promise<void> => {
      const target = `${prefix}${nameOf(made, options)}${options.value('suffix') ?? ''}`;
      made += 1;
      if (options.has('verbose')) await context.stdout.write(encodeText(`creating file '${target}'\n`));
      context.files.write(locate(context, target), bytes.slice());
    };
    const { chunks } = openNamed(context, name);
    if (way.letter === 'n') return splitNumber(context, options, way.value, await readWhole(chunks), separator, store);
    const size = parseBytes(way.value, `number of ${way.letter === 'l' ? 'lines' : 'bytes'}`);
    if (size === 0) throw new UsageError(`invalid number of ${way.letter === 'l' ? 'lines' : 'bytes'}: '${way.value}'`);

    let held: Uint8Array[] = [];
    let heldSize = 0;
    let heldLines = 0;
    const keep = (bytes: Uint8Array): void => {
      if (bytes.length === 0) return;
      heldSize += bytes.length;
      if (heldSize > limits.sortMaxBytes) throw new ShellError('a piece is too large to keep in memory; make the pieces smaller', 1);
      held.push(bytes.slice());
    };
    const flush = async (): Promise<void> => {
      if (heldSize > 0) await store(concatBytes(held));
      [held, heldSize, heldLines] = [[], 0, 0];
    };
    const line: Uint8Array[] = [];
    const keepLine = async (piece: Uint8Array, isWhole: boolean): Promise<void> => {
      line.push(piece.slice());
      if (!isWhole) return;
      let bytes = concatBytes(line);
      line.length = 0;
      if (heldSize > 0 && heldSize + bytes.length > size) await flush();
      for (; bytes.length > size; bytes = bytes.subarray(size)) await store(bytes.subarray(0, size));
      keep(bytes);
    };
    for await (const chunk of chunks) {
      let from = 0;
      while (from < chunk.length) {
        const rest = context.breathe();
        if (rest !== undefined) await rest;
        if (way.letter === 'b') {
          const end = Math.min(chunk.length, from + size - heldSize);
          keep(chunk.subarray(from, end));
          from = end;
          if (heldSize === size) await flush();
          continue;
        }
        const at = chunk.indexOf(separator, from);
        const end = at < 0 ? chunk.length : at + 1;
        if (way.letter === 'l') {
          keep(chunk.subarray(from, end));
          if (at >= 0) heldLines += 1;
          if (heldLines === size) await flush();
        } else await keepLine(chunk.subarray(from, end), at >= 0);
        from = end;
      }
    }
    if (line.length > 0) await keepLine(new Uint8Array(0), true);
    await flush();
    return 0;
  },
};

async function splitNumber(context: CommandContext, options: ParsedOptions, text: string, bytes: Uint8Array, separator: number, store: (bytes: Uint8Array) => Promise<void>): Promise<number> {
  const match = /^(?:([lr])\/)?(?:(\d+)\/)?(\d+)$/.exec(text);
  if (match === null || Number(match[3]) === 0 || Number(match[3]) > limits.shellMaxWords) throw new UsageError(`invalid number of chunks: '${text}'`);
  const [, kind, wanted, total] = match;
  const count = Number(total);
  if (wanted !== undefined && (Number(wanted) < 1 || Number(wanted) > count)) throw new UsageError(`invalid chunk number: '${wanted}'`);
  const pieces: Uint8Array[][] = Array.from({ length: count }, () => []);
  const size = Math.max(1, Math.floor(bytes.length / count));
  if (kind === 'r') {
    for (let from = 0, line = 0; from < bytes.length; line += 1) {
      const at = bytes.indexOf(separator, from);
      const end = at < 0 ? bytes.length : at + 1;
      pieces[line % count]!.push(bytes.subarray(from, end));
      from = end;
    }
  } else if (kind === 'l') {
    for (let from = 0; from < bytes.length;) {
      const at = bytes.indexOf(separator, from);
      const end = at < 0 ? bytes.length : at + 1;
      pieces[Math.min(count - 1, Math.floor(from / size))]!.push(bytes.subarray(from, end));
      from = end;
    }
  } else {
    for (let index = 0; index < count; index += 1) pieces[index]!.push(bytes.subarray(index * size, index === count - 1 ? bytes.length : (index + 1) * size));
  }
  if (wanted !== undefined) {
    await context.stdout.write(concatBytes(pieces[Number(wanted) - 1]!));
    return 0;
  }
  for (const piece of pieces) {
    const whole = concatBytes(piece);
    if (whole.length > 0 || !options.has('e')) await store(whole);
    const rest = context.breathe();
    if (rest !== undefined) await rest;
  }
  return 0;
}
