import type { Command } from '../command.ts';
import * as limits from '../../limits.ts';
import { FsError } from '../../fs/files.ts';
import { locate } from '../locate.ts';
import { ShellError } from '../flow.ts';
import { concatBytes, encodeText } from '../text.ts';
import { blocksOf } from './byte-blocks.ts';
import { openNamed } from './files-in.ts';
import { UsageError } from './options.ts';

const CONVERSIONS = new Set(['ucase', 'lcase', 'notrunc', 'swab', 'sync', 'noerror', 'nocreat', 'excl', 'fsync', 'fdatasync', 'sparse']);

/** `2x512`, `1M`, `4k`: a product of numbers with units. @throws UsageError */
function parseNumber(text: string): number {
  return text.split('x').reduce((product, piece) => {
    const match = /^(\d+)(?:(c)|(w)|(b)|([kKMGTP])(iB|B)?)?$/.exec(piece);
    if (match === null) throw new UsageError(`invalid number: '${text}'`);
    const power = match[5] === undefined ? 0 : 'KMGTP'.indexOf(match[5].toUpperCase()) + 1;
    const scale = match[3] !== undefined ? 2 : match[4] !== undefined ? 512 : (match[6] === 'B' ? 1000 : 1024) ** power;
    return product * Number(match[1]) * scale;
  }, 1);
}

function scaled(bytes: number, base: number, units: readonly string[]): string {
  let value = bytes;
  let unit = -1;
  while (value >= base && unit < units.length - 1) {
    value /= base;
    unit += 1;
  }
  return unit < 0 ? `${Math.round(bytes)} B` : `${value < 10 ? (Math.round(value * 10) / 10).toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const inThousands = (bytes: number): string => scaled(bytes, 1000, ['kB', 'MB', 'GB', 'TB']);

function shownSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} byte${bytes === 1 ? '' : 's'} copied`;
  return bytes < 1024 ? `${bytes} bytes (${inThousands(bytes)}) copied` : `${bytes} bytes (${inThousands(bytes)}, ${scaled(bytes, 1024, ['KiB', 'MiB', 'GiB', 'TiB'])}) copied`;
}

