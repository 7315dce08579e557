/**
 * Bytes as a string that localStorage keeps unharmed: 15 bits in each UTF-16 unit, in the range U+0020 to
 * U+801F. That range has no surrogates (engines that store UTF-8 turn a lone one into U+FFFD) and no line
 * feed. Quota is counted in units, so this holds almost two bytes a unit where plain ASCII would hold one.
 */
const OFFSET = 0x20;
const CHUNK = 4096;

/** Units that `packBytes` makes of `length` bytes. */
export function packedLength(length: number): number {
  return Math.ceil((length * 8) / 15);
}

export function packBytes(bytes: Uint8Array): string {
  const units = new Uint16Array(packedLength(bytes.length));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < bytes.length; i++) {
    held = (held << 8) | bytes[i]!;
    bits += 8;
    if (bits >= 15) {
      bits -= 15;
      units[at++] = ((held >>> bits) & 0x7fff) + OFFSET;
      held &= (1 << bits) - 1;
    }
  }
  if (bits > 0) units[at] = ((held << (15 - bits)) & 0x7fff) + OFFSET;
  let text = '';
  for (let i = 0; i < units.length; i += CHUNK) {
    text += String.fromCharCode(...units.subarray(i, i + CHUNK));
  }
  return text;
}

/** The first `length` bytes of what was packed; undefined when `text` is not of that length or range. */
export function unpackBytes(text: string, start: number, length: number): Uint8Array | undefined {
  if (text.length - start !== packedLength(length)) return undefined;
  const bytes = new Uint8Array(length);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = start; i < text.length; i++) {
    const unit = text.charCodeAt(i) - OFFSET;
    if (unit < 0 || unit > 0x7fff) return undefined;
    held = (held << 15) | unit;
    bits += 15;
    while (bits >= 8) {
      bits -= 8;
      if (at < length) bytes[at++] = (held >>> bits) & 255;
    }
    held &= (1 << bits) - 1;
  }
  return bytes;
}
