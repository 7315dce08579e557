/**
 * Bytes and the shell's strings. A string is UTF-8 decoded; a byte that is not part of valid UTF-8 becomes the
 * lone surrogate U+DC00 + byte (as Python's `surrogateescape`, PEP 383), so that any bytes survive a variable,
 * `$(...)` or a text tool unchanged. Rejected: latin-1 strings, which make `${#x}` and `.` count bytes.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const ESCAPED = /[\udc80-\udcff]/;

const EMPTY = new Uint8Array(0);

/** The shell's string for these bytes; never throws. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

/** The bytes of a shell's string; the inverse of `decodeText`. */
export function encodeText(text: string): Uint8Array {
  if (text === '') return EMPTY;
  return ESCAPED.test(text) ? encodeEscaped(text) : encoder.encode(text);
}

/** The string of one raw byte, as `printf '\xff'` makes it. */
export function byteText(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

/** Joins the raw bytes of escapes such as `\xc3\xa9` into the characters they spell. */
export function normalizeText(text: string): string {
  return ESCAPED.test(text) ? decodeText(encodeEscaped(text)) : text;
}

function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number;
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let index = 1; index < length; index += 1) {
    if (((bytes[at + index] as number) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] as number;
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0;
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0;
  return length;
}

function decodeEscaping(bytes: Uint8Array): string {
  const parts: string[] = [];
  let validFrom = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (at > validFrom) parts.push(strict.decode(bytes.subarray(validFrom, at)));
    parts.push(String.fromCharCode(0xdc00 + (bytes[at] as number)));
    at += 1;
    validFrom = at;
  }
  if (at > validFrom) parts.push(strict.decode(bytes.subarray(validFrom, at)));
  return parts.join('');
}

function encodeEscaped(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  let length = 0;
  let from = 0;
  const flush = (to: number): void => {
    if (to <= from) return;
    const piece = encoder.encode(text.slice(from, to));
    out.set(piece, length);
    length += piece.length;
  };
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const low = text.charCodeAt(at + 1);
      if (low >= 0xdc00 && low <= 0xdfff) at += 1;
    } else if (unit >= 0xdc80 && unit <= 0xdcff) {
      flush(at);
      out[length] = unit - 0xdc00;
      length += 1;
      from = at + 1;
    }
  }
  flush(text.length);
  return out.slice(0, length);
}

/** All of `chunks` in one array; the chunk itself when there is only one. */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 0) return EMPTY;
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  let total = 0;
  for (const chunk of chunks) total += chunk.length;
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
