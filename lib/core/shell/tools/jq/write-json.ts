import { formatNumber } from './number-text.ts';
import { JqArray, JqObject, quote, quoteAscii, sortedKeys, type Value } from './value.ts';

export interface WriteOptions {
  /** What one level is indented by; undefined: all in one line. */
  indent: string | undefined;
  sortKeys: boolean;
  ascii: boolean;
  colors: boolean;
}

/** jq 1.6's: null, false, true, numbers, strings, arrays, objects; and the keys of objects. */
const COLORS = { null: '1;30', false: '0;39', true: '0;39', number: '0;39', string: '0;32', array: '1;39', object: '1;39', key: '34;1' } as const;
/** Parts of a value that are written in one go. */
const BUDGET = 2_000;
const PIECE = 16_384;

/** A value as text, in pieces: a large one is then never held whole, and the page gets its turn between them. */
export function* writeJson(value: Value, options: WriteOptions): Generator<string, void, void> {
  const writer = new JsonText(options);
  yield* writer.pieces(value, 0);
  yield writer.out;
}

class JsonText {
  out = '';
  #left = BUDGET;
  readonly #options: WriteOptions;
  readonly #quoted: (text: string) => string;
  readonly #reset: string;

  constructor(options: WriteOptions) {
    this.#options = options;
    this.#quoted = options.ascii ? quoteAscii : quote;
    this.#reset = options.colors ? '\u001b[0m' : '';
  }

  #start(kind: keyof typeof COLORS): string {
    return this.#options.colors ? `\u001b[${COLORS[kind]}m` : '';
  }

  #pad(depth: number): string {
    const { indent } = this.#options;
    return indent === undefined ? '' : `\n${indent.repeat(depth)}`;
  }

  #scalar(value: null | boolean | number | string): string {
    const text = typeof value === 'string' ? this.#quoted(value) : typeof value === 'number' ? formatNumber(value) : String(value);
    if (!this.#options.colors) return text;
    return this.#start(typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : (String(value) as 'null')) + text + this.#reset;
  }

  #key(key: string, depth: number, isFirst: boolean): string {
    const colon = this.#options.indent === undefined ? ':' : ': ';
    const before = `${isFirst ? '' : `${this.#start('object')},`}${this.#pad(depth)}`;
    if (!this.#options.colors) return `${before}${this.#quoted(key)}${colon}`;
    return `${before}${this.#reset}${this.#start('key')}${this.#quoted(key)}${this.#reset}${this.#start('object')}${colon}${this.#reset}`;
  }

  #empty(value: JqArray | JqObject): string | undefined {
    if (value instanceof JqArray) return value.items.length === 0 ? `${this.#start('array')}[]${this.#reset}` : undefined;
    return value.map.size === 0 ? `${this.#start('object')}{}${this.#reset}` : undefined;
  }

  #keys(map: ReadonlyMap<string, Value>): Iterable<string> {
    return this.#options.sortKeys ? sortedKeys(map) : map.keys();
  }

  /** All at once; undefined where the value has too many parts. */
  #whole(value: Value, depth: number): string | undefined {
    if (value === null || typeof value !== 'object') return this.#scalar(value);
    const empty = this.#empty(value);
    if (empty !== undefined) return empty;
    this.#left -= value instanceof JqArray ? value.items.length : value.map.size;
    if (this.#left < 0) return undefined;
    const kind = value instanceof JqArray ? 'array' : 'object';
    let text = `${this.#start(kind)}${value instanceof JqArray ? '[' : '{'}`;
    let isFirst = true;
    if (value instanceof JqArray) {
      for (const item of value.items) {
        const inner = this.#whole(item, depth + 1);
        if (inner === undefined) return undefined;
        text += `${isFirst ? '' : `${this.#start('array')},`}${this.#pad(depth + 1)}${inner}`;
        isFirst = false;
      }
    } else {
      for (const key of this.#keys(value.map)) {
        const inner = this.#whole(value.map.get(key) as Value, depth + 1);
        if (inner === undefined) return undefined;
        text += this.#key(key, depth + 1, isFirst) + inner;
        isFirst = false;
      }
    }
    return text + this.#close(kind, depth);
  }

  #close(kind: 'array' | 'object', depth: number): string {
    return `${this.#start(kind)}${this.#pad(depth)}${this.#start(kind)}${kind === 'array' ? ']' : '}'}${this.#reset}`;
  }

  /** Adds to `out`, which is handed out when it is long enough. */
  *pieces(value: Value, depth: number): Generator<string, void, void> {
    this.#left = BUDGET;
    const whole = this.#whole(value, depth);
    if (whole !== undefined) {
      this.out += whole;
      if (this.out.length > PIECE) {
        yield this.out;
        this.out = '';
      }
      return;
    }
    if (value instanceof JqArray) {
      this.out += `${this.#start('array')}[`;
      for (const [at, item] of value.items.entries()) {
        this.out += `${at === 0 ? '' : `${this.#start('array')},`}${this.#pad(depth + 1)}`;
        yield* this.pieces(item, depth + 1);
      }
      this.out += this.#close('array', depth);
    } else if (value instanceof JqObject) {
      this.out += `${this.#start('object')}{`;
      let isFirst = true;
      for (const key of this.#keys(value.map)) {
        this.out += this.#key(key, depth + 1, isFirst);
        isFirst = false;
        yield* this.pieces(value.map.get(key) as Value, depth + 1);
      }
      this.out += this.#close('object', depth);
    }
  }
}
