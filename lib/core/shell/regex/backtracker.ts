import * as limits from '../../limits.ts';
import type { Span } from './linear.ts';
import { PatternError } from './pattern.ts';
import { accepts, holds, type Program, type Step } from './program.ts';

/**
 * A walk through a program that goes back where it has to, and counts: what `^(?!.*debug).*error` or `(\w+) \1` costs on a line
 * depends on the line, and all that can be told before is that it might be too much (cost.ts), which for a long line it nearly
 * always might. The platform's engine can't be stopped; this one stops after `patternMaxSteps`, unless it is linear anyway.
 *
 * Where no back-reference makes a place depend on how it was reached, no place of program and text is entered twice, so
 * without lookaround the walk is linear; what is looked for from one place is a walk of its own.
 * Rejected: to trust the estimate ten times further, which is a frozen page the day it is right.
 */
export interface WalkedMatch extends Span {
  /** The groups' texts, from 1. */
  groups: (string | undefined)[];
  /** Where each group begins, from 1; -1 for one that took no part. */
  starts: number[];
}

/** Bytes of the notes of one walk. */
const MAX_NOTES = 64 * 1024 * 1024;

export class Backtracker {
  readonly #steps: readonly Step[];
  readonly #hasBackReference: boolean;
  readonly #isIrregular: boolean;
  readonly #ignoreCase: boolean;
  readonly #multiline: boolean;

  constructor({ steps, isIrregular, hasBackReference }: Program, ignoreCase: boolean, multiline = false) {
    this.#steps = steps;
    this.#hasBackReference = hasBackReference;
    this.#isIrregular = isIrregular;
    this.#ignoreCase = ignoreCase;
    this.#multiline = multiline;
  }

