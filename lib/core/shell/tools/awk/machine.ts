import type { CommandContext } from '../../command.ts';
import type { Matcher } from '../../regex/matcher.ts';
import { awkMatcher } from './awk-pattern.ts';
import type { Steps } from './code.ts';
import { WAIT, type RecordReader, type RecordSeparator } from './record-reader.ts';
import { Record, splitAt, splitBlanks, splitByContent, splitByPattern, splitByWidths, splitCharacters, splitCsv, type Splitter } from './record.ts';
import { Streams } from './streams.ts';
import { AwkError } from './syntax.ts';
import { fromInput, isTrue, toNumber, toText, type AwkArray, type Value } from './value.ts';

export const SPECIALS = ['NF', 'NR', 'FNR', 'FS', 'OFS', 'ORS', 'RS', 'SUBSEP', 'CONVFMT', 'OFMT', 'IGNORECASE', 'FPAT', 'FIELDWIDTHS'] as const;
export type Special = (typeof SPECIALS)[number];

/** What a running program is made of; compiled code works on it. */
export class Machine {
  readonly context: CommandContext;
  readonly streams: Streams;
  readonly record: Record;
  /** Of the record's splitting and joining, shared with `record`. */
  readonly settings: { splitter: Splitter; outputSeparator: string; convfmt: string } = { splitter: splitBlanks, outputSeparator: ' ', convfmt: '%.6g' };
  globals: Value[] = [];
  arrays: AwkArray[] = [];
  /** Parameters and locals of the function that runs. */
  frame: (Value | AwkArray)[] = [];
  depth = 0;
  returned: Value = undefined;
  status = 0;
  recordNumber = 0;
  fileRecordNumber = 0;
  outputRecordSeparator = '\n';
  subscriptSeparator = '\x1c';
  outputFormat = '%.6g';
  separator: RecordSeparator = { kind: 'character', text: '\n' };
  ignoreCase = false;
  /** What the person assigned, to be given back as it was. */
  readonly #assigned: { [name in Special]?: Value } = {};
  readonly #isCsv: boolean;
  #ticks = 0;
  seed = 0;
  /** The next record of the main input, for `getline`. */
  nextRecord: () => Steps<string | undefined> = () => {
    throw new AwkError('fatal: there is no input yet');
  };
  randomState = 0;

  constructor(context: CommandContext, isCsv: boolean) {
    this.context = context;
    this.streams = new Streams(context);
    this.#isCsv = isCsv;
    if (isCsv) this.settings.splitter = splitCsv;
    this.record = new Record(this.settings);
    Object.assign(this.#assigned, { FS: ' ', RS: '\n', FPAT: '[^[:space:]]+', FIELDWIDTHS: '', IGNORECASE: 0 });
  }

  /** Counts the turns of a loop; now and then a promise that must be awaited before the next. */
  tick(): Promise<void> | undefined {
    this.#ticks += 1;
    if (this.#ticks < 256 && !this.streams.isFull) return undefined;
    return this.rest();
  }

  rest(): Promise<void> | undefined {
    this.#ticks = 0;
    if (this.streams.isFull) return this.streams.flush().then(() => this.context.breathe());
    return this.context.breathe();
  }

  text(value: Value): string {
    return typeof value === 'string' ? value : toText(value, this.settings.convfmt);
  }

  matcher(source: string): Matcher {
    return awkMatcher(source, this.ignoreCase);
  }

  special(name: Special): Value {
    switch (name) {
      case 'NF': return this.record.count;
      case 'NR': return this.recordNumber;
      case 'FNR': return this.fileRecordNumber;
      case 'OFS': return this.settings.outputSeparator;
      case 'ORS': return this.outputRecordSeparator;
      case 'SUBSEP': return this.subscriptSeparator;
      case 'CONVFMT': return this.settings.convfmt;
      case 'OFMT': return this.outputFormat;
      default: return this.#assigned[name];
    }
  }

  setSpecial(name: Special, value: Value): void {
    const text = this.text(value);
    switch (name) {
      case 'NF': this.record.count = Math.trunc(toNumber(value)); return;
      case 'NR': this.recordNumber = toNumber(value); return;
      case 'FNR': this.fileRecordNumber = toNumber(value); return;
      case 'OFS':
        // A record that is due to be joined was due by the old one.
        void this.record.text;
        this.settings.outputSeparator = text;
        return;
      case 'ORS': this.outputRecordSeparator = text; return;
      case 'SUBSEP': this.subscriptSeparator = text; return;
      case 'CONVFMT': this.settings.convfmt = text; return;
      case 'OFMT': this.outputFormat = text; return;
      default: this.#assigned[name] = value;
    }
    if (name === 'IGNORECASE') this.ignoreCase = isTrue(value);
    else if (name === 'RS') this.separator = this.#separatorOf(text);
    if (name === 'FPAT') this.settings.splitter = splitByContent(this.matcher(text));
    else if (name === 'FIELDWIDTHS') this.settings.splitter = splitByWidths(text);
    else if (name === 'FS' || name === 'RS') this.settings.splitter = this.#isCsv ? splitCsv : this.splitterOf(this.text(this.#assigned.FS), true);
  }

  #separatorOf(text: string): RecordSeparator {
    if (text === '') return { kind: 'paragraph' };
    if (text.length === 1) return { kind: 'character', text };
    return { kind: 'pattern', matcher: this.matcher(text) };
  }

  /** @param isForRecord a newline separates fields too when records are paragraphs. */
  splitterOf(text: string, isForRecord: boolean): Splitter {
    if (text === ' ') return splitBlanks;
    const isParagraph = isForRecord && this.separator.kind === 'paragraph';
    if (text === '') return splitCharacters;
    if (text.length > 1 || text === '\\') {
      const source = text === '\\' ? '\\\\' : text;
      return splitByPattern(this.matcher(isParagraph ? `(${source})|\n` : source));
    }
    if (isParagraph && text !== '\n') return splitByPattern(this.matcher(`[${text === '^' ? '\\^' : text}\n]`));
    return splitAt(text);
  }

  /** The record that a reader has ready becomes the current one. */
  accept(text: string): void {
    this.record.set(text);
    this.recordNumber += 1;
    this.fileRecordNumber += 1;
  }

  /** The next record of a reader, waiting where it must. */
  *read(reader: RecordReader): Generator<unknown, string | undefined, unknown> {
    for (;;) {
      const record = reader.next(this.separator);
      if (record !== WAIT) return record;
      // Whoever watches sees what was printed before it waits.
      yield this.streams.flush();
      yield reader.fill();
    }
  }

  /** An array from texts, with subscripts from 1. */
  fill(array: AwkArray, texts: readonly string[]): void {
    array.clear();
    texts.forEach((text, index) => array.set(String(index + 1), fromInput(text)));
  }
}
