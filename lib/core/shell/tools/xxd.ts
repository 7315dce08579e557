import * as limits from '../../limits.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { concatBytes, encodeText } from '../text.ts';
import { blocksOf, joinInputs, portionOf } from './byte-blocks.ts';
import { lineBatches, openAll } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** The most that one line may hold, as in xxd. */
const COLUMNS_MAX = 256;

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
const printable = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.');

/** As C reads numbers: 0x…, 0… or decimal, with a sign. */
function number(text: string, letter: string): number {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|\d+)$/.exec(text);
  if (match === null) throw new UsageError(`-${letter} takes a number, not '${text}'`);
  const digits = match[2] as string;
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -value : value;
}

interface Layout {
  columns: number;
  group: number;
  isBits: boolean;
  isLittleEndian: boolean;
  isUpper: boolean;
  isDecimal: boolean;
  shift: number;
}

function row(bytes: Uint8Array, offset: number, { columns, group, isBits, isLittleEndian, isUpper, isDecimal, shift }: Layout): string {
  const digits = isBits ? 8 : 2;
  const one = (byte: number): string => (isBits ? byte.toString(2).padStart(8, '0') : isUpper ? hex(byte, 2).toUpperCase() : hex(byte, 2));
  const size = group === 0 ? columns : group;
  const groups: string[] = [];
  for (let at = 0; at < columns; at += size) {
    const cells: string[] = [];
    for (let index = at; index < Math.min(at + size, columns); index += 1) cells.push(index < bytes.length ? one(bytes[index] as number) : ' '.repeat(digits));
    groups.push((isLittleEndian ? cells.reverse() : cells).join(''));
  }
  const where = offset + shift;
  return `${isDecimal ? String(where).padStart(8, '0') : hex(where, 8)}: ${groups.join(' ')}  ${Array.from(bytes, printable).join('')}\n`;
}

async function dump(context: CommandContext, options: ParsedOptions, write: (bytes: Uint8Array) => Promise<void>): Promise<number> {
  const isPlain = options.has('p');
  const isInclude = options.has('i');
  const isBits = options.has('b');
  const isLittleEndian = options.has('e');
  const columns = options.value('c') === undefined ? (isPlain ? 30 : isInclude ? 12 : isBits ? 6 : 16) : number(options.value('c') as string, 'c');
  if (columns < 0 || (columns === 0 && !isPlain) || (columns > COLUMNS_MAX && !isPlain)) throw new UsageError(`invalid number of columns (max. ${COLUMNS_MAX}).`);
  const group = options.value('g') === undefined ? (isBits ? 1 : isLittleEndian ? 4 : 2) : number(options.value('g') as string, 'g');
  if (isLittleEndian && (group & (group - 1)) !== 0) throw new UsageError('number of octets per group must be a power of 2 with -e.');
  const skip = options.value('s') === undefined ? 0 : number((options.value('s') as string).replace(/^\+/, ''), 's');
  if (skip < 0) throw new UsageError('a place counted from the end needs a file that can be sought; use `tail -c`');
  const most = options.value('l') === undefined ? Number.POSITIVE_INFINITY : number(options.value('l') as string, 'l');
  const shift = options.value('o') === undefined ? 0 : number(options.value('o') as string, 'o');
  const name = options.operands[0];
  const { inputs, failed } = openAll(context, name === undefined ? [] : [name]);
  const isUpper = options.has('u');
  const layout: Layout = { columns, group, isBits, isLittleEndian, isUpper, isDecimal: options.has('d'), shift };
  const width = Math.max(1, columns);
  let offset = skip;
  /** Lines of zeros in a row, for -a. */
  let zeros = 0;
  let isFirst = true;
  const variable = options.value('n') ?? (name === undefined || name === '-' ? undefined : name);
  const isNamed = isInclude && variable !== undefined;
  const identifier = (variable ?? '').replace(/^\d/, '__$&').replace(/[^A-Za-z0-9_]/g, '_');
  const cased = options.has('C') ? identifier.toUpperCase() : identifier;
  if (isNamed) await write(encodeText(`unsigned char ${cased}[] = {\n`));
  for await (const block of blocksOf(portionOf(joinInputs(inputs), skip, most), width)) {
    let out = '';
    for (let at = 0; at < block.length; at += width) {
      const bytes = block.subarray(at, at + width);
      if (isPlain) out += `${Array.from(bytes, (byte) => (isUpper ? hex(byte, 2).toUpperCase() : hex(byte, 2))).join('')}${columns === 0 ? '' : '\n'}`;
      else if (isInclude) {
        out += `${isFirst ? '' : ',\n'}  ${Array.from(bytes, (byte) => (isUpper ? `0X${hex(byte, 2).toUpperCase()}` : `0x${hex(byte, 2)}`)).join(', ')}`;
        isFirst = false;
      } else {
        zeros = options.has('a') && bytes.length === width && bytes.every((byte) => byte === 0) ? zeros + 1 : 0;
        if (zeros === 2) out += '*\n';
        if (zeros < 2) out += row(bytes, offset, layout);
      }
      offset += bytes.length;
    }
    await write(encodeText(out));
  }
  if (isPlain && columns === 0) await write(encodeText('\n'));
  // The last line of zeros is always told, so that the end is.
  if (zeros >= 2) await write(encodeText(row(new Uint8Array(width), offset - width, layout)));
  if (isInclude && !isFirst) await write(encodeText('\n'));
  if (isNamed) await write(encodeText(`};\nunsigned int ${cased}_${options.has('C') ? 'LEN' : 'len'} = ${offset - skip};\n`));
  return failed() ? 2 : 0;
}

