import { changesBetween, type Change, type LineRules, type Side } from './text-sides.ts';

/**
 * What differs between three texts, as GNU diff3 finds it: two comparisons with one of the three, their changes joined where they
 * touch. Source: the GNU diffutils manual, "Comparing Three Files". Rejected: the merge of `sync/merge-text.ts`, which answers a
 * merged text and not which of the three is the odd one.
 */
export interface Span {
  from: number;
  to: number;
}

export interface Block {
  /** 0, 1 or 2: only this text differs; 'all': each does. */
  odd: 0 | 1 | 2 | 'all';
  spans: readonly [Span, Span, Span];
}

const EXACTLY: LineRules = { ignoreCase: false, ignoreSpace: 'none', expandTabs: false, stripCarriageReturn: false, isMinimal: false };
/** Equal lines around the changes that take part, as diff3 asks of diff. */
const HORIZON = 100;

/** @param common the text that the two others are compared with. */
export async function blocksOf(sides: readonly [Side, Side, Side], common: 0 | 1 | 2, breathe: () => Promise<void> | undefined): Promise<Block[]> {
  const others = ([0, 1, 2] as const).filter((index) => index !== common) as [0 | 1 | 2, 0 | 1 | 2];
  const changes = await Promise.all(others.map((index) => changesBetween(sides[index], sides[common], EXACTLY, HORIZON, breathe))) as [Change[], Change[]];
  const at = [0, 0] as [number, number];
  /** Lines that each of the two is ahead of the common text so far. */
  const ahead = [0, 0] as [number, number];
  const blocks: Block[] = [];
  for (;;) {
    const heads = [changes[0][at[0]], changes[1][at[1]]] as const;
    if (heads[0] === undefined && heads[1] === undefined) return blocks;
    const first = heads[1] === undefined || (heads[0] !== undefined && heads[0].rightFrom <= heads[1].rightFrom) ? 0 : 1;
    const from = heads[first]!.rightFrom;
    let to = from;
    const before = [...ahead] as [number, number];
    const touched = [false, false] as [boolean, boolean];
    let grew = true;
    while (grew) {
      grew = false;
      for (const side of [0, 1] as const) {
        for (let change = changes[side][at[side]]; change !== undefined && change.rightFrom <= to; change = changes[side][at[side]]) {
          if (change.rightFrom === to && to !== from && change.rightCount + change.leftCount === 0) break;
          to = Math.max(to, change.rightFrom + change.rightCount);
          ahead[side] += change.leftCount - change.rightCount;
          touched[side] = true;
          at[side] += 1;
          grew = true;
        }
      }
    }
    const spans = [{ from: 0, to: 0 }, { from: 0, to: 0 }, { from: 0, to: 0 }] as [Span, Span, Span];
    spans[common] = { from, to };
    for (const side of [0, 1] as const) spans[others[side]] = { from: from + before[side], to: to + ahead[side] };
    const isSame = textOf(sides[others[0]], spans[others[0]]) === textOf(sides[others[1]], spans[others[1]]);
    blocks.push({ odd: !touched[1] ? others[0] : !touched[0] ? others[1] : isSame ? common : 'all', spans });
  }
}

/** The lines of a span, with their newlines. */
export function textOf({ lines, isTerminated }: Side, { from, to }: Span): string {
  if (to <= from) return '';
  return lines.slice(from, to).join('\n') + (to === lines.length && !isTerminated ? '' : '\n');
}
