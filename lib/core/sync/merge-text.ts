import { diff3Merge } from 'node-diff3';
import { limits } from '../limits.ts';

/**
 * Three-way merge by line. Answers the merged bytes, or undefined when both sides changed the same lines, when
 * one of the three is not text, or when they are too long to compare: then both versions are kept as files.
 * Markers are never written into a file.
 */
export function mergeText(base: Uint8Array, local: Uint8Array, remote: Uint8Array): Uint8Array | undefined {
  const texts = [local, base, remote].map(linesOf);
  const [a, o, b] = texts;
  if (a === undefined || o === undefined || b === undefined) return undefined;
  const merged: string[] = [];
  for (const region of diff3Merge(a, o, b, { excludeFalseConflicts: true }) as { ok?: string[] }[]) {
    if (region.ok === undefined) return undefined;
    merged.push(...region.ok);
  }
  return new TextEncoder().encode(merged.join(''));
}

/** Lines with their ends, so that the joined lines are the text; undefined for what is not text. */
function linesOf(bytes: Uint8Array): string[] | undefined {
  if (bytes.length > limits.mergeMaxBytes || bytes.includes(0)) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return lines.length <= limits.mergeMaxLines ? lines : undefined;
}