/** Back to bytes. What stands behind the hexadecimal digits of a line does not count. */
async function revert(context: CommandContext, options: ParsedOptions, write: (bytes: Uint8Array) => Promise<void>): Promise<number> {
  const shift = options.value('s') === undefined ? 0 : number((options.value('s') as string).replace(/^\+/, ''), 's');
  const { inputs, failed } = openAll(context, options.operands.slice(0, 1));
  const columns = options.value('c') === undefined ? COLUMNS_MAX : number(options.value('c') as string, 'c');
  let at = 0;
  let half = '';
  for await (const { lines } of lineBatches(joinInputs(inputs))) {
    const parts: Uint8Array[] = [];
    for (const line of lines) {
      const due = context.breathe();
      if (due !== undefined) await due;
      if (options.has('p')) {
        const digits = half + line.replace(/[^0-9a-fA-F]/g, '');
        half = digits.length % 2 === 0 ? '' : digits.slice(-1);
        parts.push(bytesOf(digits.slice(0, digits.length - half.length)));
        continue;
      }
      const match = /^\s*([0-9a-fA-F]+):?\s?(.*)$/.exec(line);
      if (match === null) continue;
      const where = Number.parseInt(match[1] as string, 16) + shift;
      if (where < at) throw new UsageError('sorry, cannot seek backwards.');
      if (where - at > limits.fileMaxBytes) throw new UsageError(`the line for place ${match[1]} leaves a gap that is larger than a file may be`);
      if (where > at) parts.push(new Uint8Array(where - at));
      const digits = (/^(?:[0-9a-fA-F]{2,} ?)*/.exec((match[2] as string).replace(/^ /, ''))?.[0] ?? '').replaceAll(' ', '').slice(0, columns * 2);
      parts.push(bytesOf(digits));
      at = where + digits.length / 2;
    }
    await write(concatBytes(parts));
  }
  return failed() ? 2 : 0;
}

function bytesOf(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length >> 1);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}

export const xxd: Command = {
  name: 'xxd',
  summary: 'Show bytes as hexadecimal digits, and make them again',
  usage: 'xxd [-abCdeipru] [-c COLUMNS] [-g BYTES] [-l LENGTH] [-o OFFSET] [-s SKIP] [FILE [OUTPUT]]',
  help: "xxd photo.jpg | head\nxxd -p -c 0 key.bin         # digits alone, on one line\necho 48690a | xxd -r -p\nxxd -r dump.txt > data.bin  # back to bytes",
  options: [
    ['-a', 'a * for lines of zeros after the first'], ['-b', 'binary digits'], ['-C', 'with -i, names in capital letters'], ['-c COLUMNS', 'bytes in a line'],
    ['-d', 'places in decimal'], ['-e', 'groups with the last byte first'], ['-g BYTES', 'bytes in a group'], ['-i', 'as a C array'], ['-l LENGTH', 'stop after so many bytes'],
    ['-n NAME', 'with -i, the name of the array'], ['-o OFFSET', 'added to each place'], ['-p, -ps', 'digits alone'], ['-r', 'back to bytes'], ['-s SKIP', 'begin at this byte'], ['-u', 'upper case'],
  ],
  section: 'text',
  async run(context) {
    const args = context.args.map((argument) => (argument === '-ps' || argument === '-plain' || argument === '-postscript' ? '-p' : argument));
    const options = parseOptions(args, { short: 'abCdeipruc:g:l:n:o:s:' });
    const output = options.operands[1];
    const kept: Uint8Array[] = [];
    const write = async (bytes: Uint8Array): Promise<void> => {
      if (output === undefined) await context.stdout.write(bytes);
      else kept.push(bytes.slice());
    };
    const status = await (options.has('r') ? revert : dump)(context, options, write);
    if (output !== undefined) context.files.write(locate(context, output), concatBytes(kept));
    return status;
  },
};