  /**
   * The match at or after `from` that a backtracking engine would find.
   * @param within the only span it may have: then the groups are what is asked for.
   * @throws PatternError where it takes too many steps, or its notes too much memory.
   */
  exec(text: string, from: number, within?: Span): WalkedMatch | undefined {
    const walk = new Walk(this.#steps, text, from, within?.end ?? text.length, this.#ignoreCase, this.#multiline, !this.#hasBackReference, this.#isIrregular);
    const last = within?.start ?? text.length;
    for (let start = from; start <= last; start += (text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1) {
      const end = walk.run(0, start, within?.end ?? -1);
      if (end >= 0) return { start, end, ...walk.groups() };
    }
    return undefined;
  }
}

class Walk {
  readonly #steps: readonly Step[];
  readonly #text: string;
  readonly #from: number;
  readonly #end: number;
  readonly #ignoreCase: boolean;
  readonly #multiline: boolean;
  /** By place of program and text: the number of the walk that entered it last. */
  readonly #seen: Int32Array | undefined;
  readonly #width: number;
  #number = 1;
  #left: number;
  readonly #saved: number[] = [];
  readonly #rounds: number[] = [];

  constructor(steps: readonly Step[], text: string, from: number, end: number, ignoreCase: boolean, multiline: boolean, isNoted: boolean, isCounted: boolean) {
    [this.#steps, this.#text, this.#from, this.#end, this.#ignoreCase, this.#multiline] = [steps, text, from, end, ignoreCase, multiline];
    // A lookbehind goes back to before `from`.
    const first = steps.some((step) => step.op === 'look' && step.isBehind) ? 0 : from;
    this.#from = first;
    this.#width = end - first + 1;
    if (isNoted && this.#width * steps.length * Int32Array.BYTES_PER_ELEMENT > MAX_NOTES) tooCostly();
    this.#seen = isNoted ? new Int32Array(this.#width * steps.length) : undefined;
    this.#left = isCounted ? limits.patternMaxSteps : Number.POSITIVE_INFINITY;
  }

  groups(): Pick<WalkedMatch, 'groups' | 'starts'> {
    const [groups, starts]: [(string | undefined)[], number[]] = [[], []];
    for (let slot = 2; slot < this.#saved.length; slot += 2) {
      const [from = -1, to = -1] = [this.#saved[slot], this.#saved[slot + 1]];
      const isThere = from >= 0 && to >= from;
      groups.push(isThere ? this.#text.slice(from, to) : undefined);
      starts.push(isThere ? from : -1);
    }
    return { groups, starts };
  }

  /** Where a way from step `first` at `start` ends; -1 when there is none. `last`: the only end that counts; -1 for any. */
  run(first: number, start: number, last: number): number {
    const text = this.#text;
    const seen = this.#seen;
    const number = this.#number;
    // Places still to be tried, and what a way that is given up changed: the border of a group (-1, -3, …), the begin of a round (-2, -4, …).
    const stack: number[] = [first, start];
    for (;;) {
      let at = stack.pop();
      let pc = stack.pop();
      if (at === undefined || pc === undefined) return -1;
      if (pc < 0) {
        if (pc % 2 === 0) this.#rounds[-pc / 2 - 1] = at;
        else this.#saved[(-1 - pc) / 2] = at;
        continue;
      }
      for (;;) {
        if ((this.#left -= 1) < 0) tooCostly();
        if (seen !== undefined) {
          const place = pc * this.#width + at - this.#from;
          if (seen[place] === number) break;
          seen[place] = number;
        }
        const step = this.#steps[pc] as Step;
        if (step.op === 'match') {
          if (last >= 0 && at !== last) break;
          return at;
        }
        if (step.op === 'jump') pc = step.to;
        else if (step.op === 'split') {
          stack.push(step.second, at);
          pc = step.first;
        } else if (step.op === 'save') {
          stack.push(-1 - step.slot * 2, this.#saved[step.slot] ?? -1);
          this.#saved[step.slot] = at;
          pc += 1;
        } else if (step.op === 'round') {
          stack.push(-2 - step.slot * 2, this.#rounds[step.slot] ?? -1);
          this.#rounds[step.slot] = at;
          pc += 1;
        } else if (step.op === 'progress') {
          // With notes no round can begin twice at a place; and without this, groups are what they were in the last round that took something.
          if (seen === undefined && this.#rounds[step.slot] === at) break;
          pc += 1;
        } else if (step.op === 'assert') {
          if (!holds(step.what, text, at, this.#multiline)) break;
          pc += 1;
        } else if (step.op === 'look') {
          // What a group took in it stays, until the way is given up.
          for (let slot = 2; slot < this.#saved.length; slot += 1) stack.push(-1 - slot * 2, this.#saved[slot] ?? -1);
          if (this.#look(step, pc + 1, at) === step.isNegated) break;
          pc = step.next;
        } else if (step.op === 'back-reference') {
          const [from = -1, to = -1] = [this.#saved[step.index * 2], this.#saved[step.index * 2 + 1]];
          if (from < 0 || to < from || !this.#isSame(from, to, at)) break;
          at += to - from;
          pc += 1;
        } else {
          if (at >= this.#end) break;
          const code = text.codePointAt(at) as number;
          if (!accepts(step, code, this.#ignoreCase)) break;
          at += code > 0xffff ? 2 : 1;
          pc += 1;
        }
      }
    }
  }

  #look({ isBehind, min, max }: Step & { op: 'look' }, first: number, at: number): boolean {
    const number = this.#number;
    try {
      if (!isBehind) {
        this.#renumber();
        return this.run(first, at, -1) >= 0;
      }
      let start = at;
      for (let count = 0; count <= max; count += 1) {
        if (count >= min) {
          this.#renumber();
          if (this.run(first, start, at) >= 0) return true;
        }
        if (start === 0) return false;
        start -= start > 1 && (this.#text.codePointAt(start - 2) as number) > 0xffff ? 2 : 1;
      }
      return false;
    } finally {
      this.#number = number;
    }
  }

  #last = 1;
  #renumber(): void {
    this.#last += 1;
    this.#number = this.#last;
  }

  #isSame(from: number, to: number, at: number): boolean {
    const [one, other] = [this.#text.slice(from, to), this.#text.slice(at, at + to - from)];
    return one === other || (this.#ignoreCase && one.length === other.length && one.toLowerCase() === other.toLowerCase());
  }
}

function tooCostly(): never {
  throw new PatternError('this pattern is too costly for a line this long; make it simpler');
}
