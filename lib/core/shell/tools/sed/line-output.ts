import { encodeText } from '../../text.ts';

/**
 * Where lines go. A last line without a newline stays without one, unless something is written after it; so the newline
 * of such a line is owed, and paid by the next write.
 */
export class LineOutput {
  readonly #put: (bytes: Uint8Array) => void;
  readonly #separator: string;
  #text = '';
  #isOwed = false;

  constructor(put: (bytes: Uint8Array) => void, separator: string) {
    this.#put = put;
    this.#separator = separator;
  }

  line(text: string, isTerminated: boolean): void {
    const owed = this.#isOwed ? this.#separator : '';
    this.#isOwed = !isTerminated;
    this.#text += isTerminated ? owed + text + this.#separator : owed + text;
  }

  /** Text that brings its own newlines; even an empty one pays what is owed (`$a\`). */
  raw(text: string): void {
    this.#text += this.#isOwed ? this.#separator + text : text;
    this.#isOwed = false;
  }

  /** UTF-16 units that wait for `flush`. */
  get size(): number {
    return this.#text.length;
  }

  flush(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    this.#put(encodeText(text));
  }
}
