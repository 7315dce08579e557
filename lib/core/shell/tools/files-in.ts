import { FsError } from '../../fs/files.ts';
import * as limits from '../../limits.ts';
import type { CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { UsageError } from './options.ts';

/** Prints one line on standard error. */
export async function complain(context: CommandContext, message: string): Promise<void> {
  await context.stderr.write(encodeText(`${context.name}: ${message}\n`));
}

export interface OpenedInput {
  /** As the person named it; `-` for standard input. */
  name: string;
  chunks: AsyncIterable<Uint8Array>;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  if (bytes.length > 0) yield bytes;
}

/** A file's bytes. @throws FsError with the name as the person typed it. */
export function readNamed(context: CommandContext, name: string): Uint8Array {
  try {
    return context.files.read(locate(context, name));
  } catch (error) {
    throw error instanceof FsError ? new FsError(error.code, name) : error;
  }
}

/** A chunk of what has no end: less than a turn, even of random numbers. */
const ENDLESS_BYTES = 16_384;

/** `/dev/zero`, and `/dev/urandom` whose bytes are `next`: without end. */
async function* endless(context: CommandContext, next?: () => number): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    const rest = context.breathe();
    if (rest !== undefined) await rest;
    const bytes = new Uint8Array(ENDLESS_BYTES);
    if (next !== undefined) for (let at = 0; at < bytes.length; at += 1) bytes[at] = next();
    yield bytes;
  }
}

/** Standard input for `-`, else the file. @throws FsError */
export function openNamed(context: CommandContext, name: string): OpenedInput {
  if (name === '-' || name === '/dev/stdin') return { name, chunks: context.stdin };
  if (name === '/dev/zero') return { name, chunks: endless(context) };
  if (name === '/dev/urandom' || name === '/dev/random') return { name, chunks: endless(context, () => Math.floor(context.random() * 256)) };
  return { name, chunks: once(readNamed(context, name)) };
}

/**
 * Opens the operands one after another, standard input when there are none; says what cannot be read and goes on.
 * `failed()` tells afterwards whether any could not.
 */
export function openAll(context: CommandContext, operands: readonly string[]): { inputs: AsyncGenerator<OpenedInput, void, void>; failed(): boolean } {
  let failed = false;
  async function* inputs(): AsyncGenerator<OpenedInput, void, void> {
    for (const name of operands.length === 0 ? ['-'] : operands) {
      let opened: OpenedInput;
      try {
        opened = openNamed(context, name);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        failed = true;
        await complain(context, `${name}: ${error.message}`);
        continue;
      }
      yield opened;
    }
  }
  return { inputs: inputs(), failed: () => failed };
}

/** Everything from the inputs as one array. @throws UsageError past `sortMaxBytes`. */
export async function readWhole(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limits.sortMaxBytes) throw new UsageError('the input is too large to keep in memory');
    all.push(chunk);
  }
  return concatBytes(all);
}

export interface LineBatch {
  lines: string[];
  /** The last line of the input had no newline; only in the last batch. */
  unterminated: boolean;
}

/**
 * The input as lines, a batch for each chunk: a generator step for every line would cost more than most tools do.
 * @throws UsageError when a line is longer than `lineMaxBytes`.
 */
export async function* lineBatches(chunks: AsyncIterable<Uint8Array>, separator = 10): AsyncGenerator<LineBatch, void, void> {
  let rest: Uint8Array[] = [];
  let restSize = 0;
  const mark = String.fromCharCode(separator);
  for await (const chunk of chunks) {
    const at = chunk.lastIndexOf(separator);
    if (at < 0) {
      rest.push(chunk.slice());
      restSize += chunk.length;
      if (restSize > limits.lineMaxBytes) throw new UsageError('a line is too long to keep in memory');
      continue;
    }
    const complete = restSize > 0 ? concatBytes([...rest, chunk.subarray(0, at)]) : chunk.subarray(0, at);
    const lines = decodeText(complete).split(mark);
    rest = at + 1 < chunk.length ? [chunk.slice(at + 1)] : [];
    restSize = chunk.length - at - 1;
    yield { lines, unterminated: false };
  }
  if (restSize > 0) yield { lines: [decodeText(concatBytes(rest))], unterminated: true };
}

/** Gathers text and writes it in large chunks. */
export class TextWriter {
  readonly #context: CommandContext;
  #parts: string[] = [];
  #size = 0;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  /** Gather; await the answer when there is one. */
  add(text: string): Promise<void> | undefined {
    this.#parts.push(text);
    this.#size += text.length;
    return this.#size >= 32_768 ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    if (this.#size === 0) return;
    const text = this.#parts.join('');
    this.#parts = [];
    this.#size = 0;
    await this.#context.stdout.write(encodeText(text));
  }
}

/** A count such as `10`, `5k`, `1M`. @throws UsageError `invalid number of WHAT: ‘x’` */
export function parseCount(text: string, what: string): number {
  const match = /^(\d+)(b|[kKMG]B?)?$/.exec(text);
  if (match === null) throw new UsageError(`invalid number of ${what}: '${text}'`, 1);
  const unit = match[2] ?? '';
  const scale = unit === '' ? 1 : unit === 'b' ? 512 : (unit.endsWith('B') ? 1000 : 1024) ** ' KMG'.indexOf(unit[0]!.toUpperCase());
  return Number(match[1]) * scale;
}
