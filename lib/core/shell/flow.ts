import { Interrupted, type CancelSignal } from './command.ts';

/**
 * The interpreter is written as generators that yield a promise only where something really has to be waited
 * for, so `x=$((x+1))` in a loop runs without a single await. `drive` runs one such generator (the shell itself, a
 * pipeline stage, a background job). Rejected: async functions all through, about ten times slower in loops.
 */
export type Step<T> = Generator<Promise<unknown>, T, unknown>;

/** Waits for a promise inside a step. */
export function* wait<T>(promise: Promise<T>): Step<T> {
  return (yield promise) as T;
}

/** Leaves a construct; not an `Error`, because a stack trace would cost more than the loop. */
export class LoopExit {
  constructor(readonly kind: 'break' | 'continue', public levels: number) {}
}
export class FunctionReturn {
  constructor(readonly status: number) {}
}
export class ShellExit {
  constructor(readonly status: number) {}
}

/** The current command line cannot go on: bad substitution, unbound variable, too deep. Ends a script. */
export class ShellError extends Error {
  constructor(message: string, readonly status = 1) {
    super(message);
  }
}

/** What Ctrl-C or `kill` reaches: every generator that is under way for one run or one job. */
export class Cancel {
  #aborted = false;
  readonly #listeners = new Set<() => void>();

  get aborted(): boolean {
    return this.#aborted;
  }

  abort(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    for (const listener of [...this.#listeners]) listener();
  }

  /** For commands, which know only `CancelSignal`. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Follows `signal`; call the answer to stop following. */
  follow(signal: CancelSignal): () => void {
    if (signal.aborted) this.abort();
    const listener = (): void => this.abort();
    signal.addEventListener('abort', listener);
    return () => signal.removeEventListener('abort', listener);
  }
}

/** Runs `step` to its end; after `cancel` it throws `Interrupted` at the place where it waits. */
export function drive<T>(step: Step<T>, cancel: Cancel): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let ticket = 0;
    let running = false;
    const settle = (finish: () => void): void => {
      cancel.removeEventListener('abort', interrupt);
      finish();
    };
    const resume = (failed: boolean, value: unknown): void => {
      running = true;
      for (;;) {
        let result: IteratorResult<Promise<unknown>, T>;
        try {
          result = failed ? step.throw(value) : step.next(value);
        } catch (error) {
          settle(() => reject(error as Error));
          return;
        }
        if (result.done) {
          settle(() => resolve(result.value as T));
          return;
        }
        if (cancel.aborted) {
          result.value.catch(() => {});
          failed = true;
          value = new Interrupted();
          continue;
        }
        running = false;
        const mine = (ticket += 1);
        result.value.then(
          (answer) => {
            if (mine === ticket) resume(false, answer);
          },
          (error: unknown) => {
            if (mine === ticket) resume(true, error);
          },
        );
        return;
      }
    };
    const interrupt = (): void => {
      // While it runs, the check above sees the flag at its next wait.
      if (running) return;
      ticket += 1;
      resume(true, new Interrupted());
    };
    cancel.addEventListener('abort', interrupt);
    resume(false, undefined);
  });
}
