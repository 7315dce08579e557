import { alternative, arrayOf, attempt, choose, combine, comma, constant, each, flatMap, identity, index, logic, pipe, runBody } from './compile-basics.ts';
import { bind, PAUSE, several, single, TAIL, up, type Code, type Env, type Places, type Results } from './code.ts';
import { compileBindings, namesIn } from './destructure.ts';
import { foldEach, reduceEach } from './folds.ts';
import { formatter } from './formats.ts';
import type { Machine } from './machine.ts';
import { NATIVES } from './natives.ts';
import { BINARIES, described } from './operators.ts';
import { sliceKey } from './paths.ts';
import { preludeDefinition } from './prelude.ts';
import { SPECIALS } from './specials.ts';
import { JqSyntaxError, type Definition, type Node } from './syntax.ts';
import { array, Break, fail, object, toText, type Value } from './value.ts';
import { compileUpdate } from './update.ts';

/** A name that can be used, and how deep in the environment it is known. */
type Entry = { depth: number; parent: Entry | undefined } & (
  | { kind: 'variable' | 'label' | 'parameter'; name: string }
  | { kind: 'function'; name: string; definition: Definition; body: Code | undefined }
);

/** Names in scope, and how many cells the environment has there. */
export interface Scope {
  entry: Entry | undefined;
  depth: number;
}

const withName = (scope: Scope, kind: 'variable' | 'label' | 'parameter', name: string): Scope => ({
  entry: { kind, name, depth: scope.depth + 1, parent: scope.entry },
  depth: scope.depth + 1,
});

export const withVariables = (scope: Scope, names: readonly string[]): Scope => names.reduce((inner, name) => withName(inner, 'variable', name), scope);

/** Turns the tree of a filter into code. Names are looked up here, once; at run time a name is a number of steps up. */
export class Compiler {
  readonly machine: Machine;
  readonly #prelude = new Map<string, Entry & { kind: 'function' }>();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** @param isLast whether nothing is done with the results but handing them on, so that a call may take the function's place. */
  compile(node: Node, scope: Scope, isLast = false): Code {
    const plain = (inner: Node): Code => this.compile(inner, scope);
    switch (node.kind) {
      case 'identity': return identity;
      case 'recurse': return this.#call('recurse', [], scope, 0, isLast);
      case 'literal': return constant(node.value);
      case 'string': return this.#string(node.parts, formatter(node.format ?? '@text'), scope);
      case 'format': {
        const format = formatter(node.name);
        if (format === undefined) throw new JqSyntaxError(`${node.name.slice(1)} is not a valid format`, node.at);
        return single((_env, input) => format(input));
      }
      case 'index': return index(plain(node.target), plain(node.key));
      case 'slice': {
        const key = combine([node.from, node.to].map((part) => (part === undefined ? constant(null) : plain(part))), (_input, [from = null, to = null]) => sliceKey(from, to));
        return index(plain(node.target), key);
      }
      case 'each': return each(this.machine, plain(node.target));
      case 'try': return attempt(plain(node.body), node.handler === undefined ? undefined : plain(node.handler));
      case 'array': return node.body === undefined ? single(() => array([])) : arrayOf(plain(node.body));
      case 'object': return this.#object(node.entries, scope);
      case 'negate': return combine([plain(node.body)], (_input, [value = null]) => (typeof value === 'number' ? -value : fail(`${described(value)} cannot be negated`)));
      case 'pipe': {
        const left = plain(node.left);
        return pipe(left, this.compile(node.right, scope, isLast && left.one !== undefined));
      }
      case 'comma': return comma(plain(node.left), this.compile(node.right, scope, isLast));
      case 'and':
      case 'or': return logic(node.kind, plain(node.left), plain(node.right));
      case 'alternative': return alternative(plain(node.left), plain(node.right));
      case 'binary': {
        const apply = BINARIES[node.operator];
        const [left, right] = [plain(node.left), plain(node.right)];
        const [first, second] = [left.one, right.one];
        if (first !== undefined && second !== undefined) {
          if (node.right.kind === 'literal') {
            const { value } = node.right;
            return single((env, input) => apply(first(env, input), value));
          }
          return single((env, input) => apply(first(env, input), second(env, input)));
        }
        return combine([right, left], (_input, [other = null, one = null]) => apply(one, other));
      }
      case 'update': return compileUpdate(this.machine, node.operator, plain(node.left), plain(node.right));
      case 'if': {
        const test = plain(node.test);
        const isTail = isLast && test.one !== undefined;
        return choose(test, this.compile(node.met, scope, isTail), node.otherwise === undefined ? identity : this.compile(node.otherwise, scope, isTail));
      }
      case 'def': {
        const entry: Entry & { kind: 'function' } = { kind: 'function', name: node.definition.name, definition: node.definition, body: undefined, depth: scope.depth, parent: scope.entry };
        // What is wrong in a function is said also where nobody calls it.
        this.#body(entry);
        return this.compile(node.body, { entry, depth: scope.depth }, isLast);
      }
      case 'as': return this.#as(node, scope, isLast);
      case 'reduce': {
        const bindings = compileBindings(this, node.patterns, scope);
        const inner = withVariables(scope, namesIn(node.patterns));
        return reduceEach(this.machine, plain(node.source), bindings, plain(node.start), this.compile(node.update, inner));
      }
      case 'foreach': {
        const bindings = compileBindings(this, node.patterns, scope);
        const inner = withVariables(scope, namesIn(node.patterns));
        return foldEach(this.machine, plain(node.source), bindings, plain(node.start), this.compile(node.update, inner), node.extract === undefined ? identity : this.compile(node.extract, inner));
      }
      case 'variable': return this.#variable(node, scope);
      case 'label': return labelled(this.compile(node.body, withName(scope, 'label', node.name)));
      case 'break': {
        const entry = find(scope, (each) => each.kind === 'label' && each.name === node.name);
        if (entry === undefined) throw new JqSyntaxError(`$*label-${node.name} is not defined`, node.at);
        const distance = scope.depth - entry.depth;
        const leave = (env: Env): never => {
          throw new Break(up(env, distance));
        };
        return several((env) => leave(env), (env) => leave(env));
      }
      case 'call': return this.#call(node.name, node.args, scope, node.at, isLast);
    }
  }

