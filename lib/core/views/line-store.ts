import * as limits from '../limits.ts';
import { concatBytes, decodeText } from '../shell/text.ts';

/**
 * What the pager has read so far, as lines. A line longer than `pagerLineMaxBytes` is kept in pieces, so that none takes
 * longer to lay out than a frame: 5 MB of JSON in one line can be read too. A search does not see across two pieces.
 */
export class LineStore {
  readonly #lines: string[] = [];
  /** Indexes of lines that go on with the one before, ascending. */
  readonly #pieces: number[] = [];
  #rest: Uint8Array[] = [];
  #restBytes = 0;
  #restText: string | undefined;
  #isPiece = false;
  #bytes = 0;
  #isEnded = false;

  /** Lines and pieces; the last one may still grow. */
  get count(): number {
    return this.#lines.length + (this.#restBytes > 0 ? 1 : 0);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** No more is read: what is kept would pass `pagerMaxBytes`. */
  get isFull(): boolean {
    return this.#bytes >= limits.pagerMaxBytes;
  }

  line(index: number): string {
    if (index < this.#lines.length) return this.#lines[index] as string;
    return (this.#restText ??= decodeText(concatBytes(this.#rest)));
  }

  append(chunk: Uint8Array): void {
    if (this.#isEnded || chunk.length === 0) return;
    this.#bytes += chunk.length;
    this.#restText = undefined;
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      // Most lines are short: those that are whole in this chunk are decoded together.
      if (this.#restBytes === 0 && at - from <= limits.pagerLineMaxBytes) {
        const end = wholeLinesEnd(chunk, from);
        if (end > from) {
          this.#addWhole(decodeText(chunk.subarray(from, end - 1)).split('\n'));
          from = end;
          continue;
        }
      }
      this.#grow(chunk.subarray(from, at));
      this.#close();
      from = at + 1;
    }
    if (from < chunk.length) this.#grow(chunk.subarray(from));
  }

  finish(): void {
    this.#isEnded = true;
  }

  /** What was read grows again: a file that is followed. */
  reopen(): void {
    this.#isEnded = false;
  }

  /** The number of a line, from 1; undefined for a further piece of one. */
  numberOf(index: number): number | undefined {
    const before = countBelow(this.#pieces, index + 1);
    return this.#pieces[before - 1] === index ? undefined : index + 1 - before;
  }

  /** Where line `number` begins. */
  indexOf(number: number): number {
    let index = number - 1;
    for (;;) {
      const shifted = number - 1 + countBelow(this.#pieces, index + 1);
      if (shifted === index) return index;
      index = shifted;
    }
  }

  #addWhole(lines: readonly string[]): void {
    lines.forEach((line, index) => {
      if (index === 0 && this.#isPiece) this.#pieces.push(this.#lines.length);
      this.#lines.push(line);
    });
    this.#isPiece = false;
  }

  #grow(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const room = limits.pagerLineMaxBytes - this.#restBytes;
      if (room <= 0) {
        this.#cut();
        continue;
      }
      const part = bytes.slice(from, from + room);
      this.#rest.push(part);
      this.#restBytes += part.length;
      from += part.length;
    }
  }

  /** The line so far becomes a piece, without the beginning of a character at its end. */
  #cut(): void {
    const bytes = concatBytes(this.#rest);
    let end = bytes.length;
    while (end > bytes.length - 3 && ((bytes[end - 1] as number) & 0xc0) === 0x80) end -= 1;
    if (end > 1 && (bytes[end - 1] as number) >= 0xc0) end -= 1;
    else end = bytes.length;
    this.#push(decodeText(bytes.subarray(0, end)));
    this.#isPiece = true;
    this.#rest = end < bytes.length ? [bytes.slice(end)] : [];
    this.#restBytes = bytes.length - end;
  }

  #close(): void {
    this.#push(decodeText(concatBytes(this.#rest)));
    this.#isPiece = false;
    this.#rest = [];
    this.#restBytes = 0;
    this.#restText = undefined;
  }

  #push(text: string): void {
    if (this.#isPiece) this.#pieces.push(this.#lines.length);
    this.#lines.push(text);
  }
}

/** After the last line of `chunk` that is whole, up to a line that is too long; `from` when that is the next one. */
function wholeLinesEnd(chunk: Uint8Array, from: number): number {
  let end = from;
  for (let at = chunk.indexOf(10, from); at >= 0 && at - end <= limits.pagerLineMaxBytes; at = chunk.indexOf(10, end)) end = at + 1;
  return end;
}

/** How many of the ascending `numbers` are below `limit`. */
function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
