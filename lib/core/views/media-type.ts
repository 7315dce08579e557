/** The types that a page can show. SVG only as a picture: there no script of it runs and nothing is fetched. */
const MAGIC: readonly [type: string, at: number, bytes: readonly number[]][] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, [0x47, 0x49, 0x46, 0x38]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
  ['image/avif', 4, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
  ['image/bmp', 0, [0x42, 0x4d]],
  ['image/x-icon', 0, [0, 0, 1, 0]],
  ['application/pdf', 0, [0x25, 0x50, 0x44, 0x46, 0x2d]],
];

const LOOK_BYTES = 4096;

/** By its content, whatever its name says; undefined when a page cannot show it. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  const found = MAGIC.find(([, at, magic]) => magic.every((byte, index) => bytes[at + index] === byte));
  if (found !== undefined) return found[0];
  const head = bytes.subarray(0, LOOK_BYTES);
  if (head.includes(0)) return undefined;
  const text = new TextDecoder().decode(head).trimStart();
  return /^(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i.test(text) ? 'image/svg+xml' : undefined;
}

/** Whether the bytes are text, as far as one can tell from their beginning. */
export function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, LOOK_BYTES);
  if (head.includes(0)) return false;
  try {
    // The last character of the beginning may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
