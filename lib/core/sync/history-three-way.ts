import { lineChanges, slideDown, type LineChange } from './line-changes.ts';

/** A text made of two versions: parts that need no answer, and parts where both changed the same lines. */
export type ThreeWayPart =
  | { kind: 'settled'; text: string }
  /** `base`: what both come from; undefined when that is not known. */
  | { kind: 'open'; base: string | undefined; yours: string; theirs: string };

/**
 * The parts in order; all texts in lines with their ends. Without a base every difference is open, and so is everything
 * in texts that differ too much to be laid side by side.
 */
export function threeWayParts(base: readonly string[] | undefined, yours: readonly string[], theirs: readonly string[]): ThreeWayPart[] {
  return (base === undefined ? undefined : withBase(base, yours, theirs)) ?? withoutBase(yours, theirs);
}

function withBase(base: readonly string[], yours: readonly string[], theirs: readonly string[]): ThreeWayPart[] | undefined {
  const [mine, other] = [waysOf(base, yours), waysOf(base, theirs)];
  if (mine === undefined || other === undefined) return undefined;
  const all = [...mine, ...other].sort((x, y) => x.at - y.at || x.count - y.count);
  const parts: ThreeWayPart[] = [];
  let done = 0;
  for (let index = 0; index < all.length;) {
    const start = all[index]!.at;
    let end = start;
    const group = new Set<LineChange>();
    // Changes that touch are one: nobody can say which comes first.
    for (let next = all[index]; next !== undefined && (group.size === 0 || next.at <= end); next = all[++index]) {
      group.add(next);
      end = Math.max(end, next.at + next.count);
    }
    settle(parts, base.slice(done, start));
    const sideOf = (changes: readonly LineChange[]): string[] => applied(base, start, end, changes.filter((change) => group.has(change)));
    const [a, b, before] = [sideOf(mine).join(''), sideOf(other).join(''), base.slice(start, end).join('')];
    if (a === b || b === before) settle(parts, [a]);
    else if (a === before) settle(parts, [b]);
    else parts.push({ kind: 'open', base: before, yours: a, theirs: b });
    done = end;
  }
  settle(parts, base.slice(done));
  return parts;
}

function withoutBase(yours: readonly string[], theirs: readonly string[]): ThreeWayPart[] {
  const parts: ThreeWayPart[] = [];
  let done = 0;
  for (const { at, count, lines } of waysOf(yours, theirs) ?? [{ at: 0, count: yours.length, lines: [...theirs] }]) {
    settle(parts, yours.slice(done, at));
    parts.push({ kind: 'open', base: undefined, yours: yours.slice(at, at + count).join(''), theirs: lines.join('') });
    done = at + count;
  }
  settle(parts, yours.slice(done));
  return parts;
}

function waysOf(base: readonly string[], text: readonly string[]): LineChange[] | undefined {
  const changes = lineChanges(base, text);
  return changes === undefined ? undefined : slideDown(base, changes);
}

function settle(parts: ThreeWayPart[], lines: readonly string[]): void {
  const text = lines.join('');
  if (text === '') return;
  const last = parts.at(-1);
  if (last?.kind === 'settled') last.text += text;
  else parts.push({ kind: 'settled', text });
}

function applied(base: readonly string[], start: number, end: number, changes: readonly LineChange[]): string[] {
  const lines: string[] = [];
  let done = start;
  for (const { at, count, lines: added } of changes) {
    lines.push(...base.slice(done, at), ...added);
    done = at + count;
  }
  return [...lines, ...base.slice(done, end)];
}

/** Lines that are open, both sides together: of several possible bases the one with the fewest explains most. */
export function openLines(parts: readonly ThreeWayPart[]): number {
  const count = (text: string): number => text.split('\n').length;
  return parts.reduce((sum, part) => (part.kind === 'open' ? sum + count(part.yours) + count(part.theirs) : sum), 0);
}
