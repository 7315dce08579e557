import { PAUSE, several, single, TAIL, type Code, type Env, type Out, type Place, type Places, type Results } from './code.ts';
import { gather, type Machine } from './machine.ts';
import { getIndex } from './paths.ts';
import { array, fail, isTrue, JqArray, JqError, JqObject, shorten, typeOf, type Value } from './value.ts';

/** The parts of the language that need no names: paths, pipes, choices, operators. */

export const identity: Code = {
  one: (_env, input) => input,
  *many(_env, input) {
    yield input;
  },
  *paths(_env, place) {
    yield place;
  },
};

export const constant = (value: Value): Code => single(() => value);

export const empty: Code = several(function* () {}, function* () {});

/** Each result of `code`, through `use`; what is not a value is handed up. */
export function* flatMap(results: Results, use: (value: Value) => Results): Results {
  for (const value of results) {
    if (value === PAUSE) yield PAUSE;
    else yield* use(value as Value);
  }
}

/** A function of the values of several filters, all combinations; the first filter turns slowest. */
export function combine(codes: readonly Code[], apply: (input: Value, values: readonly Value[]) => Value): Code {
  const ones = codes.map(({ one }) => one);
  if (ones.every((one) => one !== undefined)) {
    if (codes.length === 1) {
      const [first] = ones as [NonNullable<Code['one']>];
      return single((env, input) => apply(input, [first(env, input)]));
    }
    return single((env, input) => apply(input, ones.map((one) => (one as NonNullable<Code['one']>)(env, input))));
  }
  function* from(env: Env, input: Value, values: readonly Value[]): Results {
    const code = codes[values.length];
    if (code === undefined) {
      yield apply(input, values);
      return;
    }
    yield* flatMap(code.many(env, input), (value) => from(env, input, [...values, value]));
  }
  return several((env, input) => from(env, input, []));
}

export function pipe(left: Code, right: Code): Code {
  const [first, second] = [left.one, right.one];
  const paths: Code['paths'] = function* (env, place) {
    for (const each of left.paths(env, place)) {
      if (each === PAUSE) yield PAUSE;
      else yield* right.paths(env, each);
    }
  };
  if (first !== undefined && second !== undefined) return single((env, input) => second(env, first(env, input)), paths);
  if (first !== undefined) return several((env, input) => right.many(env, first(env, input)), paths);
  if (second !== undefined) {
    return several(function* (env, input) {
      for (const value of left.many(env, input)) yield value === PAUSE ? PAUSE : second(env, value as Value);
    }, paths);
  }
  return several(function* (env, input) {
    for (const value of left.many(env, input)) {
      if (value === PAUSE) yield PAUSE;
      else yield* right.many(env, value as Value);
    }
  }, paths);
}

export function comma(left: Code, right: Code): Code {
  return several(function* (env, input) {
    yield* left.many(env, input);
    yield* right.many(env, input);
  }, function* (env, place) {
    yield* left.paths(env, place);
    yield* right.paths(env, place);
  });
}

const describedKey = (key: Value): string => shorten(key, 30);

/** A step of a path; what was computed has none, and that it is stepped into is the error. */
function stepInto({ path, value }: Place, key: Value): Place {
  if (path === undefined) return fail(`Invalid path expression near attempt to access element ${describedKey(key)} of ${describedKey(value)}`);
  return { path: [...path, key], value: value === null ? null : getIndex(value, key) };
}

export function index(target: Code, key: Code): Code {
  const paths: Code['paths'] = function* (env, place) {
    for (const each of key.many(env, place.value)) {
      if (each === PAUSE) yield PAUSE;
      else {
        for (const inner of target.paths(env, place)) yield inner === PAUSE ? PAUSE : stepInto(inner, each as Value);
      }
    }
  };
  const [from, at] = [target.one, key.one];
  if (from !== undefined && at !== undefined) {
    if (target === identity) return single((env, input) => getIndex(input, at(env, input)), paths);
    return single((env, input) => getIndex(from(env, input), at(env, input)), paths);
  }
  return several(function* (env, input) {
    for (const each of key.many(env, input)) {
      if (each === PAUSE) yield PAUSE;
      else {
        for (const value of target.many(env, input)) yield value === PAUSE ? PAUSE : getIndex(value as Value, each as Value);
      }
    }
  }, paths);
}

const cannotIterate = (value: Value): never => fail(`Cannot iterate over ${typeOf(value)}${value === null ? '' : ` (${shorten(value)})`}`);

/** The elements; asked for one by one, because the array may be handed over to a newer version in between. */
export function* elements(machine: Machine, value: Value): Results {
  if (value instanceof JqArray) {
    for (let at = 0; at < value.items.length; at += 1) {
      if (machine.tick()) yield PAUSE;
      yield value.items[at] as Value;
    }
  } else if (value instanceof JqObject) {
    for (const key of [...value.map.keys()]) {
      if (machine.tick()) yield PAUSE;
      yield value.map.get(key) as Value;
    }
  } else cannotIterate(value);
}

