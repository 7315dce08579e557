import { FsError } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { ShellError } from '../flow.ts';
import { locate } from '../locate.ts';
import { encodeText } from '../text.ts';
import { parseBytes, portionOf } from './byte-blocks.ts';
import { openNamed, TextWriter } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** As `cat -v` writes a byte. */
function visible(byte: number): string {
  if (byte >= 128) return `M-${visible(byte - 128)}`;
  return byte < 32 ? `^${String.fromCharCode(byte + 64)}` : byte === 127 ? '^?' : String.fromCharCode(byte);
}

/** @throws UsageError */
export function cmpOptions(args: readonly string[]): ParsedOptions {
  return parseOptions(args, {
    short: 'bclsn:i:', status: 2,
    long: { 'print-bytes': 'b', verbose: 'l', quiet: 's', silent: 's', bytes: 'n', 'ignore-initial': 'i' },
  });
}

export const CMP_OPTIONS: NonNullable<Command['options']> = [
  ['-b, --print-bytes', 'print the bytes that differ'],
  ['-l, --verbose', 'every difference: its place and both bytes in octal'],
  ['-s, --quiet, --silent', 'print nothing; the exit status is 0, 1 or 2'],
  ['-n, --bytes=LIMIT', 'compare at most so many bytes'],
  ['-i, --ignore-initial=SKIP[:SKIP2]', 'begin after so many bytes of both, or of each'],
];

export const cmp: Command = {
  name: 'cmp',
  summary: 'Compare two files byte by byte',
  usage: 'cmp [-b] [-l] [-s] [-n LIMIT] [-i SKIP] FILE1 [FILE2 [SKIP1 [SKIP2]]]',
  help: 'cmp old.bin new.bin\ncmp -l old.bin new.bin          # every byte that differs\nif cmp -s a b; then echo same; fi',
  options: CMP_OPTIONS,
  section: 'files',
  async run(context) {
    const options = cmpOptions(context.args);
    return compareBytes(context, options, options.operands);
  },
};

type ChunksOf = (name: string) => AsyncIterable<Uint8Array> | undefined;

/** @param chunksOf what stands for the bytes of an operand; undefined: the bytes themselves. */
export async function compareBytes(context: CommandContext, options: ParsedOptions, operands: readonly string[], chunksOf: ChunksOf = () => undefined): Promise<number> {
  const [first, second = '-', skipFirst, skipSecond, ...more] = operands;
  if (first === undefined) throw new UsageError("missing operand after 'cmp'", 2);
  if (more.length > 0) throw new UsageError(`extra operand '${more[0]}'`, 2);
  if (options.has('l') && options.has('s')) throw new UsageError('options -l and -s are incompatible', 2);
  const initial = (options.value('i') ?? '0').split(':');
  const skips = [skipFirst ?? initial[0]!, skipSecond ?? (skipFirst === undefined ? undefined : '0') ?? initial[1] ?? initial[0]!].map((text) => parseBytes(text, '--ignore-initial value', true, 2));
  const most = options.value('n') === undefined ? Number.POSITIVE_INFINITY : parseBytes(options.value('n') as string, '--bytes value', true, 2);
  const open = (name: string, skip: number): AsyncGenerator<Uint8Array, void, void> => {
    try {
      return portionOf(chunksOf(name) ?? openNamed(context, name).chunks, skip, most);
    } catch (error) {
      throw error instanceof FsError && !options.has('s') ? new ShellError(`${name}: ${error.message}`, 2) : error;
    }
  };
  let sources: [AsyncGenerator<Uint8Array, void, void>, AsyncGenerator<Uint8Array, void, void>];
  try {
    if (first === second && skips[0] === skips[1]) return 0;
    sources = [open(first, skips[0]!), open(second, skips[1]!)];
  } catch (error) {
    if (error instanceof FsError) return 2;
    throw error;
  }
  const out = new TextWriter(context);
  let [left, right]: Uint8Array[] = [new Uint8Array(0), new Uint8Array(0)];
  let position = 0;
  let lines = 1;
  let differs = false;
  let lastByte = 10;
  // As many digits as the last place may need; of a pipe nobody knows.
  const sizes = [first, second].map((name) => (name === '-' || chunksOf(name) !== undefined ? Number.POSITIVE_INFINITY : context.files.stat(locate(context, name))?.size ?? 0));
  const furthest = Math.min(most, ...sizes);
  const width = Number.isFinite(furthest) ? String(furthest).length : 19;
  for (;;) {
    if (left!.length === 0) left = (await sources[0].next()).value ?? undefined;
    if (right!.length === 0) right = (await sources[1].next()).value ?? undefined;
    if (left === undefined || right === undefined) break;
    const length = Math.min(left.length, right.length);
    for (let at = 0; at < length; at += 1) {
      const [one, two] = [left[at] as number, right[at] as number];
      if (one !== two) {
        differs = true;
        if (options.has('s')) return 1;
        const octal = (byte: number): string => byte.toString(8).padStart(3);
        if (!options.has('l')) {
          const bytes = options.has('b') ? ` is ${octal(one)} ${visible(one)} ${octal(two)} ${visible(two)}` : '';
          await context.stdout.write(encodeText(`${first} ${second} differ: byte ${position + at + 1}, line ${lines}${bytes}\n`));
          return 1;
        }
        const shown = options.has('b') ? `${octal(one)} ${visible(one).padEnd(4)} ${octal(two)} ${visible(two)}` : `${octal(one)} ${octal(two)}`;
        const due = out.add(`${String(position + at + 1).padStart(width)} ${shown}\n`);
        if (due !== undefined) await due;
      }
      if (one === 10) lines += 1;
      lastByte = one;
    }
    position += length;
    left = left.subarray(length);
    right = right.subarray(length);
    const rest = context.breathe();
    if (rest !== undefined) await rest;
  }
  await out.flush();
  if (left === undefined && right === undefined) return differs ? 1 : 0;
  if (options.has('s')) return 1;
  const shorter = left === undefined ? first : second;
  const where = position === 0 ? ' which is empty' : options.has('l') ? ` after byte ${position}` : ` after byte ${position}, ${lastByte === 10 ? `line ${lines - 1}` : `in line ${lines}`}`;
  await context.stderr.write(encodeText(`cmp: EOF on ${shorter}${where}\n`));
  return 1;
}
