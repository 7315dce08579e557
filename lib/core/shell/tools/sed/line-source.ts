import { FsError } from '../../../fs/files.ts';
import * as limits from '../../../limits.ts';
import type { CommandContext } from '../../command.ts';
import { FileInput, isInput } from '../../streams/input.ts';
import { concatBytes, decodeText, encodeText } from '../../text.ts';
import { complain, openNamed } from '../files-in.ts';
import { UsageError } from '../options.ts';
import { SedError } from './script.ts';

/** Bytes of a file that become lines at once: the work of a few milliseconds. */
const BLOCK_BYTES = 256 * 1024;

/** One input and what is known of its lines; `ended` when there are no more than these. */
interface OpenFile {
  name: string;
  blocks: Blocks;
  lines: string[];
  at: number;
  ended: boolean;
  /** The last line has no newline. */
  unterminated: boolean;
  rest: Uint8Array[];
  restBytes: number;
}

/**
 * The lines of all inputs. What needs waiting is in `fill`, so that who reads can go through thousands of lines without
 * one: `isReady` says whether the next line, or that there is none, is known.
 */
export class LineSource {
  readonly #context: CommandContext;
  readonly #names: readonly string[];
  readonly #separator: string;
  readonly #isSeparate: boolean;
  #nextName = 0;
  #current: OpenFile | undefined;
  #upcoming: OpenFile | undefined;
  failed = false;

  constructor(context: CommandContext, names: readonly string[], options: { separator: string; isSeparate: boolean }) {
    this.#context = context;
    this.#names = names;
    this.#separator = options.separator;
    this.#isSeparate = options.isSeparate;
  }

  /** The input of the line that was taken last; `-` for standard input. */
  get name(): string {
    return this.#current?.name ?? '-';
  }

  /** The input of the line that comes next, at a boundary. */
  get upcomingName(): string {
    return this.#upcoming?.name ?? this.name;
  }

  /** The line that was taken last had its newline. */
  get isTerminated(): boolean {
    const file = this.#current;
    return file === undefined || !file.unterminated || file.at < file.lines.length;
  }

  get isReady(): boolean {
    if (this.#known(this.#current) > 0) return true;
    if (this.#current?.ended === false) return false;
    return this.#upcoming === undefined ? this.#nextName >= this.#names.length : this.#known(this.#upcoming) > 0;
  }

  /** Whether no line follows; of one file, where files are separate. Only when ready. */
  get isLast(): boolean {
    if (this.#known(this.#current) > 0) return false;
    return this.#isSeparate || this.#known(this.#upcoming) === 0;
  }

  /** Whether the next line is the first of another file. */
  get isAtBoundary(): boolean {
    return this.#known(this.#current) === 0 && this.#known(this.#upcoming) > 0;
  }

  /** The next line; undefined at the end. Only when ready. */
  take(): string | undefined {
    if (this.#known(this.#current) === 0) {
      if (this.#known(this.#upcoming) === 0) return undefined;
      this.#current = this.#upcoming;
      this.#upcoming = undefined;
    }
    const file = this.#current as OpenFile;
    const line = file.lines[file.at];
    file.at += 1;
    return line;
  }

  #known(file: OpenFile | undefined): number {
    return file === undefined ? 0 : file.lines.length - file.at;
  }

  /** Gets more lines, or learns that there are none. */
  async fill(): Promise<void> {
    const file = this.#current?.ended === false ? this.#current : this.#upcoming ?? (await this.#open());
    if (file !== undefined && !file.ended) await this.#read(file);
    if (file !== undefined && file !== this.#current && file.ended && this.#known(file) === 0) this.#upcoming = undefined;
  }

  async #open(): Promise<OpenFile | undefined> {
    while (this.#nextName < this.#names.length) {
      const name = this.#names[this.#nextName] as string;
      this.#nextName += 1;
      try {
        const blocks = new Blocks(openNamed(this.#context, name).chunks);
        this.#upcoming = { name, blocks, lines: [], at: 0, ended: false, unterminated: false, rest: [], restBytes: 0 };
        return this.#upcoming;
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        this.failed = true;
        if (error.code === 'EISDIR') throw new SedError(`read error on ${name}: ${error.message}`, 4);
        await complain(this.#context, `can't read ${name}: ${error.message}`);
      }
    }
    return undefined;
  }

  async #read(file: OpenFile): Promise<void> {
    const value = await file.blocks.next();
    if (value === undefined) {
      file.ended = true;
      if (file.restBytes > 0) {
        file.unterminated = true;
        this.#add(file, [decodeText(concatBytes(file.rest))]);
      }
      file.rest = [];
      return;
    }
    const end = value.lastIndexOf(this.#separator.charCodeAt(0));
    if (end < 0) {
      file.rest.push(value.slice());
      file.restBytes += value.length;
      if (file.restBytes > limits.lineMaxBytes) throw new UsageError('a line is too long to keep in memory');
      return;
    }
    const whole = file.restBytes > 0 ? concatBytes([...file.rest, value.subarray(0, end)]) : value.subarray(0, end);
    file.rest = end + 1 < value.length ? [value.slice(end + 1)] : [];
    file.restBytes = value.length - end - 1;
    this.#add(file, decodeText(whole).split(this.#separator));
  }

  #add(file: OpenFile, lines: string[]): void {
    file.lines = file.at >= file.lines.length ? lines : [...file.lines.slice(file.at), ...lines];
    file.at = 0;
  }

  /** Gives standard input, when it is a file, back what was not used: `(sed 1q; cat) < f`. */
  giveBack(evenFromPipes: boolean): void {
    const { stdin } = this.#context;
    const file = this.#current;
    if (file === undefined || file.name !== '-' || !isInput(stdin) || !(evenFromPipes || stdin instanceof FileInput)) return;
    const lines = file.lines.slice(file.at);
    let text = lines.join(this.#separator);
    if (lines.length > 0 && !file.unterminated) text += this.#separator;
    stdin.unread(concatBytes([encodeText(text), ...file.rest, file.blocks.rest]));
  }
}

/** Chunks cut into blocks; what of the last chunk was not handed out yet is `rest`. */
class Blocks {
  readonly #chunks: AsyncIterator<Uint8Array>;
  rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return undefined;
      this.rest = value;
    }
    const block = this.rest.subarray(0, BLOCK_BYTES);
    this.rest = this.rest.subarray(block.length);
    return block;
  }
}
