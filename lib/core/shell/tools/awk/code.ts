/**
 * Compiled code: a closure where it can answer at once, else a generator that yields what must be waited for: a promise, or the
 * generator of a function's call. `drive` keeps those on a stack of its own, so that a program's recursion does not use ours.
 *
 * Rejected: async closures, which make each record wait even when nothing is to be waited for; one kind for both is what makes
 * `{ s += $1 }` a plain function call a record.
 */
export type Steps<T> = Generator<unknown, T, unknown>;

export type Code<T> = { waits: false; run: () => T } | { waits: true; steps: () => Steps<T> };

export const plain = <T>(run: () => T): Code<T> => ({ waits: false, run });
export const waiting = <T>(steps: () => Steps<T>): Code<T> => ({ waits: true, steps });

/** The value of code inside a generator. */
export function* valueOf<T>(code: Code<T>): Steps<T> {
  return code.waits ? yield* code.steps() : code.run();
}

export function with1<A, T>(a: Code<A>, apply: (a: A) => T): Code<T> {
  if (a.waits) {
    return waiting(function* () {
      return apply(yield* a.steps());
    });
  }
  const { run } = a;
  return plain(() => apply(run()));
}

export function with2<A, B, T>(a: Code<A>, b: Code<B>, apply: (a: A, b: B) => T): Code<T> {
  if (a.waits || b.waits) {
    return waiting(function* () {
      const left = yield* valueOf(a);
      return apply(left, yield* valueOf(b));
    });
  }
  const [left, right] = [a.run, b.run];
  return plain(() => apply(left(), right()));
}

export function withAll<A, T>(codes: readonly Code<A>[], apply: (values: A[]) => T): Code<T> {
  if (codes.some((code) => code.waits)) {
    return waiting(function* () {
      const values: A[] = [];
      for (const code of codes) values.push(yield* valueOf(code));
      return apply(values);
    });
  }
  const runs = codes.map((code) => (code as { run: () => A }).run);
  return plain(() => {
    const values: A[] = [];
    for (const run of runs) values.push(run());
    return apply(values);
  });
}

const isSteps = (value: unknown): value is Steps<unknown> => typeof value === 'object' && value !== null && 'next' in value && 'throw' in value;

/** Runs to the end; a promise only if there was something to wait for. */
export function drive<T>(steps: Steps<T>): T | Promise<T> {
  const first = steps.next();
  if (first.done === true) return first.value;
  const stack: Steps<unknown>[] = [steps];
  const due = advance(stack, first);
  return due instanceof Promise ? finish<T>(stack, due) : (due.value as T);
}

/** Runs until something must be waited for, which it answers; or to the end. */
function advance(stack: Steps<unknown>[], first: IteratorResult<unknown>): Promise<unknown> | { value: unknown } {
  for (let result = first; ; ) {
    let { value } = result;
    if (result.done === true) {
      stack.pop();
      if (stack.length === 0) return { value };
    } else if (isSteps(value)) {
      stack.push(value);
      value = undefined;
    } else if (value instanceof Promise) return value;
    result = (stack[stack.length - 1] as Steps<unknown>).next(value);
  }
}

async function finish<T>(stack: Steps<unknown>[], first: Promise<unknown>): Promise<T> {
  for (let due = first; ; ) {
    const value = await due;
    const state = advance(stack, (stack[stack.length - 1] as Steps<unknown>).next(value));
    if (!(state instanceof Promise)) return state.value as T;
    due = state;
  }
}
