import { isInRanges, isWordCode, PatternError, type Pattern } from './pattern.ts';

/**
 * Thompson's automaton: all states at once, so the time is text × pattern whatever the pattern. Finds the leftmost
 * longest match, as POSIX wants; its groups afterwards, by a walk that enters no place of pattern and text twice. No back-references.
 */
type Step =
  | { op: 'char'; code: number }
  | { op: 'any' }
  | { op: 'set'; negated: boolean; ranges: readonly (readonly [number, number])[] }
  | { op: 'assert'; what: string }
  | { op: 'save'; slot: number }
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { op: 'match' };

const MAX_STEPS = 20_000;
/** Bytes of the notes of one walk for groups. */
const MAX_VISITS = 64 * 1024 * 1024;

export interface Span {
  start: number;
  end: number;
}

export class LinearMatcher {
  /** Places that were alive in the last match, over all characters: the work, for tests. */
  visits = 0;
  readonly #steps: Step[] = [];
  readonly #ignoreCase: boolean;
  readonly #multiline: boolean;

  /** @throws PatternError when the pattern is too large, or has a back-reference. */
  constructor(pattern: Pattern, ignoreCase: boolean, multiline = false) {
    this.#ignoreCase = ignoreCase;
    this.#multiline = multiline;
    this.#compile(pattern);
    this.#push({ op: 'match' });
  }

  #push(step: Step): number {
    if (this.#steps.length >= MAX_STEPS) throw new PatternError('Regular expression too big');
    return this.#steps.push(step) - 1;
  }

