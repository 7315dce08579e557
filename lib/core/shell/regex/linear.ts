import { accepts, holds, type Program, type Step } from './program.ts';

/**
 * Thompson's automaton: all states at once, so the time is text × pattern whatever the pattern. Finds the leftmost
 * longest match, as POSIX wants. Not for programs that are irregular: neither a back-reference nor lookaround is a state.
 */
export interface Span {
  start: number;
  end: number;
}

export class LinearMatcher {
  /** Places that were alive in the last match, over all characters: the work, for tests. */
  visits = 0;
  readonly #steps: readonly Step[];
  readonly #ignoreCase: boolean;
  readonly #multiline: boolean;

  constructor({ steps }: Program, ignoreCase: boolean, multiline = false) {
    this.#steps = steps;
    this.#ignoreCase = ignoreCase;
    this.#multiline = multiline;
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
        else if (step.op === 'save' || step.op === 'round' || step.op === 'progress') stack.push(pc + 1);
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
        if (accepts(steps[pc] as Step, code, this.#ignoreCase)) add(pc + 1, start, next, nextStarts, after);
      }
      at = after;
      if (!anchored && found === undefined) add(0, at, next, nextStarts, at);
      [current, next] = [next, current];
      [starts, nextStarts] = [nextStarts, starts];
      next.length = 0;
      nextStarts.length = 0;
    }
  }
}
