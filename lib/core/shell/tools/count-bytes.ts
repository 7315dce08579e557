/** How often a byte occurs: four at a time, by the carries of a sum of 32 bits (Mycroft's zero-byte test, exact form). */
export function countByte(bytes: Uint8Array, wanted: number): number {
  let count = 0;
  let at = 0;
  const { length } = bytes;
  const misaligned = (4 - (bytes.byteOffset & 3)) & 3;
  for (const end = Math.min(misaligned, length); at < end; at += 1) if (bytes[at] === wanted) count += 1;
  const words = length - at < 4 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + at, (length - at) >> 2);
  const pattern = (wanted * 0x01010101) | 0;
  count += words.length * 4;
  for (let from = 0; from < words.length;) {
    // Each of the four counters has eight bits.
    const end = Math.min(words.length, from + 255);
    let others = 0;
    for (; from < end; from += 1) {
      const word = (words[from] as number) ^ pattern;
      others = (others + (((((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word) >>> 7) & 0x01010101)) | 0;
    }
    count -= (others & 0xff) + ((others >>> 8) & 0xff) + ((others >>> 16) & 0xff) + (others >>> 24);
  }
  for (at += words.length * 4; at < length; at += 1) if (bytes[at] === wanted) count += 1;
  return count;
}

/** Every place at which a byte occurs. */
export function placesOf(bytes: Uint8Array, wanted: number): Uint32Array {
  const places = new Uint32Array(countByte(bytes, wanted));
  let found = 0;
  let at = 0;
  for (; at < bytes.length && (bytes.byteOffset + at) % 4 !== 0; at += 1) if (bytes[at] === wanted) places[found++] = at;
  const words = bytes.length - at < 4 ? new Uint32Array(0) : new Uint32Array(bytes.buffer, bytes.byteOffset + at, (bytes.length - at) >> 2);
  const pattern = wanted * 0x01010101;
  for (let index = 0; index < words.length; index += 1, at += 4) {
    const word = (words[index] as number) ^ pattern;
    if (((word - 0x01010101) & ~word & 0x80808080) === 0) continue;
    for (let inner = at; inner < at + 4; inner += 1) if (bytes[inner] === wanted) places[found++] = inner;
  }
  for (; at < bytes.length; at += 1) if (bytes[at] === wanted) places[found++] = at;
  return places;
}