export const dd: Command = {
  name: 'dd',
  summary: 'Copy bytes in blocks, from and to any place in a file',
  usage: 'dd [if=FILE] [of=FILE] [bs=BYTES] [count=BLOCKS] [skip=BLOCKS] [seek=BLOCKS] [conv=WORDS] [status=none|noxfer]',
  help: 'dd if=/dev/zero of=empty.bin bs=1K count=10\ndd if=data.bin bs=1 skip=100 count=20 status=none | xxd\ndd if=patch of=data.bin bs=1 seek=64 conv=notrunc   # over what is there\ndd if=notes.txt conv=ucase',
  options: [
    ['if=FILE, of=FILE', 'read from, write to'],
    ['bs=, ibs=, obs=BYTES', 'size of a block; 512 unless told'],
    ['count=N, skip=N, seek=N', 'blocks to copy, to pass over in the input, in the output; with a B at the end bytes'],
    ['conv=ucase|lcase|swab|sync|notrunc|nocreat|excl', 'what to do with the bytes, with the file'],
    ['status=none|noxfer', 'say nothing at the end; nothing of the amount'],
  ],
  section: 'files',
  async run(context) {
    const settings = new Map<string, string>();
    for (const argument of context.args) {
      if (argument === '--') continue;
      const equals = argument.indexOf('=');
      const key = argument.slice(0, equals);
      if (equals < 0 || !['if', 'of', 'bs', 'ibs', 'obs', 'cbs', 'count', 'skip', 'seek', 'iseek', 'oseek', 'conv', 'status', 'iflag', 'oflag'].includes(key)) throw new UsageError(`unrecognized operand '${argument}'`);
      settings.set(key, argument.slice(equals + 1));
    }
    const size = (key: string): number => {
      const text = settings.get('bs') ?? settings.get(key);
      const value = text === undefined ? 512 : parseNumber(text);
      if (value < 1 || value > limits.sortMaxBytes) throw new UsageError(`invalid number: '${text}'`);
      return value;
    };
    const [inputSize, outputSize] = [size('ibs'), size('obs')];
    const conversions = new Set((settings.get('conv') ?? '').split(',').filter((word) => word !== ''));
    for (const word of conversions) if (!CONVERSIONS.has(word)) throw new UsageError(`invalid conversion: '${word}'`);
    if (conversions.has('ucase') && conversions.has('lcase')) throw new UsageError('cannot combine lcase and ucase');
    const status = settings.get('status') ?? 'progress';
    if (!['none', 'noxfer', 'progress'].includes(status)) throw new UsageError(`invalid status level: '${status}'`);
    const inputFlags = (settings.get('iflag') ?? '').split(',');
    const outputFlags = (settings.get('oflag') ?? '').split(',');
    const amount = (keys: readonly string[], unit: number, inBytes: boolean): number => {
      const text = keys.map((key) => settings.get(key)).find((value) => value !== undefined);
      if (text === undefined) return 0;
      return text.endsWith('B') && /\dB$/.test(text) ? parseNumber(text.slice(0, -1)) : parseNumber(text) * (inBytes ? 1 : unit);
    };
    const skip = amount(['skip', 'iseek'], inputSize, inputFlags.includes('skip_bytes'));
    const seek = amount(['seek', 'oseek'], outputSize, outputFlags.includes('seek_bytes'));
    const most = settings.has('count') ? amount(['count'], inputSize, inputFlags.includes('count_bytes')) : Number.POSITIVE_INFINITY;

    const source = settings.get('if');
    let chunks: AsyncIterable<Uint8Array>;
    try {
      chunks = openNamed(context, source ?? '-').chunks;
    } catch (error) {
      throw error instanceof FsError ? new ShellError(`failed to open '${source}': ${error.message}`, 1) : error;
    }
    const target = settings.get('of');
    const path = target === undefined || target === '/dev/stdout' ? undefined : locate(context, target);
    if (path !== undefined) {
      const stat = context.files.stat(path);
      if (stat === undefined && conversions.has('nocreat')) throw new ShellError(`failed to open '${target}': No such file or directory`, 1);
      if (stat !== undefined && conversions.has('excl')) throw new ShellError(`failed to open '${target}': File exists`, 1);
      if (stat?.kind === 'directory') throw new ShellError(`failed to open '${target}': Is a directory`, 1);
    }
    const began = context.now();
    const written: Uint8Array[] = [];
    let total = 0;
    let [wholeIn, partIn] = [0, 0];
    async function* portion(): AsyncGenerator<Uint8Array, void, void> {
      let [toSkip, left] = [skip, most];
      if (left <= 0) return;
      for await (const chunk of chunks) {
        const start = Math.min(toSkip, chunk.length);
        toSkip -= start;
        const piece = chunk.subarray(start, Math.min(chunk.length, start + left));
        left -= piece.length;
        if (piece.length > 0) yield piece;
        if (left <= 0) return;
      }
    }
    const convert = (block: Uint8Array): Uint8Array => {
      let bytes = block;
      if (conversions.has('swab')) bytes = bytes.map((_, index) => bytes[index ^ 1] ?? (bytes[index] as number));
      if (conversions.has('ucase')) bytes = bytes.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));
      if (conversions.has('lcase')) bytes = bytes.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
      return bytes;
    };
    for await (const group of blocksOf(portion(), inputSize)) {
      for (let at = 0; at < group.length; at += inputSize) {
        let block = group.subarray(at, at + inputSize);
        if (block.length === inputSize) wholeIn += 1;
        else {
          partIn += 1;
          if (conversions.has('sync')) block = concatBytes([block, new Uint8Array(inputSize - block.length)]);
        }
        const bytes = convert(block);
        total += bytes.length;
        if (path === undefined) await context.stdout.write(bytes);
        else {
          if (seek + total > limits.memoryFileMaxBytes) throw new ShellError(`error writing '${target}': File too large`, 1);
          written.push(bytes.slice());
        }
      }
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    if (path !== undefined) {
      const old = context.files.stat(path) === undefined ? new Uint8Array(0) : context.files.read(path);
      const end = conversions.has('notrunc') ? Math.max(old.length, seek + total) : seek + total;
      const whole = new Uint8Array(end);
      whole.set(old.subarray(0, conversions.has('notrunc') ? end : Math.min(seek, end)));
      whole.set(concatBytes(written), seek);
      context.files.write(path, whole);
    }
    if (status === 'none') return 0;
    const records = settings.has('bs') ? `${wholeIn}+${conversions.has('sync') ? 0 : partIn} records out` : `${Math.floor(total / outputSize)}+${total % outputSize === 0 ? 0 : 1} records out`;
    const seconds = (context.now() - began) / 1000;
    const speed = status === 'noxfer' ? '' : `${shownSize(total)}, ${seconds.toPrecision(3)} s${seconds > 0 ? `, ${inThousands(total / seconds)}/s` : ''}\n`;
    await context.stderr.write(encodeText(`${wholeIn}+${partIn} records in\n${records}\n${speed}`));
    return 0;
  },
};
