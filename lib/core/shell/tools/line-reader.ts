import * as limits from '../../limits.ts';
import { lineBatches } from './files-in.ts';
import { UsageError } from './options.ts';

/** Lines one at a time, for tools that read several inputs side by side. `next` is not a promise while a batch lasts. */
export class LineReader {
  readonly #batches: AsyncIterator<{ lines: string[]; unterminated: boolean }>;
  #lines: string[] = [];
  #at = 0;
  /** The line that `next` gave last had no newline. */
  unterminated = false;
  #lastUnterminated = false;

  constructor(chunks: AsyncIterable<Uint8Array>, separator = 10) {
    this.#batches = lineBatches(chunks, separator)[Symbol.asyncIterator]();
  }

  /** Undefined at the end. */
  next(): string | undefined | Promise<string | undefined> {
    return this.#at < this.#lines.length ? this.#take() : this.#fill();
  }

  #take(): string {
    const line = this.#lines[this.#at] as string;
    this.#at += 1;
    this.unterminated = this.#lastUnterminated && this.#at === this.#lines.length;
    return line;
  }

  async #fill(): Promise<string | undefined> {
    const { done, value } = await this.#batches.next();
    if (done === true) return undefined;
    this.#lines = value.lines;
    this.#lastUnterminated = value.unterminated;
    this.#at = 0;
    return this.#take();
  }
}

/** All lines at once. @throws UsageError past `sortMaxBytes`. */
export async function readLines(chunks: AsyncIterable<Uint8Array>, separator = 10): Promise<string[]> {
  const all: string[] = [];
  let size = 0;
  for await (const { lines } of lineBatches(chunks, separator)) {
    for (const line of lines) {
      size += line.length + 1;
      all.push(line);
    }
    if (size > limits.sortMaxBytes) throw new UsageError('the input is too large to keep in memory');
  }
  return all;
}
