import { bind, PAUSE, type Code, type Env } from './code.ts';
import type { Compiler, Scope } from './compile.ts';
import { getIndex } from './paths.ts';
import type { Pattern } from './syntax.ts';
import { fail, JqArray, JqError, JqObject, typeOf, type Value } from './value.ts';

/** The variables of patterns, each once, in the order of their cells. */
export function namesIn(patterns: readonly Pattern[]): string[] {
  const names = new Set<string>();
  const walk = (pattern: Pattern): void => {
    if (pattern.kind === 'variable') names.add(pattern.name);
    else if (pattern.kind === 'array') pattern.items.forEach(walk);
    else {
      for (const { variable, pattern: inner } of pattern.entries) {
        if (variable !== undefined) names.add(variable);
        if (inner !== undefined) walk(inner);
      }
    }
  };
  patterns.forEach(walk);
  return [...names];
}

/** What `as` puts into scope for a value: one environment for each way that the pattern's keys give. */
export interface Bindings {
  many<T>(env: Env, value: Value, body: (inner: Env) => Generator<T, void, void>): Generator<T | typeof PAUSE, void, void>;
  paths<T>(env: Env, value: Value, body: (inner: Env) => Generator<T, void, void>): Generator<T | typeof PAUSE, void, void>;
}

type Found = ReadonlyMap<string, Value>;
type Matcher = (env: Env, value: Value, found: Found) => Generator<Found | typeof PAUSE, void, void>;

/** Keys see what was in scope before the pattern. */
export function compileBindings(compiler: Compiler, patterns: readonly Pattern[], scope: Scope): Bindings {
  const names = namesIn(patterns);
  const [only] = patterns;
  const matchers = patterns.map((pattern) => matcherOf(compiler, pattern, scope));
  function* many<T>(env: Env, value: Value, body: (inner: Env) => Generator<T, void, void>): Generator<T | typeof PAUSE, void, void> {
    if (patterns.length === 1 && only?.kind === 'variable') {
      yield* body(bind(env, value));
      return;
    }
    for (const [at, matcher] of matchers.entries()) {
      try {
        for (const found of matcher(env, value, new Map())) {
          if (found === PAUSE) yield PAUSE;
          else yield* body(names.reduce((inner, name) => bind(inner, found.get(name) ?? null), env));
        }
        return;
      } catch (error) {
        // `?//`: the next pattern has its turn, also when what follows failed.
        if (!(error instanceof JqError) || at === matchers.length - 1) throw error;
      }
    }
  }
  return { many, paths: many };
}

function matcherOf(compiler: Compiler, pattern: Pattern, scope: Scope): Matcher {
  if (pattern.kind === 'variable') {
    return function* (_env, value, found) {
      yield new Map(found).set(pattern.name, value);
    };
  }
  const steps: { key: Code | number; variable: string | undefined; inner: Matcher | undefined }[] = pattern.kind === 'array'
    ? pattern.items.map((item, at) => ({ key: at, variable: undefined, inner: matcherOf(compiler, item, scope) }))
    : pattern.entries.map(({ key, variable, pattern: inner }) => ({
      key: compiler.compile(key, scope),
      variable,
      inner: inner === undefined ? undefined : matcherOf(compiler, inner, scope),
    }));
  const kind = pattern.kind;
  function* from(at: number, env: Env, value: Value, found: Found): Generator<Found | typeof PAUSE, void, void> {
    const step = steps[at];
    if (step === undefined) {
      yield found;
      return;
    }
    const { key, variable, inner } = step;
    function* withKey(name: Value): Generator<Found | typeof PAUSE, void, void> {
      if (kind === 'object' && typeof name !== 'string') fail(`Cannot index ${typeOf(value)} with ${typeOf(name)}`);
      const part = getIndex(value, name);
      const known = variable === undefined ? found : new Map(found).set(variable, part);
      if (inner === undefined) yield* from(at + 1, env, value, known);
      else {
        for (const more of inner(env, part, known)) {
          if (more === PAUSE) yield PAUSE;
          else yield* from(at + 1, env, value, more);
        }
      }
    }
    if (typeof key === 'number') yield* withKey(key);
    else {
      for (const name of key.many(env, value)) {
        if (name === PAUSE) yield PAUSE;
        else yield* withKey(name as Value);
      }
    }
  }
  return function* (env, value, found) {
    if (value !== null && !(kind === 'array' ? value instanceof JqArray : value instanceof JqObject)) getIndex(value, kind === 'array' ? 0 : '');
    yield* from(0, env, value, found);
  };
}
