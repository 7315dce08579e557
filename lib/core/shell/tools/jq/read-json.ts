import * as limits from '../../../limits.ts';
import { array, JqArray, JqObject, type Value } from './value.ts';

/** What was read is not JSON. */
export class JsonError extends Error {}

/** More text is needed, or `end()`. */
export const MORE: unique symbol = Symbol('more');
/** The text is over. */
export const END: unique symbol = Symbol('end');

interface Level {
  items: Value[] | undefined;
  map: Map<string, Value> | undefined;
  key: string;
  count: number;
}

const Wants = { value: 0, firstOrClose: 1, keyOrClose: 2, key: 3, colon: 4, commaOrClose: 5 } as const;

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 9 || code === 13;
const ends = (code: number): boolean => isSpace(code) || code === 44 || code === 58 || code === 91 || code === 93 || code === 123 || code === 125 || code === 34;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const LITERALS: ReadonlyMap<string, Value> = new Map<string, Value>([['true', true], ['false', false], ['null', null], ['nan', Number.NaN]]);
const SIMPLE: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * JSON documents one after another, from text that comes in pieces: a document is handed out when its last character is there, and
 * only the unfinished token of a piece is kept as text. Rejected: `JSON.parse`, which needs the whole, holds the page while it
 * reads 10 MB, reorders keys such as "10" and "9", and knows no next document.
 */
export class JsonReader {
  #text = '';
  #at = 0;
  #isEnded = false;
  #stack: Level[] = [];
  #top: Level | undefined;
  #wants: number = Wants.value;
  /** Where the search for the end of an unfinished string goes on. */
  #searched = 0;
  #backslash = -1;
  #linesBefore = 0;
  #counted = 0;
  readonly #isStreaming: boolean;

  /** @param isStreaming hand out `[path, leaf]` and `[path]` instead of whole documents. */
  constructor(isStreaming = false) {
    this.#isStreaming = isStreaming;
  }

  push(text: string): void {
    this.lines();
    const kept = this.#text.slice(this.#at);
    this.#searched -= this.#at;
    this.#counted -= this.#at;
    this.#text = kept + text;
    this.#at = 0;
    this.#backslash = -1;
  }

  end(): void {
    this.#isEnded = true;
  }

  /** Lines read so far, as jq counts them: with the one that the last document ended in. */
  lines(): number {
    this.#count();
    return this.#linesBefore + (this.#text.includes('\n', this.#at) ? 1 : 0);
  }

  #count(): void {
    for (let at = this.#text.indexOf('\n', Math.max(0, this.#counted)); at >= 0 && at < this.#at; at = this.#text.indexOf('\n', at + 1)) this.#linesBefore += 1;
    this.#counted = this.#at;
  }

