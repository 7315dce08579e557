import type { Span } from '../regex/linear.ts';
import { encodeText } from '../text.ts';
import type { Search } from './grep-search.ts';
import type { GrepStyle } from './grep-style.ts';

/**
 * Finds and prints the lines of one input, many lines at a time: from one match to the next by the platform's own searches
 * (`indexOf`, RegExp), which are native from the first call on. What lies between two matches is not cut into lines, and what
 * goes out is gathered as text. Rejected: searching the bytes in our own loops; it needs no string, but twice the time, and ten
 * times as much before the loops are compiled.
 */

/** A byte that is no text (text.ts). */
const RAW = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

interface HeldLine {
  text: string;
  number: number;
  offset: number;
}

export class GrepLines {
  readonly #search: Search;
  readonly #style: GrepStyle;
  readonly #mark: string;
  readonly #hasContext: boolean;
  readonly #needsNumbers: boolean;
  /** The name with what stands behind it, and what stands behind a number. */
  readonly #titles: Readonly<Record<string, string>>;
  readonly #signs: Readonly<Record<string, string>>;
  readonly label: string;
  /** Nothing of a line is printed: only whether there are any, or how many. */
  readonly isSilent: boolean;
  count = 0;
  /** A line that is not UTF-8 was left out. */
  hidesLines = false;
  isOver = false;
  /** After the last line that counts with `-m`, in the lines that were given last. */
  stoppedAt: number | undefined;
  /** Lines that were selected before the first NUL; undefined while there was none. */
  #countBeforeNul: number | undefined;
  /** Bytes that are no text are among the lines at hand, or among those that are held. */
  #hasRaw = false;
  #number = 0;
  #offset = 0;
  #held: readonly HeldLine[] = [];
  #owed = 0;
  #lastPrinted = 0;
  // Of the lines at hand.
  #parts: string[] = [];
  #numbered = 0;
  #measured = 0;
  #printedTo = 0;
  #isOneToOne = true;
  #usesSeek = true;

  constructor(search: Search, style: GrepStyle, label: string) {
    this.#search = search;
    this.#style = style;
    this.label = label;
    this.isSilent = style.quiet || style.count || style.names !== undefined;
    this.#mark = String.fromCharCode(style.separator);
    this.#hasContext = style.hasContext && !this.isSilent;
    this.#needsNumbers = (style.lineNumbers || this.#hasContext) && !this.isSilent;
    this.#titles = { ':': this.title(':'), '-': this.title('-') };
    this.#signs = { ':': this.painted('se', ':'), '-': this.painted('se', '-') };
  }

