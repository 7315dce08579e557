import type { Command } from '../command.ts';
import { encodeText } from '../text.ts';
import { blocksOf, joinInputs, parseBytes, portionOf } from './byte-blocks.ts';
import { openAll } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** One column format of `-t`: how many bytes a field takes, how wide it is printed, and its text. */
interface Format {
  size: number;
  width: number;
  print(view: DataView, at: number): string;
  /** `z`: the printable characters at the end of the line. */
  trailer: boolean;
}

const NAMES = ['nul', 'soh', 'stx', 'etx', 'eot', 'enq', 'ack', 'bel', 'bs', 'ht', 'nl', 'vt', 'ff', 'cr', 'so', 'si', 'dle', 'dc1', 'dc2', 'dc3', 'dc4', 'nak', 'syn', 'etb', 'can', 'em', 'sub', 'esc', 'fs', 'gs', 'rs', 'us', 'sp'];
const ESCAPES: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
const WIDTHS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  d: { 1: 4, 2: 6, 4: 11, 8: 20 }, u: { 1: 3, 2: 5, 4: 10, 8: 20 }, o: { 1: 3, 2: 6, 4: 11, 8: 22 }, x: { 1: 2, 2: 4, 4: 8, 8: 16 },
};

const readUnsigned = (view: DataView, at: number, size: number): bigint =>
  size === 1 ? BigInt(view.getUint8(at)) : size === 2 ? BigInt(view.getUint16(at, true)) : size === 4 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true);

