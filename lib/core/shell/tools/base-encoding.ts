import type { Command, CommandContext } from '../command.ts';
import { ShellError } from '../flow.ts';
import { encodeText } from '../text.ts';
import { blocksOf } from './byte-blocks.ts';
import { openNamed } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** base64, base32, basenc (RFC 4648): bits taken in groups; each group of bytes is written on its own, so any length streams. */
interface Encoding {
  alphabet: string;
  bits: number;
  /** Bytes of one group, and the symbols they become. */
  bytes: number;
  symbols: number;
  padded: boolean;
  /** The first symbol of a byte holds its lowest bit. */
  lowFirst?: boolean;
}

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const BASE64 = `${UPPER}${UPPER.toLowerCase()}0123456789+/`;
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  base64: { alphabet: BASE64, bits: 6, bytes: 3, symbols: 4, padded: true },
  base64url: { alphabet: BASE64.replace('+/', '-_'), bits: 6, bytes: 3, symbols: 4, padded: true },
  base32: { alphabet: `${UPPER}234567`, bits: 5, bytes: 5, symbols: 8, padded: true },
  base32hex: { alphabet: `0123456789${UPPER.slice(0, 22)}`, bits: 5, bytes: 5, symbols: 8, padded: true },
  base16: { alphabet: '0123456789ABCDEF', bits: 4, bytes: 1, symbols: 2, padded: false },
  base2msbf: { alphabet: '01', bits: 1, bytes: 1, symbols: 8, padded: false },
  base2lsbf: { alphabet: '01', bits: 1, bytes: 1, symbols: 8, padded: false, lowFirst: true },
};
const PAD = 61;

function encodeBlock(encoding: Encoding, bytes: Uint8Array): Uint8Array {
  const { bits, symbols } = encoding;
  const codes = encodeText(encoding.alphabet);
  const groups = Math.ceil(bytes.length / encoding.bytes);
  const out = new Uint8Array(groups * symbols).fill(PAD);
  let length = 0;
  let held = 0;
  let heldBits = 0;
  let at = 0;
  if (bits === 6) {
    for (; at + 2 < bytes.length; at += 3, length += 4) {
      const three = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
      out[length] = codes[three >> 18] as number;
      out[length + 1] = codes[(three >> 12) & 63] as number;
      out[length + 2] = codes[(three >> 6) & 63] as number;
      out[length + 3] = codes[three & 63] as number;
    }
  }
  for (const byte of bytes.subarray(at)) {
    if (encoding.lowFirst === true) {
      for (let bit = 0; bit < 8; bit += 1) out[length++] = codes[(byte >> bit) & 1] as number;
      continue;
    }
    held = ((held << 8) | byte) & 0xffff;
    heldBits += 8;
    while (heldBits >= bits) {
      heldBits -= bits;
      out[length++] = codes[(held >> heldBits) & ((1 << bits) - 1)] as number;
    }
  }
  if (heldBits > 0) out[length++] = codes[(held << (bits - heldBits)) & ((1 << bits) - 1)] as number;
  return out;
}

/** `isBad` where the symbols are not of the encoding; `bytes` is what came before. */
function decodeBlock(encoding: Encoding, values: Int16Array, block: Uint8Array): { bytes: Uint8Array; isBad: boolean } {
  const { bits, symbols } = encoding;
  const out = new Uint8Array(Math.ceil((block.length * bits) / 8) + 1);
  let length = 0;
  for (let from = 0; from < block.length; from += symbols) {
    if (bits === 6 && from + 3 < block.length) {
      const four = ((values[block[from] as number] as number) << 18) | ((values[block[from + 1] as number] as number) << 12)
        | ((values[block[from + 2] as number] as number) << 6) | (values[block[from + 3] as number] as number);
      // What is no symbol has a negative value, and makes them all negative.
      if (four >= 0) {
        out[length] = four >> 16;
        out[length + 1] = four >> 8;
        out[length + 2] = four;
        length += 3;
        continue;
      }
    }
    let held = 0;
    let heldBits = 0;
    let count = 0;
    let isBad = false;
    let padding = 0;
    for (let at = from; at < from + symbols; at += 1) {
      const code = block[at];
      if (code === undefined) {
        isBad = true;
        break;
      }
      if (code === PAD && encoding.padded) {
        padding += 1;
        continue;
      }
      const value = values[code] as number;
      if (value < 0 || padding > 0) {
        isBad = true;
        break;
      }
      if (encoding.lowFirst === true) held |= value << heldBits;
      else held = ((held << bits) | value) & 0xffff;
      heldBits += bits;
      count += 1;
      if (heldBits >= 8) {
        heldBits -= 8;
        out[length++] = encoding.lowFirst === true ? held : (held >> heldBits) & 0xff;
        if (encoding.lowFirst === true) held = 0;
      }
    }
    // Each missing byte is padded: what is left over is less than a symbol.
    const isWhole = padding === 0 || (count > 1 && heldBits < bits);
    if (isBad || !isWhole) return { bytes: out.subarray(0, length), isBad: true };
  }
  return { bytes: out.subarray(0, length), isBad: false };
}

