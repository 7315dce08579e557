import type { Value } from './value.ts';

/**
 * jq's filters, compiled. A filter gives any number of results, so it is a generator; one that always gives exactly one, without
 * waiting (`.a`, `.a > 5`, `{b: .c}`), is also a plain function, `one`, and most of what runs is. Who has to wait (a turn of the
 * page, the next input) puts the promise into the machine and yields PAUSE, which everybody hands up to the driver. Beside its
 * values each filter can give its places (`paths`), for `path(f)`, `del(f)` and assignments.
 *
 * Why our own: just-bash's jq gave a wrong answer to 48 of 151 filters (`del(.a, .b)` deleted nothing, `@sh` was null, no
 * `input`), the wasm builds of jq need 'wasm-unsafe-eval', which our Content-Security-Policy does not have, and no package in
 * plain JavaScript is kept up. Rejected: callbacks (can't wait in the middle of a result), jq's own way, a stack machine
 * with fork points (each `.a > 5` would be six dispatched steps), and async generators (a promise for each result).
 */
export const PAUSE: unique symbol = Symbol('pause');
/** A call in last place: the machine's `tail` says what goes on instead of the function that made it. */
export const TAIL: unique symbol = Symbol('tail');

export type Out = Value | typeof PAUSE | typeof TAIL;
export type Results = Generator<Out, void, void>;

/** A value and the way to it; undefined: it was computed, and there is none. */
export interface Place {
  path: readonly Value[] | undefined;
  value: Value;
}
export type Places = Generator<Place | typeof PAUSE, void, void>;

/** What is in scope, one cell for each `$name`, function parameter and label. Never changed: results under way may still look. */
export interface Env {
  value: Value;
  /** Of a parameter that is a filter: the filter, and what it sees. */
  code: Code | undefined;
  env: Env | undefined;
  parent: Env | undefined;
}

export interface Code {
  one: ((env: Env, input: Value) => Value) | undefined;
  many(env: Env, input: Value): Results;
  paths(env: Env, place: Place): Places;
}

export const bind = (parent: Env, value: Value): Env => ({ value, code: undefined, env: undefined, parent });

export function up(env: Env, distance: number): Env {
  let found = env;
  for (let left = distance; left > 0; left -= 1) found = found.parent as Env;
  return found;
}

/** Places of a filter that only computes. */
function* computed(results: Results): Places {
  for (const value of results) {
    if (value === PAUSE || value === TAIL) yield PAUSE;
    else yield { path: undefined, value };
  }
}

/** A filter that gives exactly one result at once. */
export function single(one: (env: Env, input: Value) => Value, paths?: Code['paths']): Code {
  return {
    one,
    *many(env, input) {
      yield one(env, input);
    },
    paths: paths ?? function* (env, { value }) {
      yield { path: undefined, value: one(env, value) };
    },
  };
}

export function several(many: Code['many'], paths?: Code['paths']): Code {
  return { one: undefined, many, paths: paths ?? ((env, { value }) => computed(many(env, value))) };
}
