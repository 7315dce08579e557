import type { Matcher } from '../../regex/matcher.ts';
import type { Address, SedCommand } from './script.ts';
import type { SedPattern } from './sed-pattern.ts';

/** What an address looks at. */
export interface Cycle {
  /** The pattern space. */
  readonly text: string;
  readonly line: number;
  readonly isLast: boolean;
  /** The matcher of a pattern; of the empty one the last that was used. */
  use(pattern: SedPattern): Matcher;
}

/** Whether a command is for this cycle. */
export interface AddressTest {
  selects(cycle: Cycle): boolean;
  /** A range has begun and its end has not come: `c` prints at the end only. */
  readonly isWithin: boolean;
}

function single(address: Address): (cycle: Cycle) => boolean {
  switch (address.kind) {
    case 'line': return (cycle) => cycle.line === address.line;
    case 'step': {
      const { first, step } = address;
      return step <= 0 ? (cycle) => cycle.line === first : ({ line }) => line >= first && (line - first) % step === 0;
    }
    case 'last': return (cycle) => cycle.isLast;
    case 'pattern': {
      const { pattern } = address;
      return (cycle) => cycle.use(pattern).test(cycle.text);
    }
    default: return () => false;
  }
}

/** Compiles a command's addresses. A range remembers where it is, so each command has a test of its own. */
export function compileAddresses({ from, to, negated }: SedCommand): AddressTest | undefined {
  if (from === undefined) return negated ? { selects: () => false, isWithin: false } : undefined;
  if (to === undefined) {
    const test = single(from);
    return { selects: negated ? (cycle) => !test(cycle) : test, isWithin: false };
  }
  const ends = single(to);
  let isActive = from.kind === 'zero';
  let wasActive = false;
  // A first line that a command before has already read past still begins the range, but only once.
  const begins = from.kind !== 'line' ? single(from) : ({ line }: Cycle): boolean =>
    line === from.line || (!wasActive && line > from.line && !(to.kind === 'line' && line > to.line));
  let lastLine = 0;
  const isSelected = (cycle: Cycle): boolean => {
    if (!isActive) {
      if (!begins(cycle)) return false;
      const { line } = cycle;
      wasActive = true;
      if (to.kind === 'line') lastLine = to.line;
      else if (to.kind === 'more') lastLine = line + to.count;
      else if (to.kind === 'multiple') lastLine = to.of <= 0 ? line : line + to.of - (line % to.of);
      else {
        isActive = true;
        return true;
      }
      isActive = lastLine > line;
      return true;
    }
    if (to.kind === 'last' || to.kind === 'pattern') {
      if (ends(cycle)) isActive = false;
      return true;
    }
    if (cycle.line >= lastLine) isActive = false;
    return cycle.line <= lastLine;
  };
  return {
    selects: negated ? (cycle) => !isSelected(cycle) : isSelected,
    get isWithin() {
      return isActive;
    },
  };
}
