import * as limits from '../../../limits.ts';
import { compileBuiltin } from './builtins.ts';
import { plain, valueOf, waiting, with1, with2, withAll, type Code, type Steps } from './code.ts';
import { SPECIALS, type Machine, type Special } from './machine.ts';
import type { FunctionNames, Names } from './resolve.ts';
import { AwkError, type Expression, type Target } from './syntax.ts';
import { compare, fromInput, isTrue, toNumber, toText, type AwkArray, type Value } from './value.ts';

/** A function: its body is compiled after all that may call it are known. */
export interface CompiledFunction {
  names: FunctionNames;
  body: Code<number> | undefined;
}

/** Where a value is kept: `key` is found once, then it is read and written. */
export interface Place {
  key: Code<string | number>;
  load(key: string | number): Value;
  store(key: string | number, value: Value): void;
}

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right, '<=': (left, right) => left <= right, '==': (left, right) => left === right,
  '!=': (left, right) => left !== right, '>': (left, right) => left > right, '>=': (left, right) => left >= right,
};
const NO_KEY: Code<number> = plain(() => 0);
const isSpecial = (name: string): name is Special => (SPECIALS as readonly string[]).includes(name);

/** Compiles expressions of one function, or of the rules. */
export class ExpressionCompiler {
  readonly machine: Machine;
  readonly names: Names;
  readonly functions: ReadonlyMap<string, CompiledFunction>;
  readonly #inside: FunctionNames | undefined;
  readonly #slots: Map<string, number>;
  readonly #arraySlots: Map<string, number>;

  constructor(machine: Machine, names: Names, functions: ReadonlyMap<string, CompiledFunction>, slots: { values: Map<string, number>; arrays: Map<string, number> }, inside: FunctionNames | undefined) {
    this.machine = machine;
    this.names = names;
    this.functions = functions;
    this.#slots = slots.values;
    this.#arraySlots = slots.arrays;
    this.#inside = inside;
  }

  /** The array of this name. @throws AwkError when it is a function's */
  array(name: string): () => AwkArray {
    const { machine } = this;
    const local = this.#inside?.parameters.indexOf(name) ?? -1;
    if (local >= 0) return () => machine.frame[local] as AwkArray;
    let slot = this.#arraySlots.get(name);
    if (slot === undefined) {
      slot = machine.arrays.push(new Map()) - 1;
      this.#arraySlots.set(name, slot);
    }
    const array = machine.arrays[slot] as AwkArray;
    return () => array;
  }

  isArray(name: string): boolean {
    return this.#inside?.parameters.includes(name) === true ? this.#inside.arrays.has(name) : this.names.globalArrays.has(name);
  }

