import * as limits from '../limits.ts';
import { lineChanges, lineChangesFromBack, slideDown, type LineChange } from './line-changes.ts';

/**
 * Three-way merge by line (diff3). Answers the merged bytes, or undefined when both sides changed the same lines or
 * neighbouring ones, when one of the three is not text, or when they are too long to compare: then both versions are
 * kept as files. Markers are never written into a file.
 *
 * Where lines repeat there are several ways to lay two texts side by side, and two changes may touch in one of them and
 * not in another: what conflicts in one way is tried in the others. Compared with `git merge-file` by thousands of
 * texts (merge-text.integration.test.ts).
 */
export function mergeText(base: Uint8Array, local: Uint8Array, remote: Uint8Array): Uint8Array | undefined {
  const [o, a, b] = [base, local, remote].map(linesOf);
  if (a === undefined || o === undefined || b === undefined) return undefined;
  const [ours, theirs] = [waysOf(o, a), waysOf(o, b)];
  for (const local of ours) {
    for (const remote of theirs) {
      const merged = mergeLines(o, local, remote);
      if (merged !== undefined) return new TextEncoder().encode(merged.join(''));
    }
  }
  return undefined;
}

/** The changes of one side, seen in up to three ways; none when there are too many. */
function waysOf(base: string[], text: string[]): LineChange[][] {
  const fromFront = lineChanges(base, text);
  const fromBack = lineChangesFromBack(base, text);
  return fromFront === undefined || fromBack === undefined ? [] : [slideDown(base, fromFront), fromFront, fromBack];
}

/** undefined when changes of both sides overlap or touch, and are not the same. */
function mergeLines(base: string[], local: readonly LineChange[], remote: readonly LineChange[]): string[] | undefined {
  const changes = [...local, ...remote].sort((x, y) => x.at - y.at || x.count - y.count);
  const merged: string[] = [];
  let done = 0;
  for (let i = 0; i < changes.length;) {
    const start = changes[i]!.at;
    let end = start;
    const group = new Set<LineChange>();
    for (let next = changes[i]; next !== undefined && (group.size === 0 || next.at <= end); next = changes[++i]) {
      group.add(next);
      end = Math.max(end, next.at + next.count);
    }
    const [ours, theirs] = [local, remote].map((side) => side.filter((change) => group.has(change)));
    const results = [ours, theirs].flatMap((side) => (side === undefined || side.length === 0 ? [] : [applyWithin(base, start, end, side)]));
    const [first, second] = results;
    if (first !== undefined && second !== undefined && (first.length !== second.length || first.some((line, at) => line !== second[at]))) return undefined;
    merged.push(...base.slice(done, start), ...first ?? []);
    done = end;
  }
  return [...merged, ...base.slice(done)];
}

function applyWithin(base: string[], start: number, end: number, changes: readonly LineChange[]): string[] {
  const lines: string[] = [];
  let done = start;
  for (const change of changes) {
    lines.push(...base.slice(done, change.at), ...change.lines);
    done = change.at + change.count;
  }
  return [...lines, ...base.slice(done, end)];
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