  /** A body with definitions in front, in an environment of these variables. */
  program(definitions: readonly Definition[], body: Node | undefined, variables: readonly string[]): Code {
    const tree = definitions.reduceRight<Node>((rest, definition) => ({ kind: 'def', definition, body: rest }), body ?? { kind: 'identity' });
    return this.compile(tree, withVariables({ entry: undefined, depth: 0 }, variables));
  }

  #string(parts: readonly (string | Node)[], format: ((value: Value) => string) | undefined, scope: Scope): Code {
    const convert = format ?? toText;
    const nodes = parts.filter((part) => typeof part !== 'string');
    // The last part turns slowest.
    const codes = nodes.map((node) => this.compile(node, scope)).reverse();
    return combine(codes, (_input, values) => {
      let at = values.length;
      let text = '';
      for (const part of parts) {
        if (typeof part === 'string') text += part;
        else {
          at -= 1;
          text += convert(values[at] as Value);
        }
      }
      return text;
    });
  }

  #object(entries: readonly { key: Node; value: Node }[], scope: Scope): Code {
    const literals = entries.map(({ key }) => (key.kind === 'literal' && typeof key.value === 'string' ? key.value : undefined));
    if (literals.every((key) => key !== undefined)) {
      const values = entries.map(({ value }) => this.compile(value, scope));
      return combine(values, (_input, found) => object(found.map((value, at) => [literals[at] as string, value] as const)));
    }
    const parts = entries.flatMap(({ key, value }) => [this.compile(key, scope), this.compile(value, scope)]);
    return combine(parts, (_input, found) => {
      const map: [string, Value][] = [];
      for (let at = 0; at < found.length; at += 2) {
        const key = found[at] as Value;
        if (typeof key !== 'string') return fail(`Object keys must be strings`);
        map.push([key, found[at + 1] as Value]);
      }
      return object(map);
    });
  }

  #as(node: Node & { kind: 'as' }, scope: Scope, isLast: boolean): Code {
    const source = this.compile(node.source, scope);
    const [only] = node.patterns;
    if (node.patterns.length === 1 && only?.kind === 'variable') {
      const isTail = isLast && source.one !== undefined;
      const body = this.compile(node.body, withName(scope, 'variable', only.name), isTail);
      const paths: Code['paths'] = function* (env, place) {
        for (const value of source.many(env, place.value)) {
          if (value === PAUSE) yield PAUSE;
          else yield* body.paths(bind(env, value as Value), place);
        }
      };
      const [from, one] = [source.one, body.one];
      if (from !== undefined && one !== undefined) return single((env, input) => one(bind(env, from(env, input)), input), paths);
      if (from !== undefined) return several((env, input) => body.many(bind(env, from(env, input)), input), paths);
      return several((env, input) => flatMap(source.many(env, input), (value) => body.many(bind(env, value), input)), paths);
    }
    const bindings = compileBindings(this, node.patterns, scope);
    const body = this.compile(node.body, withVariables(scope, namesIn(node.patterns)));
    return several((env, input) => flatMap(source.many(env, input), (value) => bindings.many(env, value, (inner) => body.many(inner, input))), function* (env, place) {
      for (const value of source.many(env, place.value)) {
        if (value === PAUSE) yield PAUSE;
        else yield* bindings.paths(env, value as Value, (inner) => body.paths(inner, place));
      }
    });
  }

  #variable(node: Node & { kind: 'variable' }, scope: Scope): Code {
    if (node.name === '__loc__') return single(() => object([['file', '<top-level>'], ['line', node.line]]));
    const entry = find(scope, (each) => each.kind === 'variable' && each.name === node.name);
    if (entry !== undefined) {
      const distance = scope.depth - entry.depth;
      if (distance === 0) return single((env) => env.value);
      return single((env) => up(env, distance).value);
    }
    if (node.name === 'ENV') return constant(this.machine.environment);
    throw new JqSyntaxError(`$${node.name} is not defined`, node.at);
  }

  #call(name: string, args: readonly Node[], scope: Scope, at: number, isLast: boolean): Code {
    const entry = find(scope, (each) => each.name === name
      && ((each.kind === 'parameter' && args.length === 0) || (each.kind === 'function' && each.definition.params.length === args.length)));
    if (entry?.kind === 'parameter') return parameter(scope.depth - entry.depth);
    if (entry?.kind === 'function') return this.#function(entry, args, scope, isLast);
    const key = `${name}/${args.length}`;
    const special = SPECIALS.get(key);
    if (special !== undefined) return special(this.machine, args.map((argument) => this.compile(argument, scope)));
    const native = NATIVES.get(key);
    if (native !== undefined) {
      // Of the arguments the last turns slowest.
      const codes = args.map((argument) => this.compile(argument, scope)).reverse();
      if (codes.length < 2) return combine(codes, (input, values) => native(input, values, this.machine));
      return combine(codes, (input, values) => native(input, [...values].reverse(), this.machine));
    }
    const known = this.#prelude.get(key);
    if (known !== undefined) return this.#function(known, args, scope, isLast);
    const definition = preludeDefinition(key);
    if (definition === undefined) throw new JqSyntaxError(`${key} is not defined`, at);
    const made: Entry & { kind: 'function' } = { kind: 'function', name, definition, body: undefined, depth: 0, parent: undefined };
    this.#prelude.set(key, made);
    return this.#function(made, args, scope, isLast);
  }

  /** The body, compiled when it is first called; a recursive call finds it by its entry. */
  #body(entry: Entry & { kind: 'function' }): void {
    if (entry.body !== undefined) return;
    const later: Code = several((env, input) => made.many(env, input), (env, place) => made.paths(env, place));
    entry.body = later;
    let scope: Scope = { entry, depth: entry.depth };
    for (const param of entry.definition.params) {
      const name = param.replace(/^\$/, '');
      scope = withName(scope, 'parameter', name);
      if (param !== name) scope = withName(scope, 'variable', name);
    }
    const made = this.compile(entry.definition.body, scope, true);
    entry.body = made;
  }

  #function(entry: Entry & { kind: 'function' }, args: readonly Node[], scope: Scope, isLast: boolean): Code {
    this.#body(entry);
    const { machine } = this;
    const distance = scope.depth - entry.depth;
    const { params } = entry.definition;
    const codes = args.map((argument) => this.compile(argument, scope));
    const passed = args.map((argument) => {
      if (argument.kind !== 'call' || argument.args.length > 0) return undefined;
      const target = find(scope, (each) => each.name === argument.name && (each.kind === 'parameter' || (each.kind === 'function' && each.definition.params.length === 0)));
      return target?.kind === 'parameter' ? scope.depth - target.depth : undefined;
    });
    /** The parameter as a filter; one that is only handed on is not wrapped once more. */
    const cellFor = (env: Env, inner: Env, at: number): Env => {
      const handed = passed[at];
      return handed === undefined ? { value: null, code: codes[at], env, parent: inner } : { ...up(env, handed), parent: inner };
    };
    /** All environments for a call: `$params` take each value in turn. */
    function* environments(env: Env, input: Value, inner: Env, at: number): Generator<Env | typeof PAUSE, void, void> {
      const param = params[at];
      if (param === undefined) {
        yield inner;
        return;
      }
      const code = codes[at] as Code;
      const filled = cellFor(env, inner, at);
      if (!param.startsWith('$')) {
        yield* environments(env, input, filled, at + 1);
        return;
      }
      for (const value of code.many(env, input)) {
        if (value === PAUSE) yield PAUSE;
        else yield* environments(env, input, bind(filled, value as Value), at + 1);
      }
    }
    // Without `$params` there is just one.
    const isPlain = params.every((param, at) => !param.startsWith('$') || codes[at]?.one !== undefined);
    const only = (env: Env, input: Value): Env => {
      let inner = up(env, distance);
      for (let at = 0; at < codes.length; at += 1) {
        inner = cellFor(env, inner, at);
        if ((params[at] as string).startsWith('$')) inner = bind(inner, ((codes[at] as Code).one as NonNullable<Code['one']>)(env, input));
      }
      return inner;
    };
    const paths = function* (env: Env, place: { path: readonly Value[] | undefined; value: Value }): Places {
      machine.enter();
      try {
        for (const inner of environments(env, place.value, up(env, distance), 0)) {
          if (machine.tick()) yield PAUSE;
          if (inner === PAUSE) yield PAUSE;
          else yield* (entry.body as Code).paths(inner, place);
        }
      } finally {
        machine.leave();
      }
    };
    if (isPlain && isLast) {
      return several(function* (env, input): Results {
        machine.tail = { code: entry.body as Code, env: only(env, input), input };
        yield TAIL;
      }, paths);
    }
    if (isPlain) return several((env, input) => runBody(machine, entry.body as Code, only(env, input), input), paths);
    return several(function* (env, input) {
      for (const inner of environments(env, input, up(env, distance), 0)) {
        if (inner === PAUSE) yield PAUSE;
        else yield* runBody(machine, entry.body as Code, inner, input);
      }
    }, paths);
  }
}

function find(scope: Scope, isWanted: (entry: Entry) => boolean): Entry | undefined {
  for (let { entry } = scope; entry !== undefined; entry = entry.parent) if (isWanted(entry)) return entry;
  return undefined;
}

/** A filter that was handed to the function. */
function parameter(distance: number): Code {
  const cellOf = (env: Env): Env => up(env, distance);
  return several((env, input) => {
    const { code, env: outer } = cellOf(env);
    return (code as Code).many(outer as Env, input);
  }, (env, place) => {
    const { code, env: outer } = cellOf(env);
    return (code as Code).paths(outer as Env, place);
  });
}

function labelled(body: Code): Code {
  return several(function* (env, input) {
    const inner = bind(env, null);
    try {
      yield* body.many(inner, input);
    } catch (error) {
      if (!(error instanceof Break) || error.label !== inner) throw error;
    }
  }, function* (env, place) {
    const inner = bind(env, null);
    try {
      yield* body.paths(inner, place);
    } catch (error) {
      if (!(error instanceof Break) || error.label !== inner) throw error;
    }
  });
}
