import { FsError } from '../../../fs/files.ts';
import * as limits from '../../../limits.ts';
import type { CommandContext } from '../../command.ts';
import { openNamed } from '../files-in.ts';
import { UsageError } from '../options.ts';
import { END, JsonReader, MORE } from './read-json.ts';
import { array, type Value } from './value.ts';

const PIECE_BYTES = 64 * 1024;

export interface DocumentOptions {
  isRaw: boolean;
  isSlurping: boolean;
  isStreaming: boolean;
}

/** What the filter is run on: the documents (or lines, -R) of the files one after another, read as they are asked for. */
export class Documents {
  readonly #context: CommandContext;
  readonly #options: DocumentOptions;
  readonly #reader: JsonReader;
  readonly #names: string[];
  readonly #decoder = new TextDecoder();
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;
  #isOver = false;
  #lines: string[] = [];
  #rest = '';
  #lineCount = 0;
  #isSlurped = false;
  /** The file that is read; undefined: standard input. */
  name: string | undefined;
  /** Whether a file could not be opened. */
  failed = false;
  readonly #complain: (message: string) => Promise<void>;
  readonly #beforeWaiting: () => Promise<void>;

  /** @param beforeWaiting so that whoever watches sees what was printed. */
  constructor(context: CommandContext, names: readonly string[], options: DocumentOptions, complain: (message: string) => Promise<void>, beforeWaiting: () => Promise<void>) {
    this.#context = context;
    this.#options = options;
    this.#reader = new JsonReader(options.isStreaming);
    this.#names = names.length === 0 ? ['-'] : [...names];
    this.#complain = complain;
    this.#beforeWaiting = beforeWaiting;
  }

  lines(): number {
    return this.#options.isRaw ? this.#lineCount : this.#reader.lines();
  }

  /** The next input; undefined at the end. @throws JsonError */
  next(): Value | undefined | Promise<Value | undefined> {
    if (this.#options.isSlurping) return this.#slurp();
    const value = this.#ready();
    return value === MORE ? this.#wait() : value;
  }

  #ready(): Value | undefined | typeof MORE {
    if (this.#options.isRaw) {
      const line = this.#lines.pop();
      if (line !== undefined) {
        this.#lineCount += 1;
        return line;
      }
      return this.#isOver ? undefined : MORE;
    }
    const value = this.#reader.next();
    return value === END ? undefined : value;
  }

  async #wait(): Promise<Value | undefined> {
    for (;;) {
      await this.#fill();
      const value = this.#ready();
      if (value !== MORE) return value;
    }
  }

  async #slurp(): Promise<Value | undefined> {
    if (this.#isSlurped) return undefined;
    this.#isSlurped = true;
    if (this.#options.isRaw) {
      const parts: string[] = [];
      let size = 0;
      while (!this.#isOver) {
        const text = await this.#text();
        size += text.length;
        if (size > limits.sortMaxBytes) throw new UsageError('the input is too large to keep in memory', 2);
        parts.push(text);
      }
      return parts.join('');
    }
    const items: Value[] = [];
    for (;;) {
      const ready = this.#ready();
      const value = ready === MORE ? await this.#wait() : ready;
      if (value === undefined) return array(items);
      items.push(value);
      if (items.length > limits.jqMaxElements) throw new UsageError(`more than ${limits.jqMaxElements} inputs; leave out -s and use inputs`, 2);
    }
  }

  async #fill(): Promise<void> {
    const text = await this.#text();
    if (!this.#options.isRaw) {
      if (text !== '') this.#reader.push(text);
      if (this.#isOver) this.#reader.end();
      return;
    }
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() as string;
    if (this.#rest.length > limits.lineMaxBytes) throw new UsageError('a line is too long to keep in memory', 2);
    if (this.#isOver && this.#rest !== '') lines.push(this.#rest);
    this.#lines = lines.reverse();
  }

  /** A piece of text; at the end of all files `isOver` is set. */
  async #text(): Promise<string> {
    const rest = this.#context.breathe();
    if (rest !== undefined) await rest;
    while (this.#at >= this.#chunk.length) {
      if (this.#chunks === undefined && !(await this.#open())) {
        this.#isOver = true;
        return this.#decoder.decode();
      }
      await this.#beforeWaiting();
      const next = await (this.#chunks as AsyncIterator<Uint8Array>).next();
      if (next.done === true) {
        this.#chunks = undefined;
        continue;
      }
      this.#chunk = next.value;
      this.#at = 0;
    }
    const piece = this.#chunk.subarray(this.#at, this.#at + PIECE_BYTES);
    this.#at += piece.length;
    return this.#decoder.decode(piece, { stream: true });
  }

  /** Opens the next file that can be; false: there is none. */
  async #open(): Promise<boolean> {
    for (let name = this.#names.shift(); name !== undefined; name = this.#names.shift()) {
      try {
        this.#chunks = openNamed(this.#context, name).chunks[Symbol.asyncIterator]();
        this.name = name === '-' ? undefined : name;
        return true;
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        this.failed = true;
        await this.#complain(`error: Could not open file ${name}: ${error.message}`);
      }
    }
    return false;
  }
}
