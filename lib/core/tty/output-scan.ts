/** Reads output, in pieces, for anything that does more to a terminal than fill lines. */
export const NEWLINE = 0x0a;
export const ESCAPE = 0x1b;

/** What a byte is between two sequences. */
const ORDINARY = 0;
const OTHER = 1;
/** The lead of U+0080 to U+00BF, of which the first half are controls as well. */
const C2 = 2;

/** Ordinary: text, backspace, tab and return. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0xc2) return C2;
  return (byte >= 0x20 && byte !== 0x7f) || byte === 0x08 || byte === 0x09 || byte === 0x0d ? ORDINARY : OTHER;
});

const TEXT = 0;
const AFTER_ESCAPE = 1;
/** In a control sequence that has had nothing but digits, `;` and `:`. */
const IN_PARAMETERS = 2;
const AFTER_C2 = 3;

/** Fewer bytes are sooner looked at one by one. */
const WORDS_MIN_BYTES = 64;
const NO_WORDS = new Int32Array(0);

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
    /** The first byte that lies at a multiple of four. */
    const offset = -data.byteOffset & 3;
    const words = wordsOf(data, offset);
    const count = words.length;
    let state = this.#state;
    let newlines = 0;
    let at = 0;
    while (at < length) {
      if (state === TEXT) {
        while (at < length && KINDS[data[at] as number] === ORDINARY) {
          at += 1;
          if (((at - offset) & 3) !== 0) continue;
          let word = (at - offset) >> 2;
          if (word >= count) continue;
          while (word < count && isText(words[word] as number)) word += 1;
          at = (word << 2) + offset;
        }
        if (at === length) break;
      }
      const byte = data[at] as number;
      at += 1;
      if (state === TEXT) {
        if (byte === NEWLINE) newlines += 1;
        else if (byte === ESCAPE) {
          if (at === length || data[at] !== 0x5b) {
            state = AFTER_ESCAPE;
            continue;
          }
          // Most sequences are there whole.
          for (at += 1; at < length && isParameter(data[at] as number);) at += 1;
          if (at < length && data[at] === 0x6d) at += 1;
          else state = IN_PARAMETERS;
        } else if (byte === 0xc2) state = AFTER_C2;
        else return this.#end();
      } else if (state === IN_PARAMETERS) {
        if (byte === 0x6d) state = TEXT;
        else if (!isParameter(byte)) return this.#end();
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

/** A digit, `:` or `;`. */
function isParameter(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x3b;
}

/** The bytes four at a time, from `offset` on. */
function wordsOf({ buffer, byteOffset, length }: Uint8Array, offset: number): Int32Array {
  return length < WORDS_MIN_BYTES ? NO_WORDS : new Int32Array(buffer, byteOffset + offset, (length - offset) >> 2);
}

/**
 * Whether none of four bytes is below 0x20, 0x7f or 0xc2: some byte of `x` is below `n` only if `(x - n…n) & ~x` has the
 * highest bit of a byte set (Warren, Hacker's Delight, 6-1). What is borrowed sets some more; those are looked at one by one.
 */
function isText(word: number): boolean {
  const del = word ^ 0x7f7f7f7f;
  const lead = word ^ 0xc2c2c2c2;
  return ((((word - 0x20202020) & ~word) | ((del - 0x01010101) & ~del) | ((lead - 0x01010101) & ~lead)) & 0x80808080) === 0;
}
