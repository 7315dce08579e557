import { begunCharacterLength } from '../../../begun-character.ts';
import * as limits from '../../../limits.ts';
import type { Matcher } from '../../regex/matcher.ts';
import { concatBytes, decodeText } from '../../text.ts';
import { AwkError } from './syntax.ts';

/** Where records end: RS as a character, `''` for paragraphs, or a pattern. */
export type RecordSeparator = { kind: 'character'; text: string } | { kind: 'paragraph' } | { kind: 'pattern'; matcher: Matcher };

/** The next record is not here yet: `fill` first. */
export const WAIT = Symbol('wait');

const BLOCK_BYTES = 256 * 1024;

/**
 * Records from bytes that come in chunks. `next` never waits; what it needs is got by `fill`, so that thousands of records go through
 * without a promise. RS may change between two records, so the text is not cut in advance.
 */
export class RecordReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #block: Uint8Array = new Uint8Array(0);
  #tail: Uint8Array = new Uint8Array(0);
  #text = '';
  #at = 0;
  /** Up to here no separator was found. */
  #searched = 0;
  #ended = false;
  /** What ended the last record. */
  terminator = '';

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Gets more text, or learns that there is none. */
  async fill(): Promise<void> {
    if (this.#ended) return;
    if (this.#block.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) {
        this.#ended = true;
        this.#append(decodeText(this.#tail));
        return;
      }
      // The chunk is its sender's; what is kept for later must be ours.
      this.#block = value.length > BLOCK_BYTES ? value : value.slice();
    }
    const part = this.#block.subarray(0, BLOCK_BYTES);
    this.#block = this.#block.subarray(part.length);
    const bytes = this.#tail.length > 0 ? concatBytes([this.#tail, part]) : part;
    const cut = bytes.length - begunCharacterLength(bytes);
    this.#tail = bytes.slice(cut);
    this.#append(decodeText(bytes.subarray(0, cut)));
  }

  #append(text: string): void {
    const rest = this.#text.slice(this.#at);
    if (rest.length > limits.lineMaxBytes) throw new AwkError('fatal: a record is too long to keep in memory');
    this.#searched = Math.max(0, this.#searched - this.#at);
    this.#text = rest + text;
    this.#at = 0;
  }

  /** The next record; undefined at the end. */
  next(separator: RecordSeparator): string | undefined | typeof WAIT {
    switch (separator.kind) {
      case 'character': {
        const end = this.#text.indexOf(separator.text, Math.max(this.#at, this.#searched));
        if (end < 0) return this.#last(separator.text);
        return this.#take(end, end + 1);
      }
      case 'paragraph': return this.#paragraph();
      case 'pattern': return this.#byPattern(separator.matcher);
    }
  }

  #take(end: number, next: number): string {
    const record = this.#text.slice(this.#at, end);
    this.terminator = this.#text.slice(end, next);
    this.#at = next;
    this.#searched = next;
    return record;
  }

  #last(mark?: string): string | undefined | typeof WAIT {
    this.#searched = mark === undefined ? this.#at : this.#text.length;
    if (!this.#ended) return WAIT;
    return this.#at >= this.#text.length ? undefined : this.#take(this.#text.length, this.#text.length);
  }

  #paragraph(): string | undefined | typeof WAIT {
    while (this.#text[this.#at] === '\n') this.#at += 1;
    const end = this.#text.indexOf('\n\n', Math.max(this.#at, this.#searched - 1));
    if (end >= 0) {
      let next = end + 2;
      while (this.#text[next] === '\n') next += 1;
      // More newlines may still come; they would belong to this end.
      if (next < this.#text.length || this.#ended) return this.#take(end, next);
      this.#searched = end;
      return WAIT;
    }
    const last = this.#last('\n\n');
    return typeof last === 'string' ? last.replace(/\n$/, '') : last;
  }

  #byPattern(matcher: Matcher): string | undefined | typeof WAIT {
    // In windows that grow: a pattern's price is that of the text which it may see.
    for (let size = 4096; ; size *= 8) {
      const window = this.#text.slice(this.#at, this.#at + size);
      const isWhole = this.#at + size >= this.#text.length;
      let from = 0;
      let match = matcher.exec(window, from);
      while (match !== undefined && match.start === match.end && from < window.length) {
        from = match.end + 1;
        match = matcher.exec(window, from);
      }
      if (match !== undefined && match.end > match.start && (match.end < window.length || (isWhole && this.#ended))) {
        return this.#take(this.#at + match.start, this.#at + match.end);
      }
      if (!isWhole) continue;
      return this.#last();
    }
  }
}
