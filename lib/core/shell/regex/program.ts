import { isInRanges, isWordCode, PatternError, widths, type Pattern } from './pattern.ts';

/** A pattern as steps one after the other, which both the automaton (linear.ts) and the walk (backtracker.ts) run. */
export type Step =
  | { op: 'char'; code: number }
  | { op: 'any' }
  | { op: 'set'; negated: boolean; ranges: readonly (readonly [number, number])[] }
  | { op: 'property'; expression: RegExp }
  | { op: 'assert'; what: string }
  | { op: 'save'; slot: number }
  /** `first` is what a backtracking engine tries first. */
  | { op: 'split'; first: number; second: number }
  | { op: 'jump'; to: number }
  | { op: 'back-reference'; index: number }
  /** What is looked for stands behind it, up to its own `match`; `next` goes on. Behind: it has `min` to `max` characters. */
  | { op: 'look'; isBehind: boolean; isNegated: boolean; min: number; max: number; next: number }
  /** A round of a loop begins here; it has to take something before `progress`, or the loop would never end. */
  | { op: 'round'; slot: number }
  | { op: 'progress'; slot: number }
  | { op: 'match' };

const MAX_STEPS = 20_000;

export interface Program {
  steps: readonly Step[];
  /** Whether no automaton can run it: what a place leads to depends on how it was reached, or on more than what follows. */
  isIrregular: boolean;
  hasBackReference: boolean;
}

/** @throws PatternError when the pattern is too large, or none of those that lines are searched for. */
export function compileProgram(pattern: Pattern): Program {
  const steps: Step[] = [];
  let hasBackReference = false;
  let isIrregular = false;
  let rounds = 0;

  const push = (step: Step): number => {
    if (steps.length >= MAX_STEPS) throw new PatternError('Regular expression too big');
    return steps.push(step) - 1;
  };
  const split = (first: number, second: number, isLazy: boolean): Step => (isLazy ? { op: 'split', first: second, second: first } : { op: 'split', first, second });
  const compile = (part: Pattern): void => {
    switch (part.kind) {
      case 'empty': return;
      case 'char': push({ op: 'char', code: part.code }); return;
      case 'any': push({ op: 'any' }); return;
      case 'set': push({ op: 'set', negated: part.negated, ranges: part.ranges }); return;
      case 'property': push({ op: 'property', expression: part.expression }); return;
      case 'assert': push({ op: 'assert', what: part.what }); return;
      case 'sequence': for (const item of part.items) compile(item); return;
      case 'group':
        push({ op: 'save', slot: part.index * 2 });
        compile(part.item);
        push({ op: 'save', slot: part.index * 2 + 1 });
        return;
      case 'choice': {
        const exits: number[] = [];
        part.items.forEach((item, index) => {
          if (index === part.items.length - 1) return compile(item);
          const at = push({ op: 'jump', to: 0 });
          compile(item);
          exits.push(push({ op: 'jump', to: 0 }));
          steps[at] = split(at + 1, steps.length, false);
        });
        for (const exit of exits) steps[exit] = { op: 'jump', to: steps.length };
        return;
      }
      case 'repeat': {
        const { item, min, max, isLazy = false } = part;
        for (let count = 0; count < min; count += 1) compile(item);
        if (max === Number.POSITIVE_INFINITY) {
          const slot = widths(item).min === 0 ? rounds++ : undefined;
          const at = push({ op: 'jump', to: 0 });
          if (slot !== undefined) push({ op: 'round', slot });
          compile(item);
          if (slot !== undefined) push({ op: 'progress', slot });
          push({ op: 'jump', to: at });
          steps[at] = split(at + 1, steps.length, isLazy);
          return;
        }
        const splits: number[] = [];
        for (let count = min; count < max; count += 1) {
          splits.push(push({ op: 'jump', to: 0 }));
          compile(item);
        }
        for (const at of splits) steps[at] = split(at + 1, steps.length, isLazy);
        return;
      }
      case 'back-reference':
        [hasBackReference, isIrregular] = [true, true];
        push({ op: 'back-reference', index: part.index });
        return;
      case 'look': {
        isIrregular = true;
        const at = push({ op: 'jump', to: 0 });
        compile(part.item);
        push({ op: 'match' });
        steps[at] = { op: 'look', isBehind: part.isBehind, isNegated: part.isNegated, ...widths(part.item), next: steps.length };
        return;
      }
      case 'not': throw new PatternError('this pattern is too costly to match here; make it simpler');
    }
  };
  compile(pattern);
  push({ op: 'match' });
  return { steps, isIrregular, hasBackReference };
}

/** Whether a step that takes one character takes this one. */
export function accepts(step: Step, code: number, ignoreCase: boolean): boolean {
  if (step.op === 'any') return true;
  if (step.op === 'property') return step.expression.test(String.fromCodePoint(code));
  let names = isNamed(step, code);
  if (ignoreCase && !names) {
    const character = String.fromCodePoint(code);
    names = isNamed(step, character.toLowerCase().codePointAt(0) as number) || isNamed(step, character.toUpperCase().codePointAt(0) as number);
  }
  return step.op === 'set' && step.negated ? !names : names;
}

function isNamed(step: Step, code: number): boolean {
  return step.op === 'char' ? step.code === code : step.op === 'set' && isInRanges(code, step.ranges);
}

/** Whether an assertion holds at this place. */
export function holds(what: string, text: string, at: number, multiline: boolean): boolean {
  if (at === 0 && (what === 'start' || what === 'text-start')) return true;
  if (at === text.length && (what === 'end' || what === 'text-end')) return true;
  if (what === 'text-start' || what === 'text-end') return false;
  if (what === 'start') return multiline && text.charCodeAt(at - 1) === 10;
  if (what === 'end') return multiline && text.charCodeAt(at) === 10;
  if (what === 'ascii-boundary' || what === 'ascii-inside') return (isAsciiWord(text[at - 1]) !== isAsciiWord(text[at])) === (what === 'ascii-boundary');
  const before = at > 0 && isWordCode(text.charCodeAt(at - 1));
  const after = at < text.length && isWordCode(text.codePointAt(at) as number);
  switch (what) {
    case 'boundary': return before !== after;
    case 'inside': return before === after;
    case 'word-start': return !before && after;
    default: return before && !after;
  }
}

function isAsciiWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}
