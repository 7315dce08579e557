import { formatDate } from '../format-date.ts';
import { plain, valueOf, waiting, with1, with2, withAll, type Code } from './code.ts';
import type { ExpressionCompiler } from './compile-expression.ts';
import { formatValues } from './format.ts';
import { textLength } from './number-text.ts';
import { splitByContent, splitByPattern, splitCharacters, type Splitter } from './record.ts';
import { ARRAY_ARGUMENTS } from './resolve.ts';
import { compareValues } from './sort-array.ts';
import { compileReplace } from './replace.ts';
import { AwkError, type Expression } from './syntax.ts';
import { NumericText, textNumber, type AwkArray, type Value } from './value.ts';

const ASTRAL = /[\ud800-\udbff]/;

/** A place in UTF-16 units as a place in characters. */
const characterAt = (text: string, at: number): number => (ASTRAL.test(text) ? textLength(text.slice(0, at)) : at);

/** How many arguments each takes. */
const COUNTS: Readonly<Record<string, readonly [number, number]>> = {
  and: [2, 99], asort: [1, 3], asorti: [1, 3], atan2: [2, 2], close: [1, 2], compl: [1, 1], cos: [1, 1], exp: [1, 1], fflush: [0, 1], gensub: [3, 4], gsub: [2, 3],
  index: [2, 2], int: [1, 1], isarray: [1, 1], length: [0, 1], log: [1, 1], lshift: [2, 2], match: [2, 3], mktime: [1, 2], or: [2, 99], patsplit: [2, 4], rand: [0, 0],
  rshift: [2, 2], sin: [1, 1], split: [2, 4], sprintf: [1, 999], sqrt: [1, 1], srand: [0, 1], strftime: [0, 3], strtonum: [1, 1], sub: [2, 3], substr: [2, 3],
  system: [1, 1], systime: [0, 0], tolower: [1, 1], toupper: [1, 1], typeof: [1, 1], xor: [2, 99],
};

