import type { Command, CommandContext } from '../command.ts';
import { encodeText } from '../text.ts';
import { blocksOf, joinInputs, parseBytes, portionOf } from './byte-blocks.ts';
import { openAll } from './files-in.ts';
import { parseOptions } from './options.ts';

const ESCAPES: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };
const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
const printable = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.');

const pairs = (bytes: Uint8Array): number[] => {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; at += 2) values.push((bytes[at] as number) | ((bytes[at + 1] ?? 0) << 8));
  return values;
};
/** Each is padded as if the line were full. */
const ROWS: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  b: (bytes) => Array.from(bytes, (byte) => ` ${byte.toString(8).padStart(3, '0')}`).join('').padEnd(64),
  c: (bytes) => Array.from(bytes, (byte) => ` ${(ESCAPES[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))).padStart(3)}`).join('').padEnd(64),
  d: (bytes) => pairs(bytes).map((value) => `   ${String(value).padStart(5, '0')}`).join('').padEnd(64),
  o: (bytes) => pairs(bytes).map((value) => `  ${value.toString(8).padStart(6, '0')}`).join('').padEnd(64),
  x: (bytes) => pairs(bytes).map((value) => `    ${hex(value, 4)}`).join('').padEnd(64),
  '': (bytes) => pairs(bytes).map((value) => ` ${hex(value, 4)}`).join('').padEnd(40),
  C: (bytes) => {
    const half = (from: number): string => Array.from(bytes.subarray(from, from + 8), (byte) => `${hex(byte, 2)} `).join('').padEnd(24);
    return `  ${half(0)} ${half(8)} |${Array.from(bytes, printable).join('')}|`;
  },
};

async function dump(context: CommandContext, canonical: boolean): Promise<number> {
  const options = parseOptions(context.args, {
    short: 'Cbcdoxvn:s:',
    long: { canonical: 'C', 'one-byte-octal': 'b', 'one-byte-char': 'c', 'two-bytes-decimal': 'd', 'two-bytes-octal': 'o', 'two-bytes-hex': 'x', 'no-squeezing': 'v', length: 'n', skip: 's' },
  });
  const chosen = options.all.map(({ letter }) => letter).filter((letter) => 'Cbcdox'.includes(letter));
  const formats = chosen.length > 0 ? chosen : [canonical ? 'C' : ''];
  const skip = parseBytes(options.value('s') ?? '0', 'skip', true);
  const most = options.value('n') === undefined ? Number.POSITIVE_INFINITY : parseBytes(options.value('n') as string, 'length', true);
  const { inputs, failed } = openAll(context, options.operands);
  let offset = skip;
  let previous: Uint8Array | undefined;
  let isRepeating = false;
  for await (const block of blocksOf(portionOf(joinInputs(inputs), skip, most), 16)) {
    let out = '';
    for (let at = 0; at < block.length; at += 16) {
      const bytes = block.subarray(at, at + 16);
      const repeats = !options.has('v') && previous !== undefined && bytes.length === 16 && bytes.every((byte, index) => byte === previous![index]);
      if (repeats && !isRepeating) out += '*\n';
      if (!repeats) for (const format of formats) out += `${hex(offset, format === 'C' ? 8 : 7)}${(ROWS[format] as (bytes: Uint8Array) => string)(bytes)}\n`;
      isRepeating = repeats;
      previous = bytes;
      offset += bytes.length;
    }
    previous = previous?.slice();
    await context.stdout.write(encodeText(out));
  }
  if (offset > skip) await context.stdout.write(encodeText(`${hex(offset, formats.includes('C') ? 8 : 7)}\n`));
  return failed() ? 1 : 0;
}

const shared: Pick<Command, 'options' | 'section'> = {
  options: [
    ['-C, --canonical', 'hexadecimal bytes with their characters beside them'],
    ['-b, -c, -d, -o, -x', 'octal bytes; characters; pairs of bytes in decimal, octal, hexadecimal'],
    ['-n, --length=LENGTH', 'only so many bytes'],
    ['-s, --skip=OFFSET', 'begin after so many bytes'],
    ['-v, --no-squeezing', 'print repeated lines too, instead of *'],
  ],
  section: 'text',
};

export const hexdump: Command = {
  name: 'hexdump',
  summary: 'Show bytes in hexadecimal',
  usage: 'hexdump [-Cbcdoxv] [-n LENGTH] [-s OFFSET] [FILE]...',
  help: 'hexdump -C data.bin          # with the characters\nhexdump -C -n 64 data.bin    # the first 64 bytes',
  ...shared,
  run: (context) => dump(context, false),
};

export const hd: Command = {
  name: 'hd',
  summary: 'Show bytes in hexadecimal, with their characters (hexdump -C)',
  usage: 'hd [-Cbcdoxv] [-n LENGTH] [-s OFFSET] [FILE]...',
  help: 'hd data.bin',
  ...shared,
  run: (context) => dump(context, true),
};
