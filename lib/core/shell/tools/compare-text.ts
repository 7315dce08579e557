/**
 * The order of the C.UTF-8 locale: by code point, which is also the order of the UTF-8 bytes. UTF-16 order differs
 * from it only where surrogates meet U+E000–U+FFFF; a raw byte (`decodeText`) sorts among the surrogates' place.
 */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    let one = left.charCodeAt(at);
    let two = right.charCodeAt(at);
    if (one === two) continue;
    if (one >= 0xd800 && two >= 0xd800) {
      if (one >= 0xe000) one -= 0x2000;
      if (two >= 0xe000) two -= 0x2000;
    }
    return one - two;
  }
  return left.length - right.length;
}