/** A call of a built-in function. @throws AwkError when its arguments cannot be right. */
export function compileBuiltin(compiler: ExpressionCompiler, name: string, args: readonly Expression[], line: number): Code<Value> {
  const { machine } = compiler;
  const [least, most] = COUNTS[name] as readonly [number, number];
  if (args.length < least || args.length > most) throw new AwkError(`cmd. line:${line}: fatal: ${args.length} is invalid as number of arguments for ${name}`, 1);
  const node = (index: number): Expression => args[index] as Expression;
  const text = (index: number): Code<string> => compiler.text(node(index));
  const number = (index: number): Code<number> => compiler.number(node(index));
  const calculated = (apply: (value: number) => number): Code<Value> => with1(number(0), apply);
  const arrayAt = (index: number): (() => AwkArray) | undefined => {
    const arg = args[index];
    if (arg === undefined) return undefined;
    if (arg.kind !== 'name' || !ARRAY_ARGUMENTS[name]?.includes(index)) throw new AwkError(`fatal: ${name}: argument ${index + 1} is not an array`);
    return compiler.array(arg.name);
  };
  const separator = (index: number): Code<Splitter> => separatorOf(compiler, args[index]);
  switch (name) {
    case 'length': {
      const [arg] = args;
      if (arg === undefined) return plain(() => textLength(machine.record.text));
      if (arg.kind === 'name' && compiler.isArray(arg.name)) {
        const array = compiler.array(arg.name);
        return plain(() => array().size);
      }
      return with1(text(0), textLength);
    }
    case 'index': return with2(text(0), text(1), (whole, part) => {
      const at = whole.indexOf(part);
      return at < 0 || part === '' ? 0 : characterAt(whole, at) + 1;
    });
    case 'substr': {
      if (args.length === 2) return with2(text(0), number(1), (whole, start) => slice(whole, start, Number.POSITIVE_INFINITY));
      return with2(text(0), withAll([number(1), number(2)], (pair) => pair), (whole, [start = 1, count = 0]) => slice(whole, start, count));
    }
    case 'tolower': return with1(text(0), (whole) => whole.toLowerCase());
    case 'toupper': return with1(text(0), (whole) => whole.toUpperCase());
    case 'int': return calculated(Math.trunc);
    case 'sqrt': return calculated(Math.sqrt);
    case 'exp': return calculated(Math.exp);
    case 'log': return calculated(Math.log);
    case 'sin': return calculated(Math.sin);
    case 'cos': return calculated(Math.cos);
    case 'atan2': return with2(number(0), number(1), Math.atan2);
    case 'rand': return plain(() => nextRandom(machine));
    case 'srand': return with1(args.length === 0 ? plain(() => Math.floor(machine.context.now() / 1000)) : number(0), (seed) => {
      const before = machine.seed;
      machine.seed = seed;
      machine.randomState = Math.trunc(seed) | 0;
      return before;
    });
    case 'systime': return plain(() => Math.floor(machine.context.now() / 1000));
    case 'mktime': return with1(text(0), (words) => makeTime(words, args.length > 1));
    case 'strftime': return strftime(compiler, args);
    case 'strtonum': return with1(compiler.expression(node(0)), (value) => (typeof value === 'number' ? value : parseNumber(machine.text(value))));
    case 'and': return bits(compiler, args, (left, right) => left & right);
    case 'or': return bits(compiler, args, (left, right) => left | right);
    case 'xor': return bits(compiler, args, (left, right) => left ^ right);
    case 'lshift': return with2(number(0), number(1), (value, count) => Number(BigInt.asUintN(64, wholeOf(value, name) << wholeOf(count, name))));
    case 'rshift': return with2(number(0), number(1), (value, count) => Number(wholeOf(value, name) >> wholeOf(count, name)));
    case 'compl': return calculated((value) => Number(BigInt.asUintN(53, ~wholeOf(value, name))));
    case 'sprintf': {
      const values = withAll(args.slice(1).map((arg) => compiler.expression(arg)), (all) => all);
      return with2(text(0), values, (format, all) => formatValues(format, all, machine.settings.convfmt));
    }
    case 'split': case 'patsplit': {
      const array = arrayAt(1) as () => AwkArray;
      const gaps = arrayAt(3);
      const splitter = name === 'split' ? separator(2) : contentOf(compiler, args[2]);
      return with2(text(0), splitter, (whole, split) => {
        const [fields, between]: [string[], string[]] = [[], []];
        split(whole, fields, between);
        machine.fill(array(), fields);
        if (gaps !== undefined) {
          const found = gaps();
          found.clear();
          between.forEach((gap, index) => found.set(String(name === 'split' ? index + 1 : index), gap));
        }
        return fields.length;
      });
    }
    case 'match': {
      const array = arrayAt(2);
      const [startPlace, lengthPlace] = [compiler.place({ kind: 'name', name: 'RSTART' }), compiler.place({ kind: 'name', name: 'RLENGTH' })];
      return with2(text(0), patternOf(compiler, node(1)), (whole, matcher) => {
        const found = matcher().execGroups(whole);
        const start = found === undefined ? 0 : characterAt(whole, found.start) + 1;
        const length = found === undefined ? -1 : textLength(whole.slice(found.start, found.end));
        startPlace.store(0, start);
        lengthPlace.store(0, length);
        if (array !== undefined) {
          const groups = array();
          groups.clear();
          if (found !== undefined) [whole.slice(found.start, found.end), ...found.groups].forEach((group, index) => group !== undefined && groups.set(String(index), group));
        }
        return start;
      });
    }
    case 'sub': case 'gsub': case 'gensub': return compileReplace(compiler, name, args, (pattern) => patternOf(compiler, pattern));
    case 'asort': case 'asorti': {
      const source = arrayAt(0) as () => AwkArray;
      const target = arrayAt(1) ?? source;
      return plain(() => {
        const { convfmt } = machine.settings;
        const values: Value[] = name === 'asort' ? [...source().values()] : [...source().keys()];
        values.sort((left, right) => compareValues(left, right, convfmt));
        const sorted = target();
        sorted.clear();
        values.forEach((value, index) => sorted.set(String(index + 1), value));
        return values.length;
      });
    }
    case 'isarray': {
      const [arg] = args;
      const isArray = arg?.kind === 'name' && compiler.isArray(arg.name) ? 1 : 0;
      return plain(() => isArray);
    }
    case 'typeof': {
      const [arg] = args;
      if (arg?.kind === 'name' && compiler.isArray(arg.name)) return plain(() => 'array');
      return with1(compiler.expression(node(0)), (value) => (value === undefined ? 'untyped' : typeof value === 'number' ? 'number' : value instanceof NumericText ? 'strnum' : 'string'));
    }
    case 'close': return waiting(function* () {
      return (yield machine.streams.close(yield* valueOf(text(0)))) as number;
    });
    case 'system': {
      const command = text(0);
      return waiting(function* () {
        return (yield machine.streams.system(yield* valueOf(command))) as number;
      });
    }
    default: return waiting(function* () {
      machine.streams.store();
      yield machine.streams.flush();
      return 0;
    });
  }
}

