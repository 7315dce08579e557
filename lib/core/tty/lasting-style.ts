import { ESCAPE } from './output-scan.ts';

/** More than this many different ones, and the text is sooner parsed. */
const STYLES_MAX = 256;

const encoder = new TextEncoder();

/**
 * The SGR sequences that leave a terminal with the colours that `parts` leave it with, one after the other; undefined
 * where there are too many. `parts` hold text and SGR only. Each sequence sets what it sets whatever was set before: so
 * nothing before the last reset counts, and of two that are alike only the later.
 */
export function lastingStyle(parts: readonly Uint8Array[]): Uint8Array | undefined {
  /** From the last one to the first. */
  const found = new Set<string>();
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const part = parts[index] as Uint8Array;
    for (let at = part.lastIndexOf(ESCAPE); at >= 0; at = at === 0 ? -1 : part.lastIndexOf(ESCAPE, at - 1)) {
      const sequence = sequenceAt(parts, index, at);
      found.add(sequence);
      if (found.size > STYLES_MAX) return undefined;
      // The first parameter is 0, or not given: everything goes back to the default.
      if (/^\[0?[m;]/.test(sequence.slice(1))) return encoder.encode([...found].reverse().join(''));
    }
  }
  return encoder.encode([...found].reverse().join(''));
}

/** Up to its `m`, which may be in a later part. */
function sequenceAt(parts: readonly Uint8Array[], index: number, at: number): string {
  let text = '';
  let place = at;
  for (let part = index; part < parts.length; part += 1, place = 0) {
    const bytes = parts[part] as Uint8Array;
    for (; place < bytes.length; place += 1) {
      const byte = bytes[place] as number;
      text += String.fromCharCode(byte);
      if (byte === 0x6d) return text;
    }
  }
  return text;
}