async function run(context: CommandContext, options: ParsedOptions, encoding: Encoding): Promise<number> {
  if (options.operands.length > 1) throw new UsageError(`extra operand '${options.operands[1]}'`);
  const wrapText = options.value('w') ?? '76';
  if (!/^\d+$/.test(wrapText)) throw new UsageError(`invalid wrap size: '${wrapText}'`);
  const { chunks } = openNamed(context, options.operands[0] ?? '-');
  if (options.has('d')) return decode(context, encoding, chunks, options.has('i'));
  const wrap = Number(wrapText);
  let column = 0;
  for await (const block of blocksOf(chunks, encoding.bytes)) {
    const text = encodeBlock(encoding, block);
    const out = new Uint8Array(text.length + (wrap === 0 ? 0 : Math.ceil(text.length / wrap) + 1));
    let length = 0;
    for (let at = 0; at < text.length;) {
      const end = wrap === 0 ? text.length : Math.min(text.length, at + wrap - column);
      out.set(text.subarray(at, end), length);
      length += end - at;
      column += end - at;
      at = end;
      if (wrap > 0 && column === wrap) {
        out[length++] = 10;
        column = 0;
      }
    }
    await context.stdout.write(out.subarray(0, length));
  }
  if (column > 0 && wrap > 0) await context.stdout.write(encodeText('\n'));
  return 0;
}

async function decode(context: CommandContext, encoding: Encoding, chunks: AsyncIterable<Uint8Array>, ignoreGarbage: boolean): Promise<number> {
  const values = new Int16Array(256).fill(-1);
  Array.from(encoding.alphabet).forEach((symbol, index) => {
    values[symbol.charCodeAt(0)] = index;
  });
  const isSymbol = Uint8Array.from(values, (value, byte) => Number(ignoreGarbage ? value >= 0 || (byte === PAD && encoding.padded) : byte !== 10));
  async function* symbols(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of chunks) {
      const kept = new Uint8Array(chunk.length);
      let length = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] as number;
        kept[length] = byte;
        length += isSymbol[byte] as number;
      }
      yield kept.subarray(0, length);
    }
  }
  for await (const block of blocksOf(symbols(), encoding.symbols)) {
    const { bytes, isBad } = decodeBlock(encoding, values, block);
    await context.stdout.write(bytes);
    if (isBad) throw new ShellError('invalid input', 1);
  }
  return 0;
}

const common = { decode: 'd', 'ignore-garbage': 'i', wrap: 'w' };
const about: NonNullable<Command['options']> = [
  ['-d, --decode', 'back to the bytes'],
  ['-i, --ignore-garbage', 'when decoding, pass over characters that do not belong'],
  ['-w, --wrap=COLUMNS', 'break lines after so many characters; 0 for no breaks'],
];

function single(name: 'base64' | 'base32'): Command {
  return {
    name,
    summary: `Write bytes as ${name} text, or read them back`,
    usage: `${name} [-d] [-i] [-w COLUMNS] [FILE]`,
    help: `${name} photo.png > photo.txt\n${name} -d photo.txt > photo.png\nprintf 'user:secret' | ${name} -w0   # on one line`,
    options: about,
    section: 'text',
    run: (context) => run(context, parseOptions(context.args, { short: 'diw:', long: common }), ENCODINGS[name] as Encoding),
  };
}

export const base64 = single('base64');
export const base32 = single('base32');

export const basenc: Command = {
  name: 'basenc',
  summary: 'Write bytes as base64, base32, base16 or base2 text, or read them back',
  usage: 'basenc --ENCODING [-d] [-i] [-w COLUMNS] [FILE]',
  help: 'printf hi | basenc --base16         # 6869\nprintf hi | basenc --base64url\nprintf a | basenc --base2msbf       # 01100001',
  options: [
    ['--base64, --base64url', 'RFC 4648 sections 4 and 5'],
    ['--base32, --base32hex', 'RFC 4648 sections 6 and 7'],
    ['--base16', 'hexadecimal'],
    ['--base2msbf, --base2lsbf', 'bits, the highest or the lowest first'],
    ...about,
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'diw:', long: { ...common, ...Object.fromEntries(Object.keys(ENCODINGS).map((name) => [name, name])) } });
    const chosen = options.all.findLast(({ letter }) => Object.hasOwn(ENCODINGS, letter));
    if (chosen === undefined) throw new UsageError('missing encoding type');
    return run(context, options, ENCODINGS[chosen.letter] as Encoding);
  },
};