/** The shortest decimal that reads back as the same number, in the form of C's `%g`. */
function shortest(value: number, isSingle: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  // As gnulib's ftoastr: a subnormal number has fewer digits than its type.
  let digits = Math.abs(value) < (isSingle ? 2 ** -126 : 2 ** -1022) ? 1 : isSingle ? 6 : 15;
  const most = isSingle ? 9 : 17;
  while (digits < most && (isSingle ? Math.fround(Number(value.toPrecision(digits))) : Number(value.toPrecision(digits))) !== value) digits += 1;
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  const trim = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power < -4 || power >= digits) return `${trim(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return trim(value.toFixed(Math.max(0, digits - 1 - power)));
}

/** @throws UsageError */
function parseFormats(text: string): Format[] {
  const formats: Format[] = [];
  let at = 0;
  while (at < text.length) {
    const match = /^(?:([ac])|([doux])([1248CSIL]?)|f([48FDL]?))(z?)/.exec(text.slice(at));
    if (match === null) throw new UsageError(`invalid character '${text[at] as string}' in type string '${text}'`);
    at += match[0].length;
    const trailer = match[5] === 'z';
    const kind = match[2];
    if (match[1] === 'a') formats.push({ size: 1, width: 3, trailer, print: (view, index) => asName(view.getUint8(index)) });
    else if (match[1] === 'c') formats.push({ size: 1, width: 3, trailer, print: (view, index) => asCharacter(view.getUint8(index)) });
    else if (kind !== undefined) {
      const size = ({ C: 1, S: 2, I: 4, L: 8, '': 4 } as Record<string, number>)[match[3] as string] ?? Number(match[3]);
      formats.push({ size, trailer, width: WIDTHS[kind]?.[size] as number, print: (view, index) => {
        const value = readUnsigned(view, index, size);
        if (kind === 'd') return BigInt.asIntN(size * 8, value).toString();
        return kind === 'u' ? value.toString() : kind === 'o' ? value.toString(8).padStart(WIDTHS.o?.[size] as number, '0') : value.toString(16).padStart(size * 2, '0');
      } });
    } else {
      const isSingle = match[4] === '4' || match[4] === 'F';
      formats.push({ size: isSingle ? 4 : 8, width: isSingle ? 15 : 24, trailer, print: (view, index) => shortest(isSingle ? view.getFloat32(index, true) : view.getFloat64(index, true), isSingle) });
    }
  }
  return formats;
}

const asName = (byte: number): string => (byte & 0x7f) === 0x7f ? 'del' : NAMES[byte & 0x7f] ?? String.fromCharCode(byte & 0x7f);
const asCharacter = (byte: number): string =>
  ESCAPES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'));

const TRADITIONAL: Readonly<Record<string, string>> = { a: 'a', b: 'o1', c: 'c', d: 'u2', f: 'fF', i: 'dI', l: 'dL', o: 'o2', s: 'd2', x: 'x2', h: 'x2' };
const RADIX: Readonly<Record<string, (offset: number) => string>> = {
  d: (offset) => String(offset).padStart(7, '0'),
  o: (offset) => offset.toString(8).padStart(7, '0'),
  x: (offset) => offset.toString(16).padStart(6, '0'),
  n: () => '',
};

export const od: Command = {
  name: 'od',
  summary: 'Show bytes as octal, hexadecimal, numbers or characters',
  usage: 'od [-A d|o|x|n] [-t TYPE]... [-j SKIP] [-N COUNT] [-w[BYTES]] [-abcdfilosvx] [FILE]...',
  help: "od -c notes.txt                # characters, with \\n and \\t\nod -An -tx1 data.bin           # plain hexadecimal bytes\nod -A x -t x1z data.bin        # with the text at the right\nprintf 'é' | od -An -tu1       # the bytes of a character\nod -j 16 -N 32 data.bin        # 32 bytes from byte 16 on",
  options: [
    ['-A, --address-radix=RADIX', 'offsets in d(ecimal), o(ctal), x (hexadecimal), or n(one)'],
    ['-t, --format=TYPE', 'a, c, or d, f, o, u, x with the bytes of each number; z adds the text'],
    ['-j, --skip-bytes=BYTES', 'begin after so many bytes'],
    ['-N, --read-bytes=BYTES', 'stop after so many bytes'],
    ['-w, --width[=BYTES]', 'bytes on a line; 32 when none is told'],
    ['-v, --output-duplicates', 'print repeated lines too, instead of *'],
    ['-b, -c, -d, -o, -x', 'the same as -t o1, -t c, -t u2, -t o2, -t x2'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'A:t:j:N:w::vabcdfhilosx',
      long: { 'address-radix': 'A', format: 't', 'skip-bytes': 'j', 'read-bytes': 'N', width: 'w', 'output-duplicates': 'v' },
    });
    const radix = RADIX[options.value('A') ?? 'o'];
    if (radix === undefined) throw new UsageError(`invalid output address radix '${options.value('A')}'; it must be one character from [doxn]`);
    const chosen = options.all.flatMap(({ letter, value }) => (letter === 't' ? [value] : TRADITIONAL[letter] === undefined ? [] : [TRADITIONAL[letter]]));
    const formats = (chosen.length === 0 ? ['o2'] : chosen).flatMap(parseFormats);
    const unit = Math.max(...formats.map(({ size }) => size));
    const asked = options.value('w');
    let width = asked === undefined ? 16 : asked === '' ? 32 : parseBytes(asked, '-w argument', true);
    if (width === 0 || width > 65_536) throw new UsageError(`invalid -w argument '${asked}'`);
    if (width % unit !== 0) width = unit;
    const lineWidth = Math.max(...formats.map((format) => (format.width + 1) * (width / format.size)));
    const skip = parseBytes(options.value('j') ?? '0', '-j argument', true);
    const most = options.value('N') === undefined ? Number.POSITIVE_INFINITY : parseBytes(options.value('N') as string, '-N argument', true);
    const { inputs, failed } = openAll(context, options.operands);
    let offset = skip;
    let previous: Uint8Array | undefined;
    let isRepeating = false;
    const padded = new Uint8Array(width + unit);
    const view = new DataView(padded.buffer);

    const row = (bytes: Uint8Array): string => {
      padded.fill(0);
      padded.set(bytes);
      return formats.map((format, index) => {
        const fields = width / format.size;
        const used = Math.ceil(bytes.length / format.size);
        const pad = lineWidth - format.width * fields;
        let left = pad;
        let line = index === 0 ? radix(offset) : ' '.repeat(radix(offset).length);
        for (let field = fields; field > fields - used; field -= 1) {
          const next = Math.floor((pad * (field - 1)) / fields);
          line += format.print(view, (fields - field) * format.size).padStart(left - next + format.width);
          left = next;
        }
        if (format.trailer) {
          const blanks = fields - used;
          line += `${' '.repeat(blanks * format.width + Math.floor((pad * blanks) / fields))}  >${Array.from(bytes, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')}<`;
        }
        return `${line}\n`;
      }).join('');
    };

    for await (const block of blocksOf(portionOf(joinInputs(inputs), skip, most), width)) {
      let out = '';
      for (let at = 0; at < block.length; at += width) {
        const bytes = block.subarray(at, at + width);
        const repeats = !options.has('v') && previous !== undefined && bytes.length === width && bytes.every((byte, index) => byte === previous![index]);
        if (!repeats) out += row(bytes);
        else if (!isRepeating) out += '*\n';
        isRepeating = repeats;
        previous = bytes;
        offset += bytes.length;
      }
      // Compared with what comes next: the block's memory may be used again.
      previous = previous?.slice();
      await context.stdout.write(encodeText(out));
    }
    const end = radix(offset);
    if (end !== '' && !(failed() && offset === skip)) await context.stdout.write(encodeText(`${end}\n`));
    return failed() ? 1 : 0;
  },
};
