/** How well a label fits what was typed; `marks` are the places of its letters in the label. */
export interface FuzzyMatch {
  score: number;
  marks: number[];
}

/**
 * All letters of `query` in the order typed, blanks aside; letters at the start of words and next to each other count more. The best
 * placing is found, not the first: `sr` in "search rows" marks both words. Undefined when it does not fit.
 */
export function fuzzyMatch(query: string, label: string): FuzzyMatch | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  if (wanted === '') return { score: 0, marks: [] };
  const text = label.toLowerCase();
  if (wanted.length > text.length) return undefined;
  const none = Number.NEGATIVE_INFINITY;
  /** best[i][j]: the best score with letter i at place j. */
  const best: number[][] = [];
  const from: number[][] = [];
  for (let i = 0; i < wanted.length; i += 1) {
    const row = Array<number>(text.length).fill(none);
    const back = Array<number>(text.length).fill(-1);
    let reach = i === 0 ? 0 : none;
    let reachAt = -1;
    for (let j = 0; j < text.length; j += 1) {
      if (i > 0 && j > 0) {
        const before = (best[i - 1] as number[])[j - 1] as number;
        // A gap costs the same however wide it is.
        if (before > reach) [reach, reachAt] = [before, j - 1];
      }
      if (text[j] !== wanted[i]) continue;
      const isStart = j === 0 || /[^a-z0-9]/.test(text[j - 1] as string);
      const own = 1 + (isStart ? 4 : 0);
      const adjacent = i > 0 && j > 0 ? ((best[i - 1] as number[])[j - 1] as number) + 3 : none;
      const apart = i === 0 ? -Math.min(j, 3) * 0.1 : reach;
      if (adjacent === none && apart === none) continue;
      row[j] = own + Math.max(adjacent, apart);
      back[j] = adjacent >= apart ? j - 1 : reachAt;
    }
    best.push(row);
    from.push(back);
  }
  const last = best[wanted.length - 1] as number[];
  let end = -1;
  for (let j = 0; j < last.length; j += 1) if ((last[j] as number) > (end < 0 ? none : (last[end] as number))) end = j;
  if (end < 0) return undefined;
  const marks: number[] = [];
  for (let i = wanted.length - 1, j = end; i >= 0; i -= 1) {
    marks.unshift(j);
    j = (from[i] as number[])[j] as number;
  }
  return { score: (last[end] as number) - label.length * 0.01, marks };
}