  #fail(message: string): never {
    this.#count();
    const column = this.#at - (this.#text.lastIndexOf('\n', this.#at - 1) + 1);
    throw new JsonError(`${message} at ${this.#isEnded && this.#at >= this.#text.length ? 'EOF at ' : ''}line ${this.#linesBefore + 1}, column ${column}`);
  }

  /** The next document, or event. @throws JsonError */
  next(): Value | typeof MORE | typeof END {
    const text = this.#text;
    for (;;) {
      while (this.#at < text.length && isSpace(text.charCodeAt(this.#at))) this.#at += 1;
      if (this.#at >= text.length) {
        if (!this.#isEnded) return MORE;
        if (this.#top !== undefined) this.#fail('Unfinished JSON term');
        return END;
      }
      let value: Value | typeof MORE;
      let level: Level | undefined;
      switch (text.charCodeAt(this.#at)) {
        case 123:
        case 91: this.#open(text[this.#at] === '['); continue;
        case 125:
        case 93:
          level = this.#close(text[this.#at] === ']');
          value = level.items === undefined ? new JqObject(level.map as Map<string, Value>) : new JqArray(level.items);
          break;
        case 44: this.#comma(); continue;
        case 58:
          if (this.#wants !== Wants.colon) this.#fail("':' not as part of an object");
          this.#at += 1;
          this.#wants = Wants.value;
          continue;
        case 34: value = this.#string(); break;
        case 0xfeff:
          this.#at += 1;
          continue;
        // The record separator of RFC 7464.
        case 0x1e:
          this.#at += 1;
          continue;
        default: value = this.#literal();
      }
      if (value === MORE) return MORE;
      const done = this.#place(value, level);
      if (done !== undefined) return done;
    }
  }

  #open(isArray: boolean): void {
    if (this.#wants !== Wants.value && this.#wants !== Wants.firstOrClose) this.#refuse();
    this.#at += 1;
    if (this.#stack.length >= limits.jqMaxNesting) this.#fail('Exceeds depth limit for parsing');
    this.#top = { items: isArray ? [] : undefined, map: isArray ? undefined : new Map(), key: '', count: 0 };
    this.#stack.push(this.#top);
    this.#wants = isArray ? Wants.firstOrClose : Wants.keyOrClose;
  }

  #close(isArray: boolean): Level {
    const level = this.#top;
    this.#at += 1;
    if (level === undefined || isArray !== (level.items !== undefined)) return this.#fail(`Unmatched '${isArray ? ']' : '}'}'`);
    if (this.#wants !== Wants.commaOrClose && this.#wants !== Wants.firstOrClose && this.#wants !== Wants.keyOrClose) {
      this.#fail(isArray ? 'Expected another array element' : this.#wants === Wants.key ? 'Expected another key-value pair' : 'Objects must consist of key:value pairs');
    }
    this.#stack.pop();
    this.#top = this.#stack[this.#stack.length - 1];
    // What has closed is a value where it stands.
    this.#wants = Wants.value;
    return level;
  }

  #comma(): void {
    if (this.#top === undefined) this.#fail("Expected value before ','");
    if (this.#wants !== Wants.commaOrClose) this.#fail("',' should separate values");
    this.#at += 1;
    this.#wants = this.#top?.items === undefined ? Wants.key : Wants.value;
  }

  /** A value, or a key, stands where none may. */
  #refuse(): never {
    if (this.#wants === Wants.commaOrClose) this.#fail('Expected separator between values');
    if (this.#wants === Wants.colon) this.#fail('Objects must consist of key:value pairs');
    this.#fail('Object keys must be strings');
  }

  #path(): Value[] {
    return this.#stack.map((level) => (level.items === undefined ? level.key : level.count));
  }

  /**
   * Puts a finished value where it belongs; answers it when it is a whole document, or the event.
   * @param closed the array or object that it was while it was open.
   */
  #place(value: Value, closed: Level | undefined): Value | undefined {
    const level = this.#top;
    if ((this.#wants === Wants.keyOrClose || this.#wants === Wants.key) && typeof value === 'string' && level !== undefined) {
      level.key = value;
      this.#wants = Wants.colon;
      return undefined;
    }
    if (this.#wants !== Wants.value && this.#wants !== Wants.firstOrClose) this.#refuse();
    this.#wants = level === undefined ? Wants.value : Wants.commaOrClose;
    if (this.#isStreaming) {
      const path = this.#path();
      if (level !== undefined) level.count += 1;
      if (closed === undefined || closed.count === 0) return array([array(path), value]);
      return array([array([...path, closed.items === undefined ? closed.key : closed.count - 1])]);
    }
    if (level === undefined) return value;
    if (level.items !== undefined) level.items.push(value);
    else (level.map as Map<string, Value>).set(level.key, value);
    level.count += 1;
    return undefined;
  }

  #literal(): Value | typeof MORE {
    const text = this.#text;
    let at = this.#at;
    while (at < text.length && !ends(text.charCodeAt(at))) at += 1;
    if (at === text.length && !this.#isEnded) {
      if (at - this.#at > limits.lineMaxBytes) this.#fail('Invalid numeric literal');
      return MORE;
    }
    const token = text.slice(this.#at, at);
    this.#at = at;
    if (this.#wants !== Wants.value && this.#wants !== Wants.firstOrClose) {
      if (!NUMBER.test(token) && !LITERALS.has(token)) this.#fail('Invalid numeric literal');
      this.#refuse();
    }
    const code = token.charCodeAt(0);
    if (code <= 57) {
      if (!NUMBER.test(token)) this.#fail('Invalid numeric literal');
      return Number(token);
    }
    const literal = LITERALS.get(token);
    if (literal === undefined) this.#fail('Invalid numeric literal');
    return literal as Value;
  }

  #string(): Value | typeof MORE {
    const text = this.#text;
    const start = this.#at + 1;
    let from = Math.max(start, this.#searched);
    let hasEscape = false;
    for (;;) {
      const quote = text.indexOf('"', from);
      if (this.#backslash < start && this.#backslash !== Number.POSITIVE_INFINITY) {
        const found = text.indexOf('\\', start);
        this.#backslash = found < 0 ? Number.POSITIVE_INFINITY : found;
      }
      if (quote < 0) {
        if (this.#isEnded) {
          this.#at = text.length;
          this.#fail('Unfinished string');
        }
        if (text.length - start > limits.lineMaxBytes) this.#fail('The string is too long to keep in memory');
        return MORE;
      }
      if (this.#backslash < quote) {
        hasEscape = true;
        let count = 0;
        while (text.charCodeAt(quote - 1 - count) === 92) count += 1;
        if (count % 2 === 1) {
          from = quote + 1;
          this.#searched = from;
          continue;
        }
      }
      this.#searched = 0;
      this.#at = quote + 1;
      const raw = text.slice(start, quote);
      return hasEscape ? this.#unescape(raw) : raw;
    }
  }

  #unescape(raw: string): string {
    const decoded = raw.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_whole, hex: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return SIMPLE[letter as string] ?? this.#fail('Invalid escape');
    });
    return /[\ud800-\udfff]/.test(decoded) ? decoded.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd') : decoded;
  }
}

/** One whole text as one value. @throws JsonError */
export function parseJson(text: string): Value | undefined {
  const reader = new JsonReader();
  reader.push(text);
  reader.end();
  const value = reader.next();
  if (value === END || value === MORE) return undefined;
  if (reader.next() !== END) throw new JsonError('Unexpected extra JSON values');
  return value;
}
