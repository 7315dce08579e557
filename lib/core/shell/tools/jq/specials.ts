import { encodeText } from '../../text.ts';
import { arrayOf, attempt, choose, constant, each, elementPlaces, elements, empty, flatMap, identity, pipe } from './compile-basics.ts';
import { PAUSE, several, single, TAIL, type Code, type Env, type Place, type Places, type Results } from './code.ts';
import { explore, type Decision } from './explore.ts';
import { gather, gatherPaths, pathOf, type Machine } from './machine.ts';
import { add } from './operators.ts';
import { deletePaths, getPath } from './paths.ts';
import { sortSteps } from './sort-steps.ts';
import { substitute } from './substitute.ts';
import { array, compare, fail, isTrue, JqArray, JqError, JqObject, toJson, type Value } from './value.ts';

/** Functions that get filters, or have to wait; those of plain values are in `natives.ts`, those written in jq in `prelude.ts`. */
export type Special = (machine: Machine, args: readonly Code[]) => Code;

const arg = (args: readonly Code[], at: number): Code => args[at] as Code;

/** The first result of a filter, for a decision. */
function* firstOf(results: Results): Generator<typeof PAUSE, Value | undefined, void> {
  for (const value of results) {
    if (value === PAUSE) yield PAUSE;
    else return value as Value;
  }
  return undefined;
}

function* holds(test: Code, env: Env, input: Value): Generator<typeof PAUSE, boolean, void> {
  if (test.one !== undefined) return isTrue(test.one(env, input));
  return isTrue((yield* firstOf(test.many(env, input))) ?? false);
}

/** `recurse`, `while`, `until`, `repeat`: they differ in what is handed out and where it ends. */
function walking(machine: Machine, next: Code, decide: (env: Env, value: Value) => Generator<typeof PAUSE, Decision, void>): Code {
  const { one } = next;
  return several((env, input) => explore<Value>(machine, input, (value) => decide(env, value), (value) => next.many(env, value) as Generator<Value | typeof PAUSE, void, void>, one === undefined ? undefined : (value) => one(env, value)),
    (env, place) => explore<Place>(machine, place, ({ value }) => decide(env, value), (inner) => next.paths(env, inner)));
}

// oxlint-disable-next-line require-yield
function* always(): Generator<typeof PAUSE, Decision, void> {
  return ALWAYS;
}

const ALWAYS: Decision = { emits: true, descends: true };
const NEVER: Decision = { emits: false, descends: false };

/** The first so many results. */
function limit(counts: Code, body: Code): Code {
  return several((env, input) => flatMap(counts.many(env, input), function* (count) {
    if (typeof count !== 'number') fail('Limit must be a number');
    let left = count as number;
    if (left <= 0) return;
    for (const value of body.many(env, input)) {
      yield value;
      if (value !== PAUSE && (left -= 1) <= 0) return;
    }
  }), function* (env, place) {
    for (const count of counts.many(env, place.value)) {
      if (count === PAUSE) yield PAUSE;
      else {
        let left = Number(count);
        if (left <= 0) continue;
        for (const inner of body.paths(env, place)) {
          yield inner;
          if (inner !== PAUSE && (left -= 1) <= 0) break;
        }
      }
    }
  });
}

function range(machine: Machine, from: Code, to: Code, by: Code): Code {
  const number = (value: Value): number => (typeof value === 'number' ? value : fail('Range bounds must be numeric'));
  return several((env, input) => flatMap(from.many(env, input), (first) => flatMap(to.many(env, input), (last) => flatMap(by.many(env, input), function* (step) {
    const [end, stride] = [number(last), number(step)];
    if (stride === 0) return;
    for (let at = number(first); stride > 0 ? at < end : at > end; at += stride) {
      if (machine.tick()) yield PAUSE;
      yield at;
    }
  }))));
}

function* everything(machine: Machine, value: Value): Results {
  yield value;
  if (!(value instanceof JqArray || value instanceof JqObject)) return;
  for (const item of elements(machine, value)) {
    if (item === PAUSE) yield PAUSE;
    else yield* everything(machine, item as Value);
  }
}

function* everywhere(machine: Machine, place: Place): Places {
  yield place;
  if (!(place.value instanceof JqArray || place.value instanceof JqObject)) return;
  for (const inner of elementPlaces(machine, place)) {
    if (inner === PAUSE) yield PAUSE;
    else yield* everywhere(machine, inner);
  }
}

function* streamOf(machine: Machine, value: Value, path: readonly Value[]): Results {
  const keys: Value[] = value instanceof JqArray ? [...value.items.keys()] : value instanceof JqObject ? [...value.map.keys()] : [];
  if (keys.length === 0) {
    yield array([array([...path]), value]);
    return;
  }
  for (const key of keys) {
    if (machine.tick()) yield PAUSE;
    yield* streamOf(machine, value instanceof JqArray ? value.items[key as number] as Value : (value as JqObject).map.get(key as string) as Value, [...path, key]);
  }
  yield array([array([...path, keys[keys.length - 1] as Value])]);
}