/** The pattern of an argument: `/re/`, or any value as one. */
function patternOf(compiler: ExpressionCompiler, node: Expression): Code<() => ReturnType<ExpressionCompiler['machine']['matcher']>> {
  const { machine } = compiler;
  if (node.kind === 'regex') {
    const find = (): ReturnType<typeof machine.matcher> => machine.matcher(node.source);
    return plain(() => find);
  }
  return with1(compiler.text(node), (source) => () => machine.matcher(source));
}

/** The third argument of `split`; FS when there is none. */
function separatorOf(compiler: ExpressionCompiler, node: Expression | undefined): Code<Splitter> {
  const { machine } = compiler;
  if (node === undefined) return plain(() => machine.settings.splitter);
  if (node.kind === 'regex') {
    if (node.source === '') return plain(() => splitCharacters);
    return plain(() => splitByPattern(machine.matcher(node.source)));
  }
  return with1(compiler.text(node), (source) => machine.splitterOf(source, false));
}

function contentOf(compiler: ExpressionCompiler, node: Expression | undefined): Code<Splitter> {
  const { machine } = compiler;
  if (node === undefined) return plain(() => splitByContent(machine.matcher(machine.text(machine.special('FPAT')))));
  return with1(patternOf(compiler, node), (matcher) => splitByContent(matcher()));
}

/** gawk's substr: a start before the text is its beginning. */
function slice(text: string, start: number, count: number): string {
  const from = Math.max(Math.trunc(start) || 1, 1) - 1;
  const length = count === Number.POSITIVE_INFINITY ? count : Math.trunc(count) || 0;
  if (length <= 0) return '';
  if (ASTRAL.test(text)) return Array.from(text).slice(from, from + length).join('');
  return text.slice(from, from + length);
}

/** mulberry32: any seed gives the same numbers again. */
function nextRandom(machine: ExpressionCompiler['machine']): number {
  machine.randomState = (machine.randomState + 0x6d2b79f5) | 0;
  let mixed = machine.randomState;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

function wholeOf(value: number, name: string): bigint {
  if (!(value >= 0) || !Number.isFinite(value)) throw new AwkError(`fatal: ${name}: argument ${value} must be a number that is not negative`);
  return BigInt(Math.trunc(value));
}

function bits(compiler: ExpressionCompiler, args: readonly Expression[], join: (left: bigint, right: bigint) => bigint): Code<Value> {
  return withAll(args.map((arg) => compiler.number(arg)), (values) => Number(values.map((value) => wholeOf(value, 'a bit function')).reduce(join)));
}

/** C's notations: 0x1F, 017, 12.5. */
function parseNumber(text: string): number {
  const match = /^\s*([-+]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]+)(?![0-9.eE]))/.exec(text);
  if (match === null) return textNumber(text);
  const value = match[2] === undefined ? Number.parseInt(match[3] as string, 8) : Number.parseInt(match[2], 16);
  return match[1] === '-' ? -value : value;
}

/** `YYYY MM DD HH MM SS` as seconds; -1 when it is something else. */
function makeTime(text: string, isUtc: boolean): number {
  const parts = text.trim().split(/\s+/).map(Number);
  const [year, month, day, hour, minute, second] = parts;
  if (parts.length < 6 || parts.some(Number.isNaN)) return -1;
  const date = isUtc
    ? Date.UTC(year as number, (month as number) - 1, day, hour, minute, second)
    : new Date(year as number, (month as number) - 1, day, hour, minute, second).getTime();
  return Math.floor(date / 1000);
}

function strftime(compiler: ExpressionCompiler, args: readonly Expression[]): Code<Value> {
  const { machine } = compiler;
  const format = args[0] === undefined ? plain(() => '%a %b %e %H:%M:%S %Z %Y') : compiler.text(args[0]);
  const at = args[1] === undefined ? plain(() => Math.floor(machine.context.now() / 1000)) : compiler.number(args[1]);
  const isUtc = args[2] === undefined ? plain(() => false) : compiler.truth(args[2]);
  return with2(format, withAll<number | boolean, (number | boolean)[]>([at as Code<number | boolean>, isUtc], (pair) => pair), (text, [seconds, utc]) => {
    const zone = utc === true ? 'UTC' : machine.context.env.TZ;
    return formatDate(text, Math.trunc(seconds as number) * 1000, zone === '' ? 'UTC' : zone);
  });
}