  /** NUL is among the lines: none is printed any more. Answers whether the search goes on. */
  noteNul(): boolean {
    this.#countBeforeNul ??= this.count;
    if (this.#style.binary !== 'without-match') return true;
    this.count = 0;
    this.isOver = true;
    return false;
  }

  get hasNul(): boolean {
    return this.#countBeforeNul !== undefined;
  }

  /** A match was not shown because the input is not text. */
  get hidesMatches(): boolean {
    return !this.isSilent && (this.hidesLines || (this.#countBeforeNul !== undefined && this.count > this.#countBeforeNul));
  }

  painted(name: string, text: string): string {
    const code = this.#style.colors?.[name];
    return code === undefined || code === '' || text === '' ? text : `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K`;
  }

  title(mark: string): string {
    return this.painted('fn', this.label) + (this.#style.nullAfterName ? '\0' : this.painted('se', mark));
  }

  /**
   * @param text whole lines with separators between them.
   * @param isOneToOne every unit of it is one byte.
   * @returns what is to be printed.
   */
  look(text: string, isOneToOne: boolean): string {
    const { separator, most, onlyMatching, invert } = this.#style;
    this.#isOneToOne = isOneToOne;
    this.#numbered = 0;
    this.#measured = 0;
    this.#printedTo = 0;
    this.#hasRaw = RAW.test(text) || this.#held.some((line) => RAW.test(line.text));
    this.#usesSeek = separator === 10 && this.#search.mayHave(text);
    if (most !== Number.POSITIVE_INFINITY || (this.hasNul && !this.isSilent)) this.#each(text);
    else if (this.isSilent) this.#tally(text);
    else if (this.#isPlain) this.#pieces(text);
    else if (onlyMatching && !invert && !this.#hasContext && !this.#hasRaw && this.#usesSeek && this.#search.spans?.mayHave(text) === true) this.#matches(text);
    else this.#each(text);
    const parts = this.#parts;
    if (parts.length === 0) return '';
    this.#parts = [];
    return parts.length === 1 ? (parts[0] as string) : parts.join('');
  }

  /** Nothing stands before a line and nothing in it is changed: the output is pieces of the input. */
  get #isPlain(): boolean {
    const { onlyMatching, lineNumbers, byteOffsets, withName, colors, binary } = this.#style;
    return !(onlyMatching || lineNumbers || byteOffsets || withName || this.#hasContext || (this.#hasRaw && binary !== 'text') || colors !== undefined);
  }

  /** As `Search.seek`. */
  #seek(text: string, from: number): number {
    if (this.#usesSeek) return this.#search.seek(text, from);
    for (let start = from; start <= text.length;) {
      const end = this.#lineEnd(text, start);
      if (this.#search.test(text.slice(start, end))) return start;
      start = end + 1;
    }
    return -1;
  }

  #lineEnd(text: string, from: number): number {
    const end = text.indexOf(this.#mark, from);
    return end < 0 ? text.length : end;
  }

  #tally(text: string): void {
    const { invert, count } = this.#style;
    let matching = 0;
    for (let from = 0; from <= text.length;) {
      const at = this.#seek(text, from);
      if (at < 0) break;
      matching += 1;
      if (!count && !invert) break;
      from = this.#lineEnd(text, at) + 1;
    }
    const selected = invert ? countOf(text, this.#mark) + 1 - matching : matching;
    this.count += selected;
    if (selected > 0 && !count) this.isOver = true;
  }

  /** Lines go out as they are, neighbours together; pieces are counted and not lines, since only whether there are any matters. */
  #pieces(text: string): void {
    const { invert } = this.#style;
    let from = 0;
    let keptFrom = -1;
    while (from <= text.length) {
      const at = this.#seek(text, from);
      if (at < 0) break;
      let end = this.#lineEnd(text, from);
      let start = from;
      if (end < at) {
        start = text.lastIndexOf(this.#mark, at - 1) + 1;
        end = this.#lineEnd(text, at);
      }
      if (invert) this.#keep(text, from, start);
      else {
        // Until a line between them does not match, they are one piece.
        if (keptFrom >= 0 && start > from) {
          this.#keep(text, keptFrom, from);
          keptFrom = -1;
        }
        if (keptFrom < 0) keptFrom = start;
      }
      from = end + 1;
    }
    if (invert) this.#keep(text, from, text.length + 1);
    else if (keptFrom >= 0) this.#keep(text, keptFrom, from);
  }

  /** Whole lines, up to the start of the next one. */
  #keep(text: string, from: number, to: number): void {
    if (to <= from) return;
    this.count += 1;
    if (to <= text.length) this.#parts.push(text.slice(from, to));
    else this.#parts.push(text.slice(from), this.#mark);
  }

  /** With `-o`, where the engine knows the longest match by itself. */
  #matches(text: string): void {
    const { lineNumbers, byteOffsets, withName, colors } = this.#style;
    const spans = this.#search.spans as NonNullable<Search['spans']>;
    const hasPrefix = lineNumbers || byteOffsets || withName;
    let end = -1;
    for (let span = spans.exec(text, 0); span !== undefined;) {
      if (span.start > end) {
        end = this.#lineEnd(text, span.start);
        this.count += 1;
      }
      if (span.end > span.start) {
        const found = text.slice(span.start, span.end);
        const prefix = hasPrefix ? this.#prefix(':', lineNumbers ? this.#numberAt(text, span.start) : 0, byteOffsets ? this.#offsetAt(text, span.start) : 0) : '';
        this.#parts.push(prefix + (colors === undefined ? found : this.painted('ms', found)) + this.#mark);
      }
      const next = nextPlace(text, span);
      span = next <= text.length ? spans.exec(text, next) : undefined;
    }
    this.#finish(text);
  }

  /** Line by line where they are selected, with all that can be asked for. */
  #each(text: string): void {
    const { invert, most } = this.#style;
    for (let from = 0; from <= text.length && !this.isOver;) {
      if (this.count >= most) {
        this.#pass(text, from, text.length + 1);
        break;
      }
      const at = this.#seek(text, from);
      let start = text.length + 1;
      let end = start;
      if (at >= 0) {
        start = from;
        end = this.#lineEnd(text, from);
        if (end < at) {
          start = text.lastIndexOf(this.#mark, at - 1) + 1;
          end = this.#lineEnd(text, at);
        }
      }
      if (!invert) {
        this.#pass(text, from, start);
        if (at >= 0) this.#select(text, start, end);
      } else {
        while (from < start && this.count < most && !this.isOver) {
          const last = this.#lineEnd(text, from);
          this.#select(text, from, last);
          from = last + 1;
        }
        // Lines that `-m` left are looked at again, as what follows.
        if (from < start) continue;
        if (at >= 0) this.#pass(text, start, end + 1);
      }
      from = end + 1;
    }
    this.#finish(text);
  }

  #select(text: string, start: number, end: number): void {
    this.count += 1;
    if (!this.isSilent && !this.hasNul) {
      const { byteOffsets, after } = this.#style;
      if (this.#hasContext) this.#printBefore(text, start);
      const number = this.#needsNumbers ? this.#numberAt(text, start) : 0;
      this.#print(text.slice(start, end), number, byteOffsets ? this.#offsetAt(text, start) : 0, true);
      this.#lastPrinted = number;
      this.#printedTo = end + 1;
      if (this.#needsNumbers) {
        this.#number = number;
        this.#numbered = end + 1;
      }
      this.#owed = after;
    }
    const { quiet, names, most } = this.#style;
    if (quiet || names !== undefined || (this.hasNul && !this.isSilent)) this.isOver = true;
    if (this.count < most) return;
    this.stoppedAt = end + 1;
    if (this.#owed === 0 || this.isSilent) this.isOver = true;
  }

  /** Lines that are not selected: those that are owed after one that was. */
  #pass(text: string, from: number, to: number): void {
    for (let start = from; this.#owed > 0 && start < to;) {
      const end = this.#lineEnd(text, start);
      this.#owed -= 1;
      this.#printAround(text, start, end);
      this.#printedTo = end + 1;
      start = end + 1;
    }
    if (this.count >= this.#style.most && this.#owed === 0) this.isOver = true;
  }

  /** Of the lines before `start` those that are wanted and were not printed, and what separates groups. */
  #printBefore(text: string, start: number): void {
    const { before, groupSeparator } = this.#style;
    const starts = this.#startsBefore(text, start);
    const held = this.#printedTo > 0 ? [] : this.#held.slice(Math.max(0, this.#held.length - before + starts.length));
    const first = this.#numberAt(text, starts[0] ?? start) - held.length;
    if (this.#lastPrinted > 0 && first > this.#lastPrinted + 1 && groupSeparator !== undefined) this.#parts.push(`${this.painted('se', groupSeparator)}\n`);
    for (const line of held) this.#print(line.text, line.number, line.offset, false);
    for (const one of starts) this.#printAround(text, one, this.#lineEnd(text, one));
  }

  /** Where up to `before` lines begin that end before `place` and were not printed. */
  #startsBefore(text: string, place: number): number[] {
    const starts: number[] = [];
    for (let at = place; starts.length < this.#style.before && at > this.#printedTo;) {
      at = at < 2 ? 0 : text.lastIndexOf(this.#mark, at - 2) + 1;
      starts.push(at);
    }
    return starts.reverse();
  }

  #printAround(text: string, start: number, end: number): void {
    const number = this.#numberAt(text, start);
    this.#print(text.slice(start, end), number, this.#style.byteOffsets ? this.#offsetAt(text, start) : 0, false);
    this.#lastPrinted = number;
  }

  /** Counts on to the end, and keeps the lines that the next match may want before it. */
  #finish(text: string): void {
    const { before, byteOffsets } = this.#style;
    if (this.#hasContext && before > 0 && !this.isOver) {
      const starts = this.#startsBefore(text, text.length + 1);
      const lines = starts.map((start): HeldLine => ({ text: text.slice(start, this.#lineEnd(text, start)), number: this.#numberAt(text, start), offset: byteOffsets ? this.#offsetAt(text, start) : 0 }));
      this.#held = [...(this.#printedTo > 0 ? [] : this.#held.slice(Math.max(0, this.#held.length - before + lines.length))), ...lines];
    }
    if (this.#needsNumbers) {
      this.#numberAt(text, text.length + 1);
      if (this.#numbered <= text.length) this.#number += 1;
    }
    if (byteOffsets) this.#offset = this.#offsetAt(text, text.length) + 1;
  }

  /** The number of the line that `place` is in; asked from front to back. */
  #numberAt(text: string, place: number): number {
    // Lines that are selected one after another.
    if (place === this.#numbered) return this.#number + 1;
    for (let end = text.indexOf(this.#mark, this.#numbered); end >= 0 && end < place; end = text.indexOf(this.#mark, end + 1)) {
      this.#number += 1;
      this.#numbered = end + 1;
    }
    return this.#number + 1;
  }

  /** Bytes before `place`; asked from front to back. */
  #offsetAt(text: string, place: number): number {
    this.#offset += this.#isOneToOne ? place - this.#measured : encodeText(text.slice(this.#measured, place)).length;
    this.#measured = place;
    return this.#offset;
  }

  #prefix(mark: string, number: number, offset: number): string {
    const { withName, lineNumbers, byteOffsets, initialTab } = this.#style;
    const sign = this.#signs[mark] as string;
    return (withName ? (this.#titles[mark] as string) : '') + (lineNumbers ? this.painted('ln', String(number)) + sign : '') +
      (byteOffsets ? this.painted('bn', String(offset)) + sign : '') + (initialTab && (withName || lineNumbers || byteOffsets) ? '\t' : '');
  }

  #print(line: string, number: number, offset: number, isSelected: boolean): void {
    const { onlyMatching, invert, colors } = this.#style;
    if (onlyMatching) {
      if (isSelected !== invert) this.#printMatches(line, number, offset, isSelected);
      return;
    }
    if (!this.#isShown(line)) return;
    const text = colors !== undefined && isSelected !== invert ? this.#highlighted(line, isSelected) : line;
    this.#parts.push(this.#prefix(isSelected ? ':' : '-', number, offset) + text + this.#mark);
  }

  /** What is not text is left out, and told of at the end. */
  #isShown(text: string): boolean {
    if (!this.#hasRaw || this.#style.binary === 'text' || !RAW.test(text)) return true;
    this.hidesLines = true;
    return false;
  }

  #printMatches(line: string, number: number, offset: number, isSelected: boolean): void {
    for (let at = 0; at <= line.length;) {
      const span = this.#search.find(line, at);
      if (span === undefined) break;
      if (span.end > span.start && this.#isShown(line.slice(span.start, span.end))) {
        const place = this.#style.byteOffsets ? offset + encodeText(line.slice(0, span.start)).length : 0;
        this.#parts.push(this.#prefix(isSelected ? ':' : '-', number, place) + this.painted(isSelected ? 'ms' : 'mc', line.slice(span.start, span.end)) + this.#mark);
      }
      at = nextPlace(line, span);
    }
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
      at = nextPlace(line, span);
    }
    return out + line.slice(printed);
  }
}

function countOf(text: string, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count += 1;
  return count;
}

/** Where the next match may begin. Never within a character: the engine would go back to its start, and find the same again. */
function nextPlace(text: string, { start, end }: Span): number {
  return end > start ? end : end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1);
}
