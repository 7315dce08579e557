/** Reads output, in pieces, for anything that does more to a terminal than fill lines. */
export const NEWLINE = 0x0a;
export const ESCAPE = 0x1b;

const TEXT = 0;
const AFTER_ESCAPE = 1;
/** In a control sequence that has had nothing but digits, `;` and `:`. */
const IN_PARAMETERS = 2;
/** The lead of U+0080 to U+00BF, of which the first half are controls as well. */
const AFTER_C2 = 3;

/** Text, backspace, tab and return. */
const ORDINARY = Uint8Array.from({ length: 256 }, (_, byte) => ((byte >= 0x20 && byte !== 0x7f && byte !== 0xc2) || byte === 0x08 || byte === 0x09 || byte === 0x0d ? 1 : 0));

export class OutputScan {
  #state = TEXT;
  #isPlain = true;

  /**
   * The newlines of the next piece; undefined as soon as there was anything besides text, backspaces, tabs, returns,
   * newlines and SGR, and from then on. For a string too, because only a terminal could say what comes of it.
   */
  read(data: string | Uint8Array): number | undefined {
    if (!this.#isPlain) return undefined;
    if (typeof data === 'string') {
      // oxlint-disable-next-line no-control-regex
      this.#isPlain = this.#state === TEXT && !/[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(data);
      return this.#isPlain ? 0 : undefined;
    }
    const { length } = data;
    let state = this.#state;
    let newlines = 0;
    let at = 0;
    while (at < length) {
      if (state === TEXT) {
        while (at < length && ORDINARY[data[at] as number] === 1) at += 1;
        if (at === length) break;
      }
      const byte = data[at] as number;
      at += 1;
      if (state === TEXT) {
        if (byte === NEWLINE) newlines += 1;
        else if (byte === ESCAPE) state = AFTER_ESCAPE;
        else if (byte === 0xc2) state = AFTER_C2;
        else return this.#end();
      } else if (state === IN_PARAMETERS) {
        if (byte === 0x6d) state = TEXT;
        else if (byte < 0x30 || byte > 0x3b) return this.#end();
      } else if (state === AFTER_ESCAPE) {
        if (byte !== 0x5b) return this.#end();
        state = IN_PARAMETERS;
      } else {
        if (byte >= 0x80 && byte < 0xa0) return this.#end();
        state = TEXT;
        // No continuation: it counts for itself.
        if (byte < 0x80 || byte >= 0xc0) at -= 1;
      }
    }
    this.#state = state;
    return newlines;
  }

  #end(): undefined {
    this.#isPlain = false;
    return undefined;
  }
}
