import type { CommandContext } from '../command.ts';
import { isInput } from '../streams/input.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { lineBlocks } from './byte-blocks.ts';
import { complain, TextWriter } from './files-in.ts';
import { GrepLines } from './grep-lines.ts';
import type { Search } from './grep-search.ts';
import type { GrepStyle } from './grep-style.ts';

/**
 * Bytes that are read at a time, as GNU's: a NUL hides all that comes with it, and not what came before. Larger texts are slower
 * too: past 128 KB V8 gives each a mapping of its own.
 */
const READ_BYTES = 96 * 1024;
/** Units of one slice: it grows while slices are quick, and shrinks when one used up the turn. */
const SLICE_MIN = 4 * 1024;
const SLICE_MAX = 2 * READ_BYTES;

/** One grep over one or many inputs: what is found goes out through one writer. */
export class GrepRun {
  readonly #context: CommandContext;
  readonly #style: GrepStyle;
  readonly #search: Search;
  readonly #out: TextWriter;
  readonly #mark: string;
  #slice = SLICE_MIN;
  found = false;

  constructor(context: CommandContext, search: Search, style: GrepStyle) {
    this.#context = context;
    this.#search = search;
    this.#style = style;
    this.#out = new TextWriter(context);
    this.#mark = String.fromCharCode(style.separator);
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }

  /** Answers whether the search is over (`-q`). */
  async input(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<boolean> {
    const { count, quiet, names, most } = this.#style;
    const one = new GrepLines(this.#search, this.#style, name === '-' ? this.#style.label : name);
    if (most > 0 || count) {
      const due = content instanceof Uint8Array ? this.#whole(one, content) : this.#stream(one, content);
      if (due !== undefined) await due;
    }
    const matched = one.count > 0;
    if (matched) this.found = true;
    if (quiet) return this.found;
    if (count) await this.#out.add(`${this.#style.withName ? one.title(':') : ''}${one.count}\n`);
    if ((names === 'with' && matched) || (names === 'without' && !matched)) await this.#out.add(`${one.painted('fn', one.label)}${this.#style.nullAfterName ? '\0' : '\n'}`);
    if (one.hidesMatches) {
      await this.#out.flush();
      await complain(this.#context, `${one.label}: binary file matches`);
    }
    return false;
  }

  /** A file. Most are small, and a promise for each would cost more than the search. */
  #whole(one: GrepLines, bytes: Uint8Array): Promise<void> | undefined {
    return bytes.length <= this.#slice ? this.#block(one, bytes, bytes, bytes.length) : this.#blocks(one, bytes);
  }

  async #blocks(one: GrepLines, bytes: Uint8Array): Promise<void> {
    const { separator } = this.#style;
    let readTo = 0;
    for (let from = 0; from < bytes.length && !one.isOver;) {
      readTo = Math.min(bytes.length, readTo + READ_BYTES);
      const end = readTo === bytes.length ? readTo : bytes.lastIndexOf(separator, readTo - 1) + 1;
      // A line that is longer than what was read.
      if (end <= from) continue;
      const due = this.#block(one, bytes.subarray(from, end), bytes.subarray(from, readTo), end - from);
      if (due !== undefined) await due;
      from = end;
    }
  }

  async #stream(one: GrepLines, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const left: Uint8Array[] = [];
    let last: Uint8Array = new Uint8Array(0);
    let unseen = 0;
    async function* noted(): AsyncGenerator<Uint8Array, void, void> {
      for await (const chunk of chunks) {
        last = chunk;
        unseen += chunk.length;
        yield chunk;
      }
    }
    for await (const block of lineBlocks(noted(), this.#style.separator)) {
      unseen -= block.length;
      const wasStopped = one.stoppedAt !== undefined;
      const due = this.#block(one, block, block, block.length);
      if (due !== undefined) await due;
      if (one.stoppedAt !== undefined) left.push(wasStopped ? block.slice() : encodeText(decodeText(block).slice(one.stoppedAt)));
      // Somebody waits for the lines of a pipe; a file's come together.
      await this.#out.flush();
      if (one.isOver) break;
    }
    // The next command reads on after the last line that counted: `{ grep -m1 x; cat; } < file`.
    if (one.stoppedAt === undefined || !isInput(this.#context.stdin)) return;
    this.#context.stdin.unread(concatBytes([...left, last.slice(last.length - unseen)]));
  }

  /** @param block whole lines. @param read these, and what is known by now of the line after them. */
  #block(one: GrepLines, block: Uint8Array, read: Uint8Array, length: number): Promise<void> | undefined {
    const { separator, binary } = this.#style;
    if (length === 0) return undefined;
    const bytes = block[length - 1] === separator ? block.subarray(0, length - 1) : block;
    let text = decodeText(bytes);
    const isOneToOne = text.length === bytes.length;
    if (separator !== 0 && binary !== 'text') {
      const hasNul = text.includes('\0');
      if ((hasNul || (read.length > length && read.subarray(length).includes(0))) && !one.noteNul()) return undefined;
      // As in GNU's: to what counts, and to what looks for a match, lines end there.
      if (hasNul) text = text.replaceAll('\0', '\n');
    }
    if (text.length > this.#slice) return this.#slices(one, text, isOneToOne);
    const out = one.look(text, isOneToOne);
    return this.#after(out);
  }

  async #slices(one: GrepLines, text: string, isOneToOne: boolean): Promise<void> {
    for (let from = 0; from <= text.length && !one.isOver;) {
      let end = text.length;
      if (end - from > this.#slice) {
        const last = text.lastIndexOf(this.#mark, from + this.#slice);
        const next = last < from ? text.indexOf(this.#mark, from) : last;
        if (next >= 0) end = next;
      }
      const wasStopped = one.stoppedAt !== undefined;
      const due = this.#after(one.look(text.slice(from, end), isOneToOne));
      if (due !== undefined) await due;
      if (!wasStopped && one.stoppedAt !== undefined) one.stoppedAt += from;
      from = end + 1;
    }
  }

  /** Hands out what was found, and lets others have their turn. */
  #after(out: string): Promise<void> | undefined {
    const due = out === '' ? undefined : this.#out.add(out);
    const rest = this.#context.breathe();
    if (rest === undefined) this.#slice = Math.min(SLICE_MAX, this.#slice * 2);
    else this.#slice = Math.max(SLICE_MIN, this.#slice >> 1);
    return due === undefined ? rest : rest === undefined ? due : due.then(() => rest);
  }
}