/** `any` and `all`: they stop where the answer is known. */
function quantified(decides: boolean, source: Code, test: Code): Code {
  return several(function* (env, input) {
    for (const value of source.many(env, input)) {
      if (value === PAUSE) {
        yield PAUSE;
        continue;
      }
      for (const found of test.many(env, value as Value)) {
        if (found === PAUSE) yield PAUSE;
        else if (isTrue(found as Value) === decides) {
          yield decides;
          return;
        }
      }
    }
    yield !decides;
  });
}

type Keyed = { key: Value; item: Value };

/** Elements with the keys that `f` gives them, in the order of those. */
function keyed(machine: Machine, body: Code, finish: (sorted: readonly Keyed[]) => Value): Code {
  const keys = arrayOf(body);
  return several(function* (env, input) {
    if (!(input instanceof JqArray)) return fail(`Cannot iterate over ${toJson(input).slice(0, 11)}: only an array can be sorted or grouped`);
    const list: Keyed[] = [];
    for (let at = 0; at < input.items.length; at += 1) {
      if (machine.tick()) yield PAUSE;
      const item = input.items[at] as Value;
      for (const key of keys.many(env, item)) {
        if (key === PAUSE) yield PAUSE;
        else list.push({ key: key as Value, item });
      }
    }
    yield finish(yield* sortSteps(machine, list, (left, right) => compare(left.key, right.key)));
    return undefined;
  });
}

function groupsOf(sorted: readonly Keyed[]): Keyed[][] {
  const groups: Keyed[][] = [];
  for (const each of sorted) {
    const group = groups[groups.length - 1];
    if (group !== undefined && compare((group[0] as Keyed).key, each.key) === 0) group.push(each);
    else groups.push([each]);
  }
  return groups;
}

/** Of equal ones min takes the first, max the last. */
function extreme(machine: Machine, body: Code, isWanted: (order: number) => boolean): Code {
  const keys = arrayOf(body);
  return several(function* (env, input) {
    if (!(input instanceof JqArray)) return fail(`Cannot find the least or greatest of ${toJson(input).slice(0, 11)}: that is not an array`);
    let best: Keyed | undefined;
    for (let at = 0; at < input.items.length; at += 1) {
      if (machine.tick()) yield PAUSE;
      const item = input.items[at] as Value;
      const key = yield* firstOf(keys.many(env, item));
      if (key !== undefined && (best === undefined || isWanted(compare(key, best.key)))) best = { key, item };
    }
    yield best?.item ?? null;
    return undefined;
  });
}

const sorted = (list: readonly Keyed[]): Value => array(list.map(({ item }) => item));
const grouped = (list: readonly Keyed[]): Value => array(groupsOf(list).map((group) => sorted(group)));
const unique = (list: readonly Keyed[]): Value => array(groupsOf(list).map(([first]) => (first as Keyed).item));

const step = constant(1);

