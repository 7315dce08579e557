import * as limits from '../../limits.ts';
import { widths, type Pattern } from './pattern.ts';

/**
 * What a backtracking engine would pay for a pattern on a text, told before it is run.
 *
 * An engine goes back only where there is a choice: a loop can give back what it took, an alternative can be another.
 * Where what follows a loop cannot begin with what the loop takes (`[^,]*,`), giving back fails at once, so such a loop
 * costs its length once. Every other loop multiplies: by the number of places where what follows could begin. So the
 * steps are at most  starts × length × Π (choices),  and the places are counted in the text itself, because that is
 * what separates `\(.*\)-\(.*\)-\(.*\)` on a date (a few hundred steps) from the same on a line of hyphens.
 * Rejected: length to the power of the number of loops. It is right for the worst text and sends nearly every real
 * script to the automaton, a hundred times slower.
 */
export interface Cost {
  /** What each choice may begin with, where it multiplies the work; see `steps`. */
  choices: readonly Ranges[];
  /** Of alternatives that can begin alike, and of `{1,3}`. */
  factor: number;
  /** Every match begins at the start of the text. */
  anchored: boolean;
  /** What a match can begin with; undefined when it can be empty. */
  first: Ranges | undefined;
  hasLoop: boolean;
  /** A loop over something that is itself ambiguous: 2^length. */
  isExponential: boolean;
  /** The first alternative that fits may not be the longest. */
  orderMatters: boolean;
  hasBackReference: boolean;
}

type Ranges = readonly (readonly [number, number])[];

const LAST_CODE = 0x10ffff;
const ALL: Ranges = [[0, LAST_CODE]];

function complement(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((one, other) => one[0] - other[0]);
  const rest: (readonly [number, number])[] = [];
  let from = 0;
  for (const [low, high] of sorted) {
    if (low > from) rest.push([from, low - 1]);
    from = Math.max(from, high + 1);
  }
  if (from <= LAST_CODE) rest.push([from, LAST_CODE]);
  return rest;
}

const overlap = (ones: Ranges, others: Ranges): boolean => ones.some(([low, high]) => others.some(([from, to]) => low <= to && from <= high));

/** Both cases of ASCII; anything else may fold to anything. */
function folded(ranges: Ranges): Ranges {
  const more: (readonly [number, number])[] = [];
  for (const [low, high] of ranges) {
    if (high > 0x7f) return ALL;
    for (const [from, to, shift] of [[65, 90, 32], [97, 122, -32]] as const) {
      if (low <= to && high >= from) more.push([Math.max(low, from) + shift, Math.min(high, to) + shift]);
    }
  }
  return [...ranges, ...more];
}

interface Walk {
  /** What a match of this, and then of what follows, can begin with; with `canEnd` also nothing at all. */
  first: Ranges;
  canEnd: boolean;
}

class Analysis {
  readonly choices: Ranges[] = [];
  factor = 1;
  isExponential = false;
  orderMatters = false;
  hasLoop = false;
  hasBackReference = false;
  readonly #ignoreCase: boolean;

  constructor(ignoreCase: boolean) {
    this.#ignoreCase = ignoreCase;
  }

