import * as limits from '../../../limits.ts';
import type { Matcher } from '../../regex/matcher.ts';
import { AwkError } from './syntax.ts';
import { fromInput, textNumber, toText, type Value } from './value.ts';

/** How a text becomes fields: appends them to `fields`, and to `separators`, when it is given, what stood after each. */
export type Splitter = (text: string, fields: string[], separators?: string[]) => void;

const isBlank = (code: number): boolean => code === 32 || code === 10 || code === 9;

/** FS is one space: runs of blanks and newlines separate, those at the ends do not count. */
export const splitBlanks: Splitter = (text, fields, separators) => {
  const { length } = text;
  let at = 0;
  for (;;) {
    const gap = at;
    while (at < length && isBlank(text.charCodeAt(at))) at += 1;
    if (fields.length > 0 && at > gap) separators?.push(text.slice(gap, at));
    if (at >= length) return;
    const start = at;
    while (at < length && !isBlank(text.charCodeAt(at))) at += 1;
    fields.push(text.slice(start, at));
  }
};

export function splitAt(mark: string): Splitter {
  return (text, fields, separators) => {
    if (text === '') return;
    let at = 0;
    for (let end = text.indexOf(mark); end >= 0; end = text.indexOf(mark, at)) {
      fields.push(text.slice(at, end));
      separators?.push(mark);
      at = end + mark.length;
    }
    fields.push(text.slice(at));
  };
}

export const splitCharacters: Splitter = (text, fields, separators) => {
  for (const character of text) {
    if (fields.length > 0) separators?.push('');
    fields.push(character);
  }
};

export function splitByPattern(matcher: Matcher): Splitter {
  return (text, fields, separators) => {
    if (text === '') return;
    let at = 0;
    let from = 0;
    while (from <= text.length) {
      const match = matcher.exec(text, from);
      if (match === undefined) break;
      if (match.end === match.start) {
        from = match.end + 1;
        continue;
      }
      fields.push(text.slice(at, match.start));
      separators?.push(text.slice(match.start, match.end));
      at = match.end;
      from = at;
    }
    fields.push(text.slice(at));
  };
}

/** FPAT: what a field looks like, and not what is between them; `separators` begins with what stood before the first. */
export function splitByContent(matcher: Matcher): Splitter {
  return (text, fields, separators) => {
    let at = 0;
    let from = 0;
    let lastEnd = -1;
    while (from <= text.length) {
      const match = matcher.exec(text, from);
      if (match === undefined) break;
      const isEmpty = match.start === match.end;
      if (!isEmpty || match.start !== lastEnd) {
        separators?.push(text.slice(at, match.start));
        fields.push(text.slice(match.start, match.end));
        at = match.end;
        lastEnd = match.end;
      }
      from = isEmpty ? match.end + 1 : match.end;
    }
    separators?.push(text.slice(at));
  };
}

/** FIELDWIDTHS: `5 2:3 *`: widths, with what to skip before, the rest. @throws AwkError */
export function splitByWidths(widths: string): Splitter {
  const parts = widths.trim().split(/\s+/).map((part) => {
    const match = /^(?:(\d+):)?(\d+|\*)$/.exec(part);
    if (match === null) throw new AwkError(`fatal: invalid FIELDWIDTHS value, near \`${part}'`);
    return { skip: Number(match[1] ?? '0'), width: match[2] === '*' ? Number.POSITIVE_INFINITY : Number(match[2]) };
  });
  return (text, fields) => {
    let at = 0;
    for (const { skip, width } of parts) {
      at += skip;
      if (at >= text.length) return;
      fields.push(text.slice(at, at + width));
      at += width;
    }
  };
}

/** `--csv`: commas, with quotes around what holds commas (RFC 4180). */
export const splitCsv: Splitter = (text, fields) => {
  if (text === '') return;
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let field = '';
      at += 1;
      for (; at < text.length; at += 1) {
        if (text[at] !== '"') field += text[at];
        else if (text[at + 1] === '"') {
          field += '"';
          at += 1;
        } else break;
      }
      const end = text.indexOf(',', at);
      fields.push(field + text.slice(at + 1, end < 0 ? undefined : end));
      if (end < 0) return;
      at = end + 1;
      continue;
    }
    const end = text.indexOf(',', at);
    fields.push(text.slice(at, end < 0 ? undefined : end));
    if (end < 0) return;
    at = end + 1;
  }
};