const specials: Readonly<Record<string, Special>> = {
  'empty/0': () => empty,
  'path/1': (_machine, args) => several(function* (env, input) {
    for (const place of arg(args, 0).paths(env, { path: [], value: input })) {
      if (place === PAUSE) yield PAUSE;
      else yield array([...pathOf(place.path, place.value)]);
    }
  }),
  'select/1': (_machine, args) => choose(arg(args, 0), identity, empty),
  'recurse/0': (machine) => several((_env, input) => everything(machine, input), (_env, place) => everywhere(machine, place)),
  'recurse/1': (machine, args) => walking(machine, arg(args, 0), always),
  'recurse/2': (machine, args) => walking(machine, pipe(arg(args, 0), choose(arg(args, 1), identity, empty)), always),
  'repeat/1': (machine, args) => walking(machine, arg(args, 0), always),
  'while/2': (machine, args) => walking(machine, arg(args, 1), function* (env, value) { return (yield* holds(arg(args, 0), env, value)) ? ALWAYS : NEVER; }),
  'until/2': (machine, args) => walking(machine, arg(args, 1), function* (env, value) {
    const ends = yield* holds(arg(args, 0), env, value);
    return { emits: ends, descends: !ends };
  }),
  'map/1': (machine, args) => arrayOf(pipe(each(machine, identity), arg(args, 0))),
  'first/1': (_machine, args) => limit(constant(1), arg(args, 0)),
  'limit/2': (_machine, args) => limit(arg(args, 0), arg(args, 1)),
  'skip/2': (_machine, args) => several((env, input) => flatMap(arg(args, 0).many(env, input), function* (count) {
    let left = Number(count);
    for (const value of arg(args, 1).many(env, input)) if (value === PAUSE || (left -= 1) < 0) yield value;
  })),
  'last/1': (_machine, args) => several(function* (env, input) {
    let last: Value | undefined;
    for (const value of arg(args, 0).many(env, input)) {
      if (value === PAUSE) yield PAUSE;
      else last = value as Value;
    }
    if (last !== undefined) yield last;
  }, function* (env, place) {
    let last: Place | undefined;
    for (const inner of arg(args, 0).paths(env, place)) {
      if (inner === PAUSE) yield PAUSE;
      else last = inner;
    }
    if (last !== undefined) yield last;
  }),
  'isempty/1': (_machine, args) => several(function* (env, input) {
    yield (yield* firstOf(arg(args, 0).many(env, input))) === undefined;
  }),
  'range/1': (machine, args) => range(machine, constant(0), arg(args, 0), step),
  'range/2': (machine, args) => range(machine, arg(args, 0), arg(args, 1), step),
  'range/3': (machine, args) => range(machine, arg(args, 0), arg(args, 1), arg(args, 2)),
  'any/0': (machine) => quantified(true, each(machine, identity), identity),
  'any/1': (machine, args) => quantified(true, each(machine, identity), arg(args, 0)),
  'any/2': (_machine, args) => quantified(true, arg(args, 0), arg(args, 1)),
  'all/0': (machine) => quantified(false, each(machine, identity), identity),
  'all/1': (machine, args) => quantified(false, each(machine, identity), arg(args, 0)),
  'all/2': (_machine, args) => quantified(false, arg(args, 0), arg(args, 1)),
  'del/1': (_machine, args) => several(function* (env, input) {
    yield deletePaths(input, yield* gatherPaths(arg(args, 0).paths(env, { path: [], value: input })));
  }),
  'getpath/1': (_machine, args) => {
    const [from] = args as readonly [Code];
    const keys = (path: Value): readonly Value[] => (path instanceof JqArray ? path.items : fail('Path must be specified as an array'));
    return several((env, input) => flatMap(from.many(env, input), function* (path) {
      yield getPath(input, keys(path));
    }), function* (env, place) {
      for (const path of from.many(env, place.value)) {
        if (path === PAUSE || path === TAIL) yield PAUSE;
        else yield { path: [...(place.path ?? []), ...keys(path)], value: getPath(place.value, keys(path)) };
      }
    });
  },
  'tostream/0': (machine) => several((_env, input) => streamOf(machine, input, [])),
  'input/0': (machine) => several(function* () {
    yield yield* machine.input();
  }),
  'inputs/0': (machine) => several(function* () {
    for (;;) {
      if (machine.tick()) yield PAUSE;
      try {
        const value = yield* machine.input();
        yield value;
      } catch (error) {
        if (error instanceof JqError && error.value === 'No more inputs') return;
        throw error;
      }
    }
  }),
  'debug/0': (machine) => several(function* (_env, input) {
    yield* machine.complain(encodeText(`["DEBUG:",${toJson(input)}]\n`));
    yield input;
  }),
  'stderr/0': (machine) => several(function* (_env, input) {
    yield* machine.complain(encodeText(toJson(input)));
    yield input;
  }),
  'sort/0': (machine) => keyed(machine, identity, sorted),
  'sort_by/1': (machine, args) => keyed(machine, arg(args, 0), sorted),
  'group_by/1': (machine, args) => keyed(machine, arg(args, 0), grouped),
  'unique/0': (machine) => keyed(machine, identity, unique),
  'unique_by/1': (machine, args) => keyed(machine, arg(args, 0), unique),
  'min/0': (machine) => extreme(machine, identity, (order) => order < 0),
  'max/0': (machine) => extreme(machine, identity, (order) => order >= 0),
  'min_by/1': (machine, args) => extreme(machine, arg(args, 0), (order) => order < 0),
  'max_by/1': (machine, args) => extreme(machine, arg(args, 0), (order) => order >= 0),
  'sub/2': (machine, args) => substitute(machine, arg(args, 0), arg(args, 1), constant('')),
  'sub/3': (machine, args) => substitute(machine, arg(args, 0), arg(args, 1), arg(args, 2)),
  'gsub/2': (machine, args) => substitute(machine, arg(args, 0), arg(args, 1), constant('g')),
  'gsub/3': (machine, args) => substitute(machine, arg(args, 0), arg(args, 1), pipe(arg(args, 2), single((_env, flags) => `${typeof flags === 'string' ? flags : ''}g`))),
  'isvalid/1': (_machine, args) => attempt(pipe(arrayOf(arg(args, 0)), constant(true)), constant(false)),
  'add/1': (_machine, args) => several(function* (env, input) {
    const items = yield* gather(arg(args, 0).many(env, input));
    yield items.reduce(add, null);
  }),
};

export const SPECIALS: ReadonlyMap<string, Special> = new Map(Object.entries(specials));
