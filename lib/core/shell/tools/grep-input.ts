import type { CommandContext } from '../command.ts';
import { isInput } from '../streams/input.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { lineBlocks } from './byte-blocks.ts';
import { countByte, hasNul, isAscii } from './count-bytes.ts';
import { complain, TextWriter } from './files-in.ts';
import { lineEnd, lineStart } from './find-bytes.ts';
import type { Search } from './grep-search.ts';

/** How grep's output is to look; the flags are those of the options. */
export interface GrepStyle {
  invert: boolean;
  count: boolean;
  quiet: boolean;
  names: 'with' | 'without' | undefined;
  onlyMatching: boolean;
  lineNumbers: boolean;
  byteOffsets: boolean;
  withName: boolean;
  nullAfterName: boolean;
  initialTab: boolean;
  before: number;
  after: number;
  groupSeparator: string | undefined;
  most: number;
  binary: 'text' | 'without-match' | 'message';
  /** 0 with `-z`, else newline. */
  separator: number;
  label: string;
  /** SGR codes by GREP_COLORS' names; undefined for no colours. */
  colors: Readonly<Record<string, string>> | undefined;
}

/** Bytes of one slice: it grows while slices are quick, and shrinks when one used up the turn. */
const SLICE_MIN = 4 * 1024;
const SLICE_MAX = 512 * 1024;

/** One grep over one or many inputs: what is found goes out through one writer. */
export class GrepRun {
  readonly #context: CommandContext;
  readonly #style: GrepStyle;
  readonly #search: Search;
  readonly #out: TextWriter;
  #slice = SLICE_MIN;
  found = false;

  constructor(context: CommandContext, search: Search, style: GrepStyle) {
    this.#context = context;
    this.#search = search;
    this.#style = style;
    this.#out = new TextWriter(context);
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }

