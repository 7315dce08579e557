import { begunCharacterLength } from '../../begun-character.ts';
import { concatBytes, decodeText } from '../text.ts';

/** The input as text, a piece for each chunk, whole characters each: for tools that need no whole line, which may have no end. */
export async function* textPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, void> {
  let rest: Uint8Array | undefined;
  for await (const chunk of chunks) {
    const bytes = rest === undefined ? chunk : concatBytes([rest, chunk]);
    const end = bytes.length - begunCharacterLength(bytes);
    rest = end < bytes.length ? bytes.slice(end) : undefined;
    if (end > 0) yield decodeText(bytes.subarray(0, end));
  }
  if (rest !== undefined) yield decodeText(rest);
}
