import * as limits from '../../../limits.ts';
import { PAUSE } from './code.ts';
import type { Machine } from './machine.ts';
import { fail } from './value.ts';

/** Whether a value is handed out, and whether what comes after it is looked at. */
export interface Decision {
  emits: boolean;
  descends: boolean;
}

/**
 * A walk into depth, each value before those that come from it: of values, or of places. It keeps its own stack, so
 * it may go on for ever, and with one way on (`one`) it needs none.
 * @throws JqError past `jqMaxElements` levels
 */
export function* explore<T>(
  machine: Machine,
  start: T,
  decide: (item: T) => Generator<typeof PAUSE, Decision, void>,
  many: (item: T) => Generator<T | typeof PAUSE, void, void>,
  one?: (item: T) => T,
): Generator<T | typeof PAUSE, void, void> {
  if (one !== undefined) {
    for (let item = start; ; item = one(item)) {
      if (machine.tick()) yield PAUSE;
      const { emits, descends } = yield* decide(item);
      if (emits) yield item;
      if (!descends) return;
    }
  }
  const stack: Generator<T | typeof PAUSE, void, void>[] = [];
  let next: IteratorResult<T | typeof PAUSE, void> | undefined = { done: false, value: start };
  for (;;) {
    if (machine.tick()) yield PAUSE;
    if (next.done === true) stack.pop();
    else if (next.value === PAUSE) yield PAUSE;
    else {
      const item = next.value as T;
      const { emits, descends } = yield* decide(item);
      if (emits) yield item;
      if (descends) stack.push(many(item));
      if (stack.length > limits.jqMaxElements / 10) fail(`a walk is more than ${limits.jqMaxElements / 10} levels deep`);
    }
    const top = stack[stack.length - 1];
    if (top === undefined) return;
    next = top.next();
  }
}
