import { PAUSE, several, type Code } from './code.ts';
import { gatherPaths, pathOf, type Machine } from './machine.ts';
import { BINARIES } from './operators.ts';
import { deletePaths, getPath, setPath } from './paths.ts';
import type { Binary, Update } from './syntax.ts';
import { flatMap } from './compile-basics.ts';
import { isTrue, type Value } from './value.ts';

/** `PATHS op VALUE`. The value of an arithmetic update is asked for on `.`, that of `|=` on what stands at the place. */
export function compileUpdate(machine: Machine, operator: Update, target: Code, value: Code): Code {
  if (operator === '|=') return modify(machine, target, value);
  const apply: (old: Value, next: Value) => Value = operator === '=' ? (_old, next) => next
    : operator === '//=' ? (old, next) => (isTrue(old) ? old : next)
      : BINARIES[operator.slice(0, -1) as Binary];
  return several((env, input) => flatMap(value.many(env, input), function* (next) {
    let changed = input;
    for (const place of target.paths(env, { path: [], value: input })) {
      if (place === PAUSE || machine.tick()) yield PAUSE;
      if (place === PAUSE) continue;
      const path = pathOf(place.path, place.value);
      changed = setPath(changed, path, apply(operator === '=' ? null : getPath(changed, path), next));
    }
    yield changed;
  }));
}

/** `|=`: the first result takes the place; where there is none, the place goes, after all have been seen. */
function modify(machine: Machine, target: Code, update: Code): Code {
  return several(function* (env, input) {
    let changed = input;
    const gone: (readonly Value[])[] = [];
    const paths = yield* gatherPaths(target.paths(env, { path: [], value: input }));
    for (const path of paths) {
      if (machine.tick()) yield PAUSE;
      const old = getPath(changed, path);
      if (update.one !== undefined) {
        changed = setPath(changed, path, update.one(env, old));
        continue;
      }
      let isFound = false;
      for (const next of update.many(env, old)) {
        if (next === PAUSE) yield PAUSE;
        else {
          changed = setPath(changed, path, next as Value);
          isFound = true;
          break;
        }
      }
      if (!isFound) gone.push(path);
    }
    yield deletePaths(changed, gone);
  });
}
