import { Interrupted, type CancelSignal } from './command.ts';

/**
 * The interpreter is written as generators that yield a promise only where something really has to be waited
 * for, so `x=$((x+1))` in a loop runs without a single await. `drive` runs one such generator (the shell itself, a
 * pipeline stage, a background job). Rejected: async functions all through, about ten times slower in loops.
 */
export type Step<T> = Generator<Promise<unknown>, T, unknown>;

/**
 * An outcome that is here already, or the steps that lead to it. What need not wait answers at once: in a loop of builtins
 * the generators that would never yield cost more than the commands.
 */
export type Soon<T extends number | string | boolean | undefined | void> = T | Step<T>;

/** The outcome, where nothing depends on having it without a generator. */
export function* later<T extends number | string | boolean | undefined | void>(soon: Soon<T>): Step<T> {
  return typeof soon === 'object' ? yield* soon : soon;
}

/** The outcome of steps that wait for nothing; undefined, and they end there, where they would. */
export function atOnce<T extends number | string | boolean>(soon: Soon<T>): T | undefined {
  if (typeof soon !== 'object') return soon;
  const first = soon.next();
  if (first.done === true) return first.value;
  first.value.catch(() => {});
  soon.return(undefined as never);
  return undefined;
}

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
  /** Inside a function what ends the shell is 1, and not 127, as in bash. */
  wasInFunction = false;

  constructor(message: string, readonly status = 1) {
    super(message);
  }
}

/** A signal ended this very process. */
export class Killed {
  constructor(readonly signal: string) {}
}

/** Who takes a Ctrl-C for itself: it traps `INT`, or has something to clean up when it ends. */
export interface SignalOwner {
  readonly outlivesInterrupt: boolean;
  interrupt(): void;
}

/**
 * What Ctrl-C, Ctrl-Z or `kill` reaches: every generator that is under way for one run, one job, one stage. They form a
 * tree as process groups do; what ends or stops one ends or stops what it started.
 */
export class Cancel {
  #signal: string | undefined;
  #isStopped = false;
  #resumed: (() => void)[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #stopListeners = new Set<() => void>();
  readonly #children = new Set<Cancel>();
  /** The process that this one was made for, when it is a process that could trap a signal. */
  owner: SignalOwner | undefined;

  get aborted(): boolean {
    return this.#signal !== undefined;
  }

  /** The signal that ended it. */
  get signal(): string | undefined {
    return this.#signal;
  }

  get stopped(): boolean {
    return this.#isStopped;
  }

  abort(signal = 'INT'): void {
    if (this.#signal !== undefined) return;
    this.#signal = signal;
    this.resume();
    for (const child of [...this.#children]) child.abort(signal);
    for (const listener of [...this.#listeners]) listener();
  }

  /** Holds everything at its next wait, until `resume`. */
  stop(): void {
    if (this.#isStopped || this.aborted) return;
    this.#isStopped = true;
    for (const child of [...this.#children]) child.stop();
    for (const listener of [...this.#stopListeners]) listener();
  }

  resume(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    for (const child of [...this.#children]) child.resume();
    for (const wake of this.#resumed.splice(0)) wake();
  }

  /** Resolves when it goes on, or ends. */
  untilResumed(): Promise<void> {
    return this.#isStopped ? new Promise((resolve) => this.#resumed.push(resolve)) : Promise.resolve();
  }

  /** One that ends, stops and goes on with this one, and can do so alone; `release` it when it has ended. */
  child(): Cancel {
    const child = new Cancel();
    this.adopt(child);
    return child;
  }

  adopt(child: Cancel): void {
    if (this.#signal !== undefined) child.abort(this.#signal);
    else if (this.#isStopped) child.stop();
    this.#children.add(child);
  }

  release(child: Cancel): void {
    this.#children.delete(child);
  }

  abortChildren(signal: string): void {
    for (const child of [...this.#children]) child.abort(signal);
  }

  /**
   * Ctrl-C as a process group takes it: who traps it goes on, with its own children ended; everybody else ends.
   * @returns false when nobody took it for itself and all has ended.
   */
  interrupt(): boolean {
    let isTaken = false;
    for (const child of [...this.#children]) if (child.interrupt()) isTaken = true;
    if (this.owner?.outlivesInterrupt === true) {
      this.owner.interrupt();
      return true;
    }
    if (!isTaken) this.abort('INT');
    return isTaken;
  }

  /** For commands, which know only `CancelSignal`. */
  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Told when it is stopped; call the answer to be told no more. */
  onStop(listener: () => void): () => void {
    this.#stopListeners.add(listener);
    return () => this.#stopListeners.delete(listener);
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
        const goOn = (isError: boolean, answer: unknown): void => {
          if (mine !== ticket) return;
          if (cancel.stopped) void cancel.untilResumed().then(() => goOn(isError, answer));
          else resume(isError, answer);
        };
        result.value.then((answer) => goOn(false, answer), (error: unknown) => goOn(true, error));
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