  #slot(name: string): number {
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = this.machine.globals.push(undefined) - 1;
      this.#slots.set(name, slot);
    }
    return slot;
  }

  /** A subscript, or several joined by SUBSEP. */
  subscript(nodes: readonly Expression[]): Code<string> {
    const [only] = nodes;
    if (nodes.length === 1 && only !== undefined) return this.#key(only);
    const { machine } = this;
    return withAll(nodes.map((node) => this.#key(node)), (parts) => parts.join(machine.subscriptSeparator));
  }

  #key(node: Expression): Code<string> {
    return this.text(node);
  }

  place(target: Target): Place {
    const { machine } = this;
    if (target.kind === 'field') {
      return {
        key: this.number(target.index),
        load: (key) => machine.record.field(key as number),
        store: (key, value) => machine.record.assign(key as number, value),
      };
    }
    if (target.kind === 'element') {
      const array = this.array(target.array);
      return {
        key: this.subscript(target.subscripts),
        load(key) {
          const values = array();
          const value = values.get(key as string);
          if (value === undefined && !values.has(key as string)) addElement(values, key as string, undefined);
          return value;
        },
        store: (key, value) => addElement(array(), key as string, value),
      };
    }
    const { name } = target;
    if (this.isArray(name)) throw new AwkError(`fatal: attempt to use array \`${name}' in a scalar context`);
    if (this.functions.has(name)) throw new AwkError(`fatal: function name \`${name}' can't be used as a variable`, 1);
    const local = this.#inside?.parameters.indexOf(name) ?? -1;
    if (local >= 0) {
      return {
        key: NO_KEY,
        load: () => machine.frame[local] as Value,
        store(_key, value) {
          machine.frame[local] = value;
        },
      };
    }
    if (name === 'NF') return { key: NO_KEY, load: () => machine.record.count, store: (_key, value) => machine.setSpecial(name, value) };
    if (name === 'NR') return { key: NO_KEY, load: () => machine.recordNumber, store: (_key, value) => machine.setSpecial(name, value) };
    if (isSpecial(name)) return { key: NO_KEY, load: () => machine.special(name), store: (_key, value) => machine.setSpecial(name, value) };
    const slot = this.#slot(name);
    const { globals } = machine;
    return {
      key: NO_KEY,
      load: () => globals[slot],
      store(_key, value) {
        globals[slot] = value;
      },
    };
  }

  expression(node: Expression): Code<Value> {
    const { machine } = this;
    switch (node.kind) {
      case 'number': case 'string': {
        const { value } = node;
        return plain(() => value);
      }
      case 'regex': {
        const test = this.#matchRecord(node.source);
        return plain(() => (test() ? 1 : 0));
      }
      case 'group': return this.expression(node.item);
      case 'name': case 'element': case 'field': {
        const { key, load } = this.place(node);
        if (key === NO_KEY) return plain(() => load(0));
        return with1(key, load);
      }
      case 'assign': return this.#assign(node.operator, node.target, node.value);
      case 'step': return this.#step(node.isPrefix, node.change, node.target);
      case 'condition': return this.#choose(this.truth(node.test), this.expression(node.yes), this.expression(node.no));
      case 'and': case 'or': case 'not': case 'compare': case 'match': case 'in': return with1(this.truth(node), (isSo) => (isSo ? 1 : 0));
      case 'concat': return this.text(node);
      case 'arithmetic': case 'minus': case 'plus': return this.number(node);
      case 'call': return this.#call(node.name, node.args);
      case 'builtin': return compileBuiltin(this, node.name, node.args, node.line);
      case 'getline': {
        const target = node.target === undefined ? undefined : this.place(node.target);
        return this.#getline(node.from, node.source === undefined ? undefined : this.text(node.source), target);
      }
      default: return plain(() => machine.record.text);
    }
  }

  number(node: Expression): Code<number> {
    const { machine } = this;
    switch (node.kind) {
      case 'number': {
        const { value } = node;
        return plain(() => value);
      }
      case 'group': return this.number(node.item);
      case 'field': return with1(this.number(node.index), (index) => machine.record.fieldNumber(index));
      case 'minus': return with1(this.number(node.item), (value) => -value);
      case 'plus': return this.number(node.item);
      case 'arithmetic': return arithmetic(node.operator, this.number(node.left), this.number(node.right));
      default: return with1(this.expression(node), (value) => (typeof value === 'number' ? value : toNumber(value)));
    }
  }

  text(node: Expression): Code<string> {
    const { machine } = this;
    switch (node.kind) {
      case 'string': {
        const { value } = node;
        return plain(() => value);
      }
      case 'group': return this.text(node.item);
      case 'field': return with1(this.number(node.index), (index) => machine.record.fieldText(index));
      case 'concat': return with2(this.text(node.left), this.text(node.right), joined);
      default: {
        const { settings } = machine;
        return with1(this.expression(node), (value) => (typeof value === 'string' ? value : toText(value, settings.convfmt)));
      }
    }
  }

  truth(node: Expression): Code<boolean> {
    const { machine } = this;
    switch (node.kind) {
      case 'group': return this.truth(node.item);
      case 'regex': return plain(this.#matchRecord(node.source));
      case 'not': return with1(this.truth(node.item), (isSo) => !isSo);
      case 'and': return this.#choose(this.truth(node.left), this.truth(node.right), plain(() => false));
      case 'or': return this.#choose(this.truth(node.left), plain(() => true), this.truth(node.right));
      case 'compare': return this.#compare(node.operator, this.expression(node.left), this.expression(node.right));
      case 'in': {
        const array = this.array(node.array);
        return with1(this.subscript(node.subscripts), (key) => array().has(key));
      }
      case 'match': {
        const { negated } = node;
        if (node.right.kind === 'regex') {
          const test = this.#test(node.right.source);
          return with1(this.text(node.left), (text) => test(text) !== negated);
        }
        return with2(this.text(node.left), this.text(node.right), (text, source) => machine.matcher(source).test(text) !== negated);
      }
      default: return with1(this.expression(node), isTrue);
    }
  }

  #test(source: string): (text: string) => boolean {
    const { machine } = this;
    let isFor: boolean | undefined;
    let matcher = machine.matcher(source);
    return (text) => {
      if (isFor !== machine.ignoreCase) {
        isFor = machine.ignoreCase;
        matcher = machine.matcher(source);
      }
      return matcher.test(text);
    };
  }

  #matchRecord(source: string): () => boolean {
    const test = this.#test(source);
    const { record } = this.machine;
    return () => test(record.text);
  }

  #choose<T>(test: Code<boolean>, then: Code<T>, otherwise: Code<T>): Code<T> {
    if (test.waits || then.waits || otherwise.waits) {
      return waiting(function* () {
        return (yield* valueOf(test)) ? yield* valueOf(then) : yield* valueOf(otherwise);
      });
    }
    const [first, second, third] = [test.run, then.run, otherwise.run];
    return plain(() => (first() ? second() : third()));
  }

  #compare(operator: string, left: Code<Value>, right: Code<Value>): Code<boolean> {
    const { settings } = this.machine;
    const holds = COMPARISONS[operator] as (left: number, right: number) => boolean;
    return with2(left, right, (one, other) => {
      if (typeof one === 'number' && typeof other === 'number') return holds(one, other);
      return holds(compare(one, other, settings.convfmt), 0);
    });
  }

  #assign(operator: string, target: Target, node: Expression): Code<Value> {
    const { key, load, store } = this.place(target);
    if (operator === '=') {
      const value = this.expression(node);
      if (key === NO_KEY) {
        return with1(value, (result) => {
          store(0, result);
          return result;
        });
      }
      return with2(key, value, (place, result) => {
        store(place, result);
        return result;
      });
    }
    const compute = operation(operator.slice(0, -1));
    return with2(key, this.number(node), (place, amount) => {
      const result = compute(toNumber(load(place)), amount);
      store(place, result);
      return result;
    });
  }

  #step(isPrefix: boolean, change: number, target: Target): Code<Value> {
    const { key, load, store } = this.place(target);
    if (key === NO_KEY) {
      return plain(() => {
        const value = load(0);
        const before = typeof value === 'number' ? value : toNumber(value);
        store(0, before + change);
        return isPrefix ? before + change : before;
      });
    }
    return with1(key, (place) => {
      const before = toNumber(load(place));
      store(place, before + change);
      return isPrefix ? before + change : before;
    });
  }

  #getline(from: 'input' | 'file' | 'command', source: Code<string> | undefined, target: Place | undefined): Code<Value> {
    const { machine } = this;
    const { streams } = machine;
    return waiting(function* (): Steps<Value> {
      const key = target === undefined ? 0 : yield* valueOf(target.key);
      let record: string | undefined;
      if (from === 'input') {
        record = yield* machine.nextRecord();
        if (record === undefined) return 0;
        machine.recordNumber += 1;
        machine.fileRecordNumber += 1;
      } else {
        const name = source === undefined ? '' : yield* valueOf(source);
        const reader = from === 'file' ? streams.fileReader(name) : streams.commandReader(name);
        if (reader === undefined) return -1;
        record = yield* machine.read(reader);
        if (record === undefined) return 0;
      }
      if (target === undefined) machine.record.set(record);
      else target.store(key, fromInput(record));
      return 1;
    });
  }

  #call(name: string, args: readonly Expression[]): Code<Value> {
    const callee = this.functions.get(name) as CompiledFunction;
    const { machine } = this;
    const { parameters, arrays, waits } = callee.names;
    const codes = parameters.map((parameter, index): Code<Value | AwkArray> => {
      const arg = args[index];
      if (arrays.has(parameter)) {
        if (arg === undefined) return plain(() => new Map());
        if (arg.kind !== 'name') throw new AwkError(`fatal: function \`${name}': parameter ${index + 1} must be an array`);
        return plain(this.array(arg.name));
      }
      return arg === undefined ? plain(() => undefined) : this.expression(arg);
    });
    const enter = (frame: (Value | AwkArray)[]): (Value | AwkArray)[] => {
      machine.depth += 1;
      if (machine.depth > limits.awkMaxDepth) throw new AwkError(`fatal: function \`${name}' called itself too often (${limits.awkMaxDepth} times)`);
      const before = machine.frame;
      machine.frame = frame;
      machine.returned = undefined;
      return before;
    };
    const leave = (before: (Value | AwkArray)[]): Value => {
      machine.frame = before;
      machine.depth -= 1;
      const { returned } = machine;
      machine.returned = undefined;
      return returned;
    };
    const frameOf = withAll(codes, (values) => values);
    if (!waits && !frameOf.waits) {
      return plain(() => {
        const before = enter(frameOf.run());
        (callee.body as { run: () => number }).run();
        return leave(before);
      });
    }
    const body = function* (frame: (Value | AwkArray)[]): Steps<Value> {
      const before = enter(frame);
      yield* valueOf(callee.body as Code<number>);
      const due = machine.tick();
      if (due !== undefined) yield due;
      return leave(before);
    };
    return waiting(function* () {
      // A stack frame of `drive`, not of ours.
      return (yield body(yield* valueOf(frameOf))) as Value;
    });
  }
}

const joined = (left: string, right: string): string => {
  if (left.length + right.length > limits.lineMaxBytes) throw new AwkError('fatal: a string is too long to keep in memory');
  return left + right;
};

function addElement(array: AwkArray, key: string, value: Value): void {
  if (array.size >= limits.awkMaxElements && !array.has(key)) throw new AwkError(`fatal: an array has more than ${limits.awkMaxElements} elements`);
  array.set(key, value);
}

function operation(operator: string): (left: number, right: number) => number {
  switch (operator) {
    case '+': return (left, right) => left + right;
    case '-': return (left, right) => left - right;
    case '*': return (left, right) => left * right;
    case '/': return (left, right) => {
      if (right === 0) throw new AwkError('fatal: division by zero attempted');
      return left / right;
    };
    case '%': return (left, right) => {
      if (right === 0) throw new AwkError('fatal: division by zero attempted in `%\'');
      return left % right;
    };
    default: return (left, right) => left ** right;
  }
}

function arithmetic(operator: string, left: Code<number>, right: Code<number>): Code<number> {
  return with2(left, right, operation(operator));
}