  /** Answers whether the search is over (`-q`). */
  async input(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<boolean> {
    const { count, quiet, names, most, binary } = this.#style;
    const one = new OneInput(this.#search, this.#style, this.#out, (bytes) => this.#context.stdout.write(bytes), name === '-' ? this.#style.label : name);
    one.isSilent = quiet || count || names !== undefined;
    if (most > 0 || count) {
      if (content instanceof Uint8Array) {
        // Who only counts need not know.
        const matters = this.#style.separator !== 0 && (!one.isSilent || binary === 'without-match');
        if (!matters || !hasNul(content) || one.noteBinary(binary)) await this.#slices(one, content);
      } else await this.#stream(one, content);
    }
    const matched = one.count > 0;
    if (matched) this.found = true;
    if (quiet) return this.found;
    const title = one.title;
    if (count) await this.#out.add(`${this.#style.withName ? title(':') : ''}${one.count}\n`);
    if ((names === 'with' && matched) || (names === 'without' && !matched)) await this.#out.add(`${one.painted('fn', one.label)}${this.#style.nullAfterName ? '\0' : '\n'}`);
    if ((one.isBinary ? matched : one.hidesLines) && !one.isSilent) {
      await this.#out.flush();
      await complain(this.#context, `${one.label}: binary file matches`);
    }
    return false;
  }

  async #slices(one: OneInput, bytes: Uint8Array): Promise<void> {
    const { separator } = this.#style;
    for (let from = 0; from < bytes.length && !one.isOver;) {
      let end = Math.min(bytes.length, from + this.#slice);
      if (end < bytes.length) {
        const last = bytes.lastIndexOf(separator, end - 1);
        const next = last < from ? bytes.indexOf(separator, end) : last;
        end = next < 0 ? bytes.length : next + 1;
      }
      const due = one.bytes(bytes.subarray(from, bytes[end - 1] === separator ? end - 1 : end));
      if (due !== undefined) await due;
      from = end;
      const rest = this.#context.breathe();
      if (rest === undefined) this.#slice = Math.min(SLICE_MAX, this.#slice * 2);
      else {
        this.#slice = Math.max(SLICE_MIN, this.#slice >> 1);
        await rest;
      }
    }
  }

  async #stream(one: OneInput, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { separator, binary } = this.#style;
    let isFirst = true;
    for await (const block of lineBlocks(chunks, separator)) {
      if (isFirst && separator !== 0 && hasNul(block) && !one.noteBinary(binary)) return;
      isFirst = false;
      const due = one.bytes(block[block.length - 1] === separator ? block.subarray(0, -1) : block);
      if (due !== undefined) await due;
      // Somebody waits for the lines of a pipe; a file's come together.
      await this.#out.flush();
      if (one.isOver) {
        // The next command reads on after the last line that counted: `{ grep -m1 x; cat; } < file`.
        if (one.unread !== undefined && isInput(this.#context.stdin)) this.#context.stdin.unread(concatBytes([encodeText(one.unread)]));
        return;
      }
      const rest = this.#context.breathe();
      if (rest !== undefined) await rest;
    }
  }
}

/** A byte that is no text (text.ts). */
const RAW = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

class OneInput {
  readonly #search: Search;
  readonly #style: GrepStyle;
  readonly #out: TextWriter;
  readonly #write: (bytes: Uint8Array) => Promise<void>;
  readonly #mark: string;
  readonly #hasContext: boolean;
  readonly label: string;
  count = 0;
  isBinary = false;
  /** A line that is not UTF-8 was left out. */
  hidesLines = false;
  isSilent = false;
  isOver = false;
  /** What `-m` left of the lines. */
  unread: string | undefined;
  /** Bytes that are no text are among the lines at hand, or were among those that are held. */
  #hasRaw = false;
  #number = 0;
  #offset = 0;
  #held: { text: string; offset: number }[] = [];
  #owed = 0;
  #lastPrinted = 0;

  constructor(search: Search, style: GrepStyle, out: TextWriter, write: (bytes: Uint8Array) => Promise<void>, label: string) {
    this.#write = write;
    this.#search = search;
    this.#style = style;
    this.#out = out;
    this.label = label;
    this.#mark = String.fromCharCode(style.separator);
    this.#hasContext = style.before > 0 || style.after > 0;
  }

  /** Answers whether the search goes on. */
  noteBinary(how: GrepStyle['binary']): boolean {
    if (how !== 'text') this.isBinary = true;
    return how !== 'without-match';
  }

  painted(name: string, text: string): string {
    const code = this.#style.colors?.[name];
    return code === undefined || code === '' || text === '' ? text : `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K`;
  }

  title = (mark: string): string => this.painted('fn', this.label) + (this.#style.nullAfterName ? '\0' : this.painted('se', mark));

  #prefix(mark: string, number: number, offset: number): string {
    const { withName, lineNumbers, byteOffsets, initialTab } = this.#style;
    const sign = this.painted('se', mark);
    return (withName ? this.title(mark) : '') + (lineNumbers ? this.painted('ln', String(number)) + sign : '') +
      (byteOffsets ? this.painted('bn', String(offset)) + sign : '') + (initialTab && (withName || lineNumbers || byteOffsets) ? '\t' : '');
  }

  /** Lines with separators between them. */
  bytes(bytes: Uint8Array): Promise<void> | undefined {
    const isWhole = !this.#hasContext && this.#style.separator === 10;
    const { needle } = this.#search;
    if (isWhole && needle !== undefined && this.#isPlain && ((this.isSilent && !needle.ignoresCase) || isAscii(bytes))) {
      return this.#pieces(bytes, needle.find(bytes, 0), (from) => needle.find(bytes, from));
    }
    const text = decodeText(bytes);
    this.#hasRaw = RAW.test(text) || this.#held.some((line) => RAW.test(line.text));
    const first = isWhole ? this.#search.seek(text, 0) : undefined;
    if (first === undefined) return this.#each(text);
    // A byte that is no text is one unit too, so the lengths alone do not tell.
    if (bytes.length === text.length && this.#isPlain && !this.#hasRaw) return this.#pieces(bytes, first, (from) => this.#search.seek(text, from) as number);
    return this.#quick(text);
  }

  /** Nothing stands before a line and nothing in it is changed: the output is pieces of the input. */
  get #isPlain(): boolean {
    const { onlyMatching, lineNumbers, byteOffsets, withName, colors, most, quiet, names, initialTab } = this.#style;
    if (most !== Number.POSITIVE_INFINITY || quiet || names !== undefined || (this.isBinary && !this.isSilent)) return false;
    return this.isSilent || !(onlyMatching || lineNumbers || byteOffsets || withName || initialTab || colors !== undefined);
  }

  /** Places of matches are places in the bytes: lines go out as they are, neighbours together. */
  #pieces(bytes: Uint8Array, first: number, seek: (from: number) => number): Promise<void> | undefined {
    const ranges: number[] = [];
    const { invert } = this.#style;
    let matching = 0;
    let outFrom = 0;
    let outTo = 0;
    const keep = (start: number, end: number): void => {
      if (start > outTo || outTo === 0) {
        if (outTo > outFrom) ranges.push(outFrom, outTo);
        outFrom = start;
      }
      outTo = end;
    };
    let from = 0;
    for (let at = first; at >= 0;) {
      const end = lineEnd(bytes, at);
      matching += 1;
      if (!this.isSilent) {
        const start = lineStart(bytes, at);
        if (!invert) keep(start, end + 1);
        else if (start > from) keep(from, start);
      }
      from = end + 1;
      if (from > bytes.length) break;
      at = seek(from);
    }
    const total = invert ? countByte(bytes, 10) + 1 : 0;
    this.count += invert ? total - matching : matching;
    if (this.isSilent) return undefined;
    if (invert && from <= bytes.length) keep(from, bytes.length + 1);
    if (outTo > outFrom) ranges.push(outFrom, outTo);
    if (ranges.length === 0) return undefined;
    let size = 0;
    for (let index = 0; index < ranges.length; index += 2) size += (ranges[index + 1] as number) - (ranges[index] as number);
    const out = new Uint8Array(size);
    let length = 0;
    for (let index = 0; index < ranges.length; index += 2) {
      const [start, end] = [ranges[index] as number, ranges[index + 1] as number];
      out.set(bytes.subarray(start, Math.min(end, bytes.length)), length);
      length += end - start;
      if (end > bytes.length) out[length - 1] = 10;
    }
    return this.#out.flush().then(() => this.#write(out));
  }

  /** From one matching line to the next; what lies between is never cut into lines. */
  async #quick(text: string): Promise<void> {
    const { invert, lineNumbers, byteOffsets } = this.#style;
    let from = 0;
    let numbered = 0;
    const lineNumberAt = (start: number): number => {
      for (let at = text.indexOf('\n', numbered); at >= 0 && at < start; at = text.indexOf('\n', at + 1)) {
        this.#number += 1;
        numbered = at + 1;
      }
      return this.#number + 1;
    };
    let measured = 0;
    const offsetAt = (start: number): number => {
      this.#offset += encodeText(text.slice(measured, start)).length;
      measured = start;
      return this.#offset;
    };
    const take = (start: number, end: number): Promise<void> | undefined => {
      this.count += 1;
      const due = this.isSilent ? undefined : this.#print(text.slice(start, end), lineNumbers ? lineNumberAt(start) : 0, byteOffsets ? offsetAt(start) : 0, true);
      this.#checkOver(text, end);
      return due;
    };
    while (from <= text.length && !this.isOver) {
      const at = this.#search.seek(text, from) as number;
      if (invert) {
        const stop = at < 0 ? text.length + 1 : at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
        while (from < stop && !this.isOver) {
          const newline = text.indexOf('\n', from);
          const end = newline < 0 ? text.length : newline;
          const due = take(from, end);
          if (due !== undefined) await due;
          from = end + 1;
        }
        if (at < 0) break;
      }
      if (at < 0) break;
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      const due = invert ? undefined : take(at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1, end);
      if (due !== undefined) await due;
      from = end + 1;
    }
    if (lineNumbers) {
      lineNumberAt(text.length + 1);
      this.#number += 1;
    }
    if (byteOffsets) this.#offset += encodeText(text.slice(measured)).length + 1;
  }

  #checkOver(text: string, end: number): void {
    const { quiet, names, most } = this.#style;
    if (quiet || names !== undefined || (this.isBinary && !this.isSilent)) this.isOver = true;
    if (this.count < most) return;
    this.isOver = this.#owed === 0 || this.isSilent;
    this.unread = text.slice(end + 1) + (end + 1 <= text.length ? this.#mark : '');
  }

  async #each(text: string): Promise<void> {
    const { invert, before, after, most, byteOffsets } = this.#style;
    for (let from = 0; from <= text.length && !this.isOver;) {
      const found = text.indexOf(this.#mark, from);
      const end = found < 0 ? text.length : found;
      const line = text.slice(from, end);
      this.#number += 1;
      const offset = this.#offset;
      if (byteOffsets) this.#offset += encodeText(line).length + 1;
      if (this.count < most && this.#search.test(line) !== invert) {
        this.count += 1;
        if (!this.isSilent) {
          const first = this.#number - this.#held.length;
          if (this.#hasContext && this.#lastPrinted > 0 && first > this.#lastPrinted + 1 && !this.isBinary && this.#style.groupSeparator !== undefined) {
            await this.#out.add(`${this.painted('se', this.#style.groupSeparator)}\n`);
          }
          for (const [index, earlier] of this.#held.entries()) await this.#print(earlier.text, first + index, earlier.offset, false);
          this.#held = [];
          const due = this.#print(line, this.#number, offset, true);
          if (due !== undefined) await due;
          this.#lastPrinted = this.#number;
          this.#owed = after;
        }
        this.#checkOver(text, end);
      } else if (!this.isSilent) {
        if (this.#owed > 0) {
          this.#owed -= 1;
          this.#lastPrinted = this.#number;
          await this.#print(line, this.#number, offset, false);
        } else if (before > 0) {
          this.#held.push({ text: line, offset });
          if (this.#held.length > before) this.#held.shift();
        }
        if (this.count >= most && this.#owed === 0) this.isOver = true;
      }
      from = end + 1;
    }
  }

  #print(line: string, number: number, offset: number, isSelected: boolean): Promise<void> | undefined {
    const { onlyMatching, invert, colors, binary } = this.#style;
    if (this.isBinary) return undefined;
    if (this.#hasRaw && binary !== 'text' && RAW.test(line)) {
      this.hidesLines = true;
      return undefined;
    }
    const mark = isSelected ? ':' : '-';
    if (onlyMatching) return isSelected && !invert ? this.#printMatches(line, number, offset) : undefined;
    const text = colors !== undefined && isSelected !== invert ? this.#highlighted(line, isSelected) : line;
    return this.#out.add(`${this.#prefix(mark, number, offset)}${text}${this.#mark}`);
  }

  #printMatches(line: string, number: number, offset: number): Promise<void> | undefined {
    let due: Promise<void> | undefined;
    for (let at = 0; at <= line.length;) {
      const span = this.#search.find(line, at);
      if (span === undefined) break;
      if (span.end > span.start) {
        const place = this.#style.byteOffsets ? offset + encodeText(line.slice(0, span.start)).length : 0;
        due = this.#out.add(`${this.#prefix(':', number, place)}${this.painted('ms', line.slice(span.start, span.end))}${this.#mark}`) ?? due;
      }
      at = span.end > span.start ? span.end : span.end + 1;
    }
    return due;
  }

  #highlighted(line: string, isSelected: boolean): string {
    let out = '';
    let printed = 0;
    for (let at = 0; at <= line.length;) {
      const span = this.#search.find(line, at);
      if (span === undefined) break;
      if (span.end > span.start) {
        out += line.slice(printed, span.start) + this.painted(isSelected ? 'ms' : 'mc', line.slice(span.start, span.end));
        printed = span.end;
      }
      at = span.end > span.start ? span.end : span.end + 1;
    }
    return out + line.slice(printed);
  }
}