export function* elementPlaces(machine: Machine, { path, value }: Place): Places {
  if (path === undefined) fail(`Invalid path expression near attempt to iterate through ${describedKey(value)}`);
  const prefix = path as readonly Value[];
  if (value === null) return;
  if (value instanceof JqArray) {
    for (let at = 0; at < value.items.length; at += 1) {
      if (machine.tick()) yield PAUSE;
      yield { path: [...prefix, at], value: value.items[at] as Value };
    }
  } else if (value instanceof JqObject) {
    for (const key of [...value.map.keys()]) {
      if (machine.tick()) yield PAUSE;
      yield { path: [...prefix, key], value: value.map.get(key) as Value };
    }
  } else cannotIterate(value);
}

export function each(machine: Machine, target: Code): Code {
  const from = target.one;
  return several(from !== undefined ? (env, input) => elements(machine, from(env, input)) : function* (env, input) {
    for (const value of target.many(env, input)) {
      if (value === PAUSE) yield PAUSE;
      else yield* elements(machine, value as Value);
    }
  }, function* (env, place) {
    for (const inner of target.paths(env, place)) {
      if (inner === PAUSE) yield PAUSE;
      else yield* elementPlaces(machine, inner);
    }
  });
}

export function arrayOf(body: Code): Code {
  const { one } = body;
  if (one !== undefined) return single((env, input) => array([one(env, input)]));
  return several(function* (env, input) {
    yield array(yield* gather(body.many(env, input)));
  });
}

/** @param handler gets the error's value; undefined: the error ends the results quietly. */
export function attempt(body: Code, handler: Code | undefined): Code {
  return several(function* (env, input) {
    let raised: JqError | undefined;
    try {
      yield* body.many(env, input);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      raised = error;
    }
    if (raised !== undefined && handler !== undefined) yield* handler.many(env, raised.value);
  }, function* (env, place) {
    let raised: JqError | undefined;
    try {
      yield* body.paths(env, place);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      raised = error;
    }
    if (raised !== undefined && handler !== undefined) yield* handler.paths(env, { path: undefined, value: raised.value });
  });
}

export function logic(operator: 'and' | 'or', left: Code, right: Code): Code {
  const decides = operator === 'or';
  const [first, second] = [left.one, right.one];
  if (first !== undefined && second !== undefined) {
    return single((env, input) => (isTrue(first(env, input)) === decides ? decides : isTrue(second(env, input))));
  }
  return several((env, input) => flatMap(left.many(env, input), function* (value) {
    if (isTrue(value) === decides) {
      yield decides;
      return;
    }
    for (const other of right.many(env, input)) yield other === PAUSE ? PAUSE : isTrue(other as Value);
  }));
}

/** `//`: what of the left is neither false nor null; the right, if there is none. */
export function alternative(left: Code, right: Code): Code {
  const [first, second] = [left.one, right.one];
  const paths: Code['paths'] = function* (env, place) {
    let found = false;
    for (const inner of left.paths(env, place)) {
      if (inner === PAUSE) yield PAUSE;
      else if (isTrue(inner.value)) {
        found = true;
        yield inner;
      }
    }
    if (!found) yield* right.paths(env, place);
  };
  if (first !== undefined && second !== undefined) {
    return single((env, input) => {
      const value = first(env, input);
      return isTrue(value) ? value : second(env, input);
    }, paths);
  }
  return several(function* (env, input) {
    let found = false;
    for (const value of left.many(env, input)) {
      if (value === PAUSE) yield PAUSE;
      else if (isTrue(value as Value)) {
        found = true;
        yield value;
      }
    }
    if (!found) yield* right.many(env, input);
  }, paths);
}

export function choose(test: Code, then: Code, otherwise: Code): Code {
  const paths: Code['paths'] = function* (env, place) {
    for (const value of test.many(env, place.value)) {
      if (value === PAUSE) yield PAUSE;
      else yield* (isTrue(value as Value) ? then : otherwise).paths(env, place);
    }
  };
  const condition = test.one;
  if (condition === undefined) {
    return several((env, input) => flatMap(test.many(env, input), (value) => (isTrue(value) ? then : otherwise).many(env, input)), paths);
  }
  const [yes, no] = [then.one, otherwise.one];
  if (yes !== undefined && no !== undefined) return single((env, input) => (isTrue(condition(env, input)) ? yes : no)(env, input), paths);
  return several((env, input) => (isTrue(condition(env, input)) ? then : otherwise).many(env, input), paths);
}

/** Runs a function's body; a call in last place takes its place instead of going one deeper. */
export function* runBody(machine: Machine, code: Code, env: Env, input: Value): Results {
  let results = code.many(env, input);
  machine.enter();
  try {
    for (;;) {
      if (machine.tick()) yield PAUSE;
      let next: IteratorResult<Out, void>;
      for (next = results.next(); next.done !== true && next.value !== TAIL; next = results.next()) yield next.value;
      const { tail } = machine;
      if (next.done === true || tail === undefined) return;
      results = tail.code.many(tail.env, tail.input);
    }
  } finally {
    machine.leave();
    results.return();
  }
}