  #compile(pattern: Pattern): void {
    const steps = this.#steps;
    switch (pattern.kind) {
      case 'empty': return;
      case 'char': this.#push({ op: 'char', code: pattern.code }); return;
      case 'any': this.#push({ op: 'any' }); return;
      case 'set': this.#push({ op: 'set', negated: pattern.negated, ranges: pattern.ranges }); return;
      case 'assert': this.#push({ op: 'assert', what: pattern.what }); return;
      case 'sequence': for (const item of pattern.items) this.#compile(item); return;
      case 'group':
        this.#push({ op: 'save', slot: pattern.index * 2 });
        this.#compile(pattern.item);
        this.#push({ op: 'save', slot: pattern.index * 2 + 1 });
        return;
      case 'choice': {
        const exits: number[] = [];
        pattern.items.forEach((item, index) => {
          if (index === pattern.items.length - 1) return this.#compile(item);
          const split = this.#push({ op: 'split', first: 0, second: 0 });
          this.#compile(item);
          exits.push(this.#push({ op: 'jump', to: 0 }));
          steps[split] = { op: 'split', first: split + 1, second: steps.length };
        });
        for (const exit of exits) steps[exit] = { op: 'jump', to: steps.length };
        return;
      }
      case 'repeat': {
        for (let count = 0; count < pattern.min; count += 1) this.#compile(pattern.item);
        if (pattern.max === Number.POSITIVE_INFINITY) {
          const split = this.#push({ op: 'split', first: 0, second: 0 });
          this.#compile(pattern.item);
          this.#push({ op: 'jump', to: split });
          steps[split] = { op: 'split', first: split + 1, second: steps.length };
          return;
        }
        const splits: number[] = [];
        for (let count = pattern.min; count < pattern.max; count += 1) {
          splits.push(this.#push({ op: 'split', first: 0, second: 0 }));
          this.#compile(pattern.item);
        }
        for (const split of splits) steps[split] = { op: 'split', first: split + 1, second: steps.length };
        return;
      }
      default:
        throw new PatternError('this pattern is too costly to match here; make it simpler');
    }
  }

  /** The leftmost longest match at or after `from`. */
  exec(text: string, from = 0): Span | undefined {
    return this.#run(text, from, false, false);
  }

  /** Where the shortest or longest match that starts at 0 ends. */
  prefix(text: string, longest: boolean): number | undefined {
    return this.#run(text, 0, true, !longest)?.end;
  }

  #run(text: string, from: number, anchored: boolean, stopAtFirst: boolean): Span | undefined {
    const steps = this.#steps;
    let current: number[] = [];
    let starts: number[] = [];
    let next: number[] = [];
    let nextStarts: number[] = [];
    const seen = new Int32Array(steps.length).fill(-1);
    const stack: number[] = [];
    let found: Span | undefined;
    let at = from;

    const add = (first: number, start: number, list: number[], listStarts: number[], mark: number): void => {
      stack.push(first);
      for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
        if (seen[pc] === mark) continue;
        seen[pc] = mark;
        const step = steps[pc] as Step;
        if (step.op === 'jump') stack.push(step.to);
        else if (step.op === 'save') stack.push(pc + 1);
        else if (step.op === 'split') stack.push(step.second, step.first);
        else if (step.op === 'assert') {
          if (holds(step.what, text, mark, this.#multiline)) stack.push(pc + 1);
        } else if (step.op === 'match') {
          if (found === undefined || start < found.start || (start === found.start && mark > found.end)) {
            found = { start, end: mark };
          }
        } else {
          list.push(pc);
          listStarts.push(start);
        }
      }
    };

    add(0, at, current, starts, at);
    this.visits = 0;
    for (;;) {
      this.visits += current.length;
      if (found !== undefined && stopAtFirst) return found;
      if (at >= text.length || (current.length === 0 && (anchored || found !== undefined))) return found;
      const code = text.codePointAt(at) as number;
      const after = at + (code > 0xffff ? 2 : 1);
      for (let index = 0; index < current.length; index += 1) {
        const start = starts[index] as number;
        if (found !== undefined && start > found.start) continue;
        const pc = current[index] as number;
        if (this.#accepts(steps[pc] as Step, code)) add(pc + 1, start, next, nextStarts, after);
      }
      at = after;
      if (!anchored && found === undefined) add(0, at, next, nextStarts, at);
      [current, next] = [next, current];
      [starts, nextStarts] = [nextStarts, starts];
      next.length = 0;
      nextStarts.length = 0;
    }
  }

  /**
   * The texts of the groups, from 1, of a match that `exec` found: of all ways through that span, the one that a
   * backtracking engine would take first.
   *
   * @throws PatternError where even this would need too much memory.
   */
  groups(text: string, { start, end }: Span): (string | undefined)[] {
    const steps = this.#steps;
    const width = end - start + 1;
    if (width * steps.length > MAX_VISITS) throw new PatternError('this pattern is too costly to match here; make it simpler');
    const visited = new Uint8Array(width * steps.length);
    const saved: number[] = [];
    // Places still to be tried; -1 - slot puts back what a group's border was before.
    const stack: number[] = [0, start];
    for (;;) {
      let at = stack.pop();
      let pc = stack.pop();
      if (at === undefined || pc === undefined) return [];
      if (pc < 0) {
        saved[-1 - pc] = at;
        continue;
      }
      for (;;) {
        const place = pc * width + at - start;
        if (visited[place] === 1) break;
        visited[place] = 1;
        const step = steps[pc] as Step;
        if (step.op === 'match') {
          if (at !== end) break;
          const texts: (string | undefined)[] = [];
          for (let slot = 2; slot < saved.length; slot += 2) {
            const [from = -1, to = -1] = [saved[slot], saved[slot + 1]];
            texts.push(from >= 0 && to >= from ? text.slice(from, to) : undefined);
          }
          return texts;
        }
        if (step.op === 'jump') pc = step.to;
        else if (step.op === 'split') {
          stack.push(step.second, at);
          pc = step.first;
        } else if (step.op === 'save') {
          stack.push(-1 - step.slot, saved[step.slot] ?? -1);
          saved[step.slot] = at;
          pc += 1;
        } else if (step.op === 'assert') {
          if (!holds(step.what, text, at, this.#multiline)) break;
          pc += 1;
        } else {
          if (at >= end) break;
          const code = text.codePointAt(at) as number;
          if (!this.#accepts(step, code)) break;
          at += code > 0xffff ? 2 : 1;
          pc += 1;
        }
      }
    }
  }

  #accepts(step: Step, code: number): boolean {
    if (step.op === 'any') return true;
    if (accepts(step, code)) return true;
    if (!this.#ignoreCase) return false;
    const character = String.fromCodePoint(code);
    const lower = character.toLowerCase().codePointAt(0) as number;
    const upper = character.toUpperCase().codePointAt(0) as number;
    return (lower !== code && accepts(step, lower)) || (upper !== code && accepts(step, upper));
  }
}

function accepts(step: Step, code: number): boolean {
  return step.op === 'char' ? step.code === code : step.op === 'set' && isInRanges(code, step.ranges) !== step.negated;
}

/** Whether an assertion holds at this place. */
export function holds(what: string, text: string, at: number, multiline: boolean): boolean {
  if (at === 0 && (what === 'start' || what === 'text-start')) return true;
  if (at === text.length && (what === 'end' || what === 'text-end')) return true;
  if (what === 'text-start' || what === 'text-end') return false;
  if (what === 'start') return multiline && text.charCodeAt(at - 1) === 10;
  if (what === 'end') return multiline && text.charCodeAt(at) === 10;
  const before = at > 0 && isWordCode(text.charCodeAt(at - 1));
  const after = at < text.length && isWordCode(text.codePointAt(at) as number);
  switch (what) {
    case 'boundary': return before !== after;
    case 'inside': return before === after;
    case 'word-start': return !before && after;
    default: return before && !after;
  }
}
