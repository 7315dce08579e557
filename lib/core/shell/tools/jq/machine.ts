import * as limits from '../../../limits.ts';
import type { CommandContext } from '../../command.ts';
import { PAUSE, type Out, type Places, type Code, type Env } from './code.ts';
import { fail, object, shorten, type Value } from './value.ts';

/** What a running filter has beside its input. */
export class Machine {
  readonly context: CommandContext;
  /** `$ENV` and `env`. */
  readonly environment: Value;
  /** What PAUSE stands for. */
  pending: Promise<unknown> | undefined;
  /** What TAIL stands for: the function's filter, what it sees, and its input. */
  tail: { code: Code; env: Env; input: Value } | undefined;
  /** The next input; undefined at the end. A promise where it has to be waited for. */
  nextInput: () => Value | undefined | Promise<Value | undefined> = () => undefined;
  inputName: () => Value = () => null;
  inputLine: () => number = () => 0;
  #ticks = 0;
  #depth = 0;

  constructor(context: CommandContext) {
    this.context = context;
    this.environment = object(Object.entries(context.env));
  }

  /** One call more inside another. @throws JqError */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > limits.jqMaxDepth) {
      fail(`functions call one another more than ${limits.jqMaxDepth} deep; let the call come last, or use while, until, repeat or reduce`);
    }
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** Counts the turns of a loop; true: yield PAUSE before the next. */
  tick(): boolean {
    this.#ticks += 1;
    if (this.#ticks < 256) return false;
    this.#ticks = 0;
    this.pending = this.context.breathe();
    return this.pending !== undefined;
  }

  /** `input`. */
  *input(): Generator<typeof PAUSE, Value, void> {
    const next = this.nextInput();
    let value: Value | undefined;
    if (next instanceof Promise) {
      this.pending = next.then((result) => {
        value = result;
      });
      yield PAUSE;
    } else value = next;
    return value === undefined ? fail('No more inputs') : value;
  }

  /** Text on standard error. */
  *complain(text: Uint8Array): Generator<typeof PAUSE, void, void> {
    this.pending = this.context.stderr.write(text);
    yield PAUSE;
  }
}

/** All results of a filter, as one array. */
export function* gather(results: Iterable<Out>): Generator<typeof PAUSE, Value[], void> {
  const items: Value[] = [];
  for (const value of results) {
    if (value === PAUSE) yield PAUSE;
    else {
      if (items.length >= limits.jqMaxElements) fail(`more than ${limits.jqMaxElements} elements in one array; keep fewer, e.g. with limit(100; …), or print each instead of gathering them`);
      items.push(value as Value);
    }
  }
  return items;
}

/** All paths of a filter. @throws JqError where one is not a path */
export function* gatherPaths(places: Places): Generator<typeof PAUSE, (readonly Value[])[], void> {
  const paths: (readonly Value[])[] = [];
  for (const place of places) {
    if (place === PAUSE) yield PAUSE;
    else paths.push(pathOf(place.path, place.value));
  }
  return paths;
}

/** @throws JqError */
export function pathOf(path: readonly Value[] | undefined, value: Value): readonly Value[] {
  return path ?? fail(`Invalid path expression with result ${shorten(value, 30)}`);
}
