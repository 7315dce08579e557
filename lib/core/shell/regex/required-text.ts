import type { Pattern } from './pattern.ts';

/**
 * The longest text that stands in every match, '' when there is none to name: `took ` of `.* took [0-9]+`. Who searches many
 * lines looks for it first, by the platform's own search. Not for patterns that ignore case.
 */
export function requiredText(pattern: Pattern): string {
  let best = '';
  let run = '';
  const cut = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  const walk = (part: Pattern): void => {
    switch (part.kind) {
      case 'char':
        run += String.fromCodePoint(part.code);
        return;
      // They take nothing, so what stands on both sides stands together.
      case 'empty':
      case 'assert': return;
      case 'group':
        walk(part.item);
        return;
      case 'sequence':
        for (const item of part.items) walk(item);
        return;
      case 'repeat':
        if (part.min > 0) walk(part.item);
        if (part.min !== 1 || part.max !== 1) cut();
        return;
      default: cut();
    }
  };
  walk(pattern);
  cut();
  return best;
}

/**
 * A pattern that matches in the same lines, and sooner: what a match may begin or end with is left out, so that the engine does
 * not try a `.*` or `[a-z]+` anew at each place of a line. Where a match begins and ends is another matter.
 */
export function trimmedPattern(pattern: Pattern): Pattern {
  if (pattern.kind === 'choice') return { kind: 'choice', items: pattern.items.map(trimmedPattern) };
  if (pattern.kind === 'repeat') return pattern.min === 0 ? { kind: 'empty' } : fewest(pattern);
  if (pattern.kind !== 'sequence') return pattern;
  const items = [...pattern.items];
  while (items[0]?.kind === 'repeat' && items[0].min === 0) items.shift();
  while (items[items.length - 1]?.kind === 'repeat' && (items[items.length - 1] as Pattern & { kind: 'repeat' }).min === 0) items.pop();
  for (const at of [0, items.length - 1]) {
    const item = items[at];
    if (item?.kind === 'repeat') items[at] = fewest(item);
  }
  return items.length === 0 ? { kind: 'empty' } : { kind: 'sequence', items };
}

const fewest = (pattern: Pattern & { kind: 'repeat' }): Pattern => (pattern.min === 1 ? pattern.item : { ...pattern, max: pattern.min });