/** The settings that a record needs. */
export interface RecordSettings {
  splitter: Splitter;
  outputSeparator: string;
  convfmt: string;
}

/** `$0` and its fields. They are split when one is asked for, and `$0` is put together again when one was changed. */
export class Record {
  readonly #settings: RecordSettings;
  #text = '';
  #fields: string[] = [];
  /** Values of fields that were asked for or assigned. */
  #values: Value[] = [];
  #whole: Value;
  /** All fields are known. With FS a space they come one by one, as they are asked for: most programs need only the first few. */
  #isSplit = true;
  #scanned = 0;
  #isStale = false;
  /** FS as it was when the record was read. */
  #splitter: Splitter | undefined;

  constructor(settings: RecordSettings) {
    this.#settings = settings;
  }

  set(text: string): void {
    this.#text = text;
    this.#whole = undefined;
    this.#isSplit = false;
    this.#scanned = 0;
    this.#fields = [];
    if (this.#values.length > 0) this.#values = [];
    this.#isStale = false;
    this.#splitter = this.#settings.splitter;
  }

  get count(): number {
    if (!this.#isSplit) this.#split();
    return this.#fields.length;
  }

  set count(count: number) {
    if (!this.#isSplit) this.#split();
    if (!(count >= 0)) throw new AwkError('fatal: NF set to negative value');
    this.#grow(count);
    this.#fields.length = count;
    this.#values.length = Math.min(this.#values.length, count);
    this.#isStale = true;
  }

  /** The text of `$0`. */
  get text(): string {
    if (this.#isStale) {
      this.#text = this.#fields.join(this.#settings.outputSeparator);
      this.#whole = undefined;
      this.#isStale = false;
    }
    return this.#text;
  }

  field(index: number): Value {
    if (index === 0) {
      const { text } = this;
      return (this.#whole ??= fromInput(text));
    }
    const at = this.#place(index);
    if (!this.#isSplit && at >= this.#fields.length) this.#splitTo(at);
    if (at >= this.#fields.length) return undefined;
    return (this.#values[at] ??= fromInput(this.#fields[at] as string));
  }

  fieldText(index: number): string {
    if (index === 0) return this.text;
    const at = this.#place(index);
    if (!this.#isSplit && at >= this.#fields.length) this.#splitTo(at);
    return this.#fields[at] ?? '';
  }

  fieldNumber(index: number): number {
    return textNumber(this.fieldText(index));
  }

  assign(index: number, value: Value): void {
    const text = toText(value, this.#settings.convfmt);
    if (index === 0) {
      this.set(text);
      return;
    }
    if (!this.#isSplit) this.#split();
    const at = this.#place(index);
    this.#grow(index);
    this.#fields[at] = text;
    this.#values[at] = value === undefined ? '' : value;
    this.#isStale = true;
  }

  #place(index: number): number {
    const whole = Math.trunc(index);
    if (whole < 0) throw new AwkError(`fatal: attempt to access field ${whole}`);
    return whole - 1;
  }

  #grow(count: number): void {
    if (count > limits.shellMaxArrayIndex) throw new AwkError(`fatal: a record can't have ${count} fields here`);
    while (this.#fields.length < count) this.#fields.push('');
  }

  #split(): void {
    this.#isSplit = true;
    if (this.#splitter === splitBlanks && this.#scanned > 0) splitBlanks(this.#text.slice(this.#scanned), this.#fields);
    else (this.#splitter ?? this.#settings.splitter)(this.#text, this.#fields);
  }

  /** Fields up to the one at `last`, counted from 0. */
  #splitTo(last: number): void {
    if (this.#splitter !== splitBlanks) {
      this.#split();
      return;
    }
    const text = this.#text;
    const fields = this.#fields;
    const { length } = text;
    let at = this.#scanned;
    while (fields.length <= last) {
      while (at < length && isBlank(text.charCodeAt(at))) at += 1;
      if (at >= length) {
        this.#isSplit = true;
        return;
      }
      const start = at;
      while (at < length && !isBlank(text.charCodeAt(at))) at += 1;
      fields.push(text.slice(start, at));
    }
    this.#scanned = at;
  }
}
