/**
 * A fixed text in bytes that nobody has to decode: Horspool's search (1980), which looks at about one byte in each length
 * of the needle. The platform has no such search over arrays, and making a string of a file takes longer than to search it.
 */
export class ByteNeedle {
  /** Whether upper and lower case are the same: then only ASCII may be searched, since other letters have several forms. */
  readonly ignoresCase: boolean;
  readonly #needle: Uint8Array;
  readonly #other: Uint8Array;
  /** How far the next place is when this byte stands under the needle's last one; 0 for that byte itself. */
  readonly #skips: Uint16Array;
  /** From the needle's last byte back to its like; the needle's length when there is none. */
  readonly #gap: number;

  /** @param needle at least one byte, at most 65,535. */
  constructor(needle: Uint8Array, ignoresCase: boolean) {
    this.ignoresCase = ignoresCase;
    this.#needle = needle;
    this.#other = ignoresCase ? needle.map((byte) => (isLetter(byte) ? byte ^ 32 : byte)) : needle;
    const last = needle.length - 1;
    this.#skips = new Uint16Array(256).fill(needle.length);
    let gap = needle.length;
    for (let at = 0; at < last; at += 1) {
      for (const byte of [needle[at] as number, this.#other[at] as number]) {
        this.#skips[byte] = last - at;
        if (byte === needle[last] || byte === this.#other[last]) gap = last - at;
      }
    }
    this.#gap = gap;
    this.#skips[needle[last] as number] = 0;
    this.#skips[this.#other[last] as number] = 0;
  }

  /** Where it is first at or after `from`; -1 when nowhere. */
  find(bytes: Uint8Array, from: number): number {
    const needle = this.#needle;
    const other = this.#other;
    const skips = this.#skips;
    const last = needle.length - 1;
    const { length } = bytes;
    for (let at = from + last; at < length;) {
      const skip = skips[bytes[at] as number] as number;
      if (skip > 0) {
        at += skip;
        continue;
      }
      const start = at - last;
      let same = 0;
      for (; same < last; same += 1) {
        const byte = bytes[start + same];
        if (byte !== needle[same] && byte !== other[same]) break;
      }
      if (same === last) return start;
      at += this.#gap;
    }
    return -1;
  }
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}

/** Where the line at `at` ends: at its newline, or where the bytes do. Most lines are short, and a call of the platform costs as much as one. */
export function lineEnd(bytes: Uint8Array, at: number): number {
  const near = Math.min(bytes.length, at + 160);
  for (let place = at; place < near; place += 1) if (bytes[place] === 10) return place;
  const far = near < bytes.length ? bytes.indexOf(10, near) : -1;
  return far < 0 ? bytes.length : far;
}

/** Where the line at `at` begins. */
export function lineStart(bytes: Uint8Array, at: number): number {
  const near = Math.max(0, at - 160);
  for (let place = at; place > near; place -= 1) if (bytes[place - 1] === 10) return place;
  return near === 0 ? 0 : bytes.lastIndexOf(10, near - 1) + 1;
}
