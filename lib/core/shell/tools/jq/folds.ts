import { PAUSE, several, type Code, type Place, type Places, type Results } from './code.ts';
import type { Bindings } from './destructure.ts';
import { flatMap } from './compile-basics.ts';
import type { Machine } from './machine.ts';
import type { Value } from './value.ts';

/** `reduce SOURCE as $x (START; UPDATE)`: of several updates the last counts; none is null. */
export function reduceEach(machine: Machine, source: Code, bindings: Bindings, start: Code, update: Code): Code {
  const { one } = update;
  return several((env, input) => flatMap(start.many(env, input), function* (first): Results {
    let state: Value = first;
    for (const value of source.many(env, input)) {
      if (value === PAUSE) {
        yield PAUSE;
        continue;
      }
      if (machine.tick()) yield PAUSE;
      yield* bindings.many(env, value as Value, function* (inner): Generator<typeof PAUSE, void, void> {
        if (one !== undefined) {
          state = one(inner, state);
          return;
        }
        const before = state;
        state = null;
        for (const next of update.many(inner, before)) {
          if (next === PAUSE) yield PAUSE;
          else state = next as Value;
        }
      });
    }
    yield state;
  }), function* (env, place) {
    for (const first of start.paths(env, place)) {
      if (first === PAUSE) {
        yield PAUSE;
        continue;
      }
      let state: Place = first;
      for (const value of source.many(env, place.value)) {
        if (value === PAUSE) yield PAUSE;
        else {
          yield* bindings.paths(env, value as Value, function* (inner): Generator<typeof PAUSE, void, void> {
            const before = state;
            state = { path: [], value: null };
            for (const next of update.paths(inner, before)) {
              if (next === PAUSE) yield PAUSE;
              else state = next;
            }
          });
        }
      }
      yield state;
    }
  });
}

/** `foreach SOURCE as $x (START; UPDATE; EXTRACT)`: each update is the state for the next, and is handed out through EXTRACT. */
export function foldEach(machine: Machine, source: Code, bindings: Bindings, start: Code, update: Code, extract: Code): Code {
  return several((env, input) => flatMap(start.many(env, input), function* (first): Results {
    let state: Value = first;
    for (const value of source.many(env, input)) {
      if (value === PAUSE) {
        yield PAUSE;
        continue;
      }
      if (machine.tick()) yield PAUSE;
      yield* bindings.many(env, value as Value, function* (inner): Results {
        const before = state;
        for (const next of update.many(inner, before)) {
          if (next === PAUSE) yield PAUSE;
          else {
            state = next as Value;
            yield* extract.many(inner, state);
          }
        }
      });
    }
  }), function* (env, place) {
    for (const first of start.paths(env, place)) {
      if (first === PAUSE) {
        yield PAUSE;
        continue;
      }
      let state: Place = first;
      for (const value of source.many(env, place.value)) {
        if (value === PAUSE) yield PAUSE;
        else {
          yield* bindings.paths(env, value as Value, function* (inner): Places {
            for (const next of update.paths(inner, state)) {
              if (next === PAUSE) yield PAUSE;
              else {
                state = next;
                yield* extract.paths(inner, next);
              }
            }
          });
        }
      }
    }
  });
}