  #set(ranges: Ranges): Ranges {
    return this.#ignoreCase ? folded(ranges) : ranges;
  }

  /** Walks backwards, because the price of a loop depends on what follows it. */
  walk(pattern: Pattern, follow: Walk): Walk {
    switch (pattern.kind) {
      case 'empty': return follow;
      case 'assert': return follow;
      case 'char':
      case 'any':
      case 'property':
      case 'set': return this.#first(pattern);
      case 'look': {
        // As if what is looked for stood there; what is not to be there, or behind, says nothing of what a match begins with.
        const there = this.walk(pattern.item, follow);
        return pattern.isBehind || pattern.isNegated ? { first: ALL, canEnd: follow.canEnd } : there;
      }
      case 'sequence': return pattern.items.reduceRight((after, item) => this.walk(item, after), follow);
      case 'group': return this.walk(pattern.item, follow);
      case 'back-reference':
        this.hasBackReference = true;
        return { first: ALL, canEnd: true };
      case 'not':
        this.isExponential = true;
        return { first: ALL, canEnd: true };
      case 'choice': {
        const ways = pattern.items.map((item) => this.walk(item, follow));
        const isClear = ways.every((way, index) => !way.canEnd && ways.slice(index + 1).every((other) => !overlap(way.first, other.first)));
        if (!isClear) {
          this.factor *= pattern.items.length;
          this.orderMatters = true;
        }
        return { first: ways.flatMap((way) => way.first), canEnd: ways.some((way) => way.canEnd) };
      }
      case 'repeat': return this.#repeat(pattern, follow);
    }
  }

  #repeat({ item, min, max }: Pattern & { kind: 'repeat' }, follow: Walk): Walk {
    const before = this.choices.length;
    const factorBefore = this.factor;
    this.factor = 1;
    // In a loop an item is followed by the next one, or by what comes after the loop.
    const alone = max <= 1 ? follow : { first: [...this.#first(item).first, ...follow.first], canEnd: follow.canEnd };
    if (max === Number.POSITIVE_INFINITY) this.hasLoop = true;
    const inner = this.walk(item, alone);
    const rounds = max === Number.POSITIVE_INFINITY ? max : max - min;
    const innerChoices = this.choices.length - before;
    const isAmbiguousInside = innerChoices > 0 || this.factor > 1;
    if (isAmbiguousInside && max > 1) {
      if (max === Number.POSITIVE_INFINITY || max * innerChoices > 12) this.isExponential = true;
      else {
        const added = this.choices.slice(before);
        for (let round = 1; round < max; round += 1) this.choices.push(...added);
        this.factor **= max;
      }
    }
    this.factor *= factorBefore;
    const first = min === 0 ? [...inner.first, ...follow.first] : inner.first;
    const canEnd = min === 0 ? follow.canEnd || inner.canEnd : inner.canEnd;
    if (rounds === 0) return { first, canEnd };
    const width = widths(item);
    const isNullable = width.min === 0;
    if (isNullable && max > 1) this.isExponential = true;
    const isClear = !overlap(inner.first, follow.first) && !isNullable;
    if (!isClear) {
      if (rounds === Number.POSITIVE_INFINITY) this.choices.push(follow.first);
      else this.factor *= rounds + 1;
      if (width.min !== 1 || width.max !== 1) this.orderMatters = true;
    }
    return { first, canEnd };
  }

  /** What the item can begin with, if nothing followed it. */
  #first(item: Pattern): Walk {
    switch (item.kind) {
      case 'char': return { first: this.#set([[item.code, item.code]]), canEnd: false };
      case 'any':
      case 'property': return { first: ALL, canEnd: false };
      case 'set': return { first: item.negated ? complement(this.#set(item.ranges)) : this.#set(item.ranges), canEnd: false };
      case 'group': return this.#first(item.item);
      case 'repeat': {
        const { first, canEnd } = this.#first(item.item);
        return { first, canEnd: canEnd || item.min === 0 };
      }
      case 'choice': {
        const ways = item.items.map((way) => this.#first(way));
        return { first: ways.flatMap((way) => way.first), canEnd: ways.some((way) => way.canEnd) };
      }
      case 'sequence': {
        const first: (readonly [number, number])[] = [];
        for (const part of item.items) {
          const walk = this.#first(part);
          first.push(...walk.first);
          if (!walk.canEnd) return { first, canEnd: false };
        }
        return { first, canEnd: true };
      }
      case 'empty':
      case 'look':
      case 'assert': return { first: [], canEnd: true };
      default: return { first: ALL, canEnd: true };
    }
  }
}

function isAnchored(pattern: Pattern): boolean {
  if (pattern.kind === 'assert') return pattern.what === 'start' || pattern.what === 'text-start';
  if (pattern.kind === 'group') return isAnchored(pattern.item);
  if (pattern.kind === 'choice') return pattern.items.every(isAnchored);
  return pattern.kind === 'sequence' && pattern.items.length > 0 && isAnchored(pattern.items[0] as Pattern);
}

/** @param multiline whether `^` is also after each newline. */
export function costOf(pattern: Pattern, ignoreCase: boolean, multiline: boolean): Cost {
  const analysis = new Analysis(ignoreCase);
  const whole = analysis.walk(pattern, { first: [], canEnd: true });
  const { choices, factor, isExponential, orderMatters, hasLoop, hasBackReference } = analysis;
  const first = whole.canEnd ? undefined : whole.first;
  return { choices, factor, isExponential, orderMatters, hasLoop, hasBackReference, first, anchored: isAnchored(pattern) && !multiline };
}

/** Whether the backtracking engine may have this text, from `from` on. */
export function isQuick(cost: Cost, text: string, from: number): boolean {
  const most = limits.patternMaxSteps;
  const length = text.length - from + 1;
  if (cost.isExponential) return length <= (cost.hasBackReference ? 25 : 13);
  // Most lines end here.
  const way = cost.hasLoop || cost.hasBackReference ? length : 1;
  const starts = cost.anchored ? 1 : length;
  if (starts * way * cost.factor * length ** cost.choices.length <= most) return true;
  let steps = way * cost.factor * (cost.anchored || cost.first === undefined ? starts : countOf(text, from, cost.first) + 1);
  let last: Ranges | undefined;
  let count = 0;
  for (const choice of cost.choices) {
    if (choice !== last) count = countOf(text, from, choice) + 1;
    last = choice;
    steps *= count;
  }
  return steps <= most;
}

/** Units of text that the backtracking engine may have whatever they are: `isQuick` holds for them all. */
export function quickLength(cost: Cost): number {
  if (cost.isExponential) return cost.hasBackReference ? 24 : 12;
  const power = (cost.anchored ? 0 : 1) + (cost.hasLoop || cost.hasBackReference ? 1 : 0) + cost.choices.length;
  return power === 0 ? (cost.factor <= limits.patternMaxSteps ? Number.POSITIVE_INFINITY : 0) : Math.floor((limits.patternMaxSteps / cost.factor) ** (1 / power)) - 1;
}

function countOf(text: string, from: number, ranges: Ranges): number {
  // Nothing follows, or an assertion that holds in few places: one.
  if (ranges.length === 0) return 1;
  let count = 0;
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined && only[0] === only[1] && only[0] <= 0xffff) {
    const character = String.fromCharCode(only[0]);
    for (let at = text.indexOf(character, from); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
    return count;
  }
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    for (const [low, high] of ranges) {
      if (code >= low && (code <= high || code >= 0xd800)) {
        count += 1;
        break;
      }
    }
  }
  return count;
}

