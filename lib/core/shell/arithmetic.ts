import * as limits from '../limits.ts';
import { ShellError } from './flow.ts';

/**
 * Shell arithmetic: 64-bit two's complement, as bash. Values are plain numbers while they are safe integers and
 * become bigint only past 2^53, so that loops stay fast. We parse the expanded text ourselves, because bash
 * expands first and parses after (`op=+; $((1 $op 2))`, `x='1+2'; $((x * 2))`).
 */
export class ArithmeticError extends ShellError {}

export type Int = number | bigint;

/** How variables are reached; `index` is the raw text between the brackets. */
export interface ArithmeticScope {
  get(name: string, index: string | undefined): string;
  set(name: string, index: string | undefined, value: string): void;
}

type Node =
  | { kind: 'number'; value: Int }
  | { kind: 'variable'; name: string; index: string | undefined }
  | { kind: 'unary'; operator: string; operand: Node }
  | { kind: 'step'; by: 1 | -1; prefix: boolean; target: Target }
  | { kind: 'binary'; operator: string; left: Node; right: Node; zero?: string }
  | { kind: 'assign'; operator: string; target: Target; value: Node; zero?: string }
  | { kind: 'ternary'; test: Node; yes: Node; no: Node };
type Target = { kind: 'variable'; name: string; index: string | undefined };

const cache = new Map<string, Node>();
const CACHE_ENTRIES = 500;

/** @throws ArithmeticError with bash's words. */
export function evaluateArithmetic(text: string, scope: ArithmeticScope, depth = 0): Int {
  let node = cache.get(text);
  if (node === undefined) {
    node = new Parser(text).parse();
    if (cache.size >= CACHE_ENTRIES) cache.clear();
    cache.set(text, node);
  }
  return evaluate(node, scope, depth);
}

/** Where a template's value goes: no text that somebody types. */
export const hole = (index: number): string => `\u0001${index}\u0001`;

/**
 * An expression in which plain decimal numbers change from one time to the next, as in `$(($x * 2))`: parsed once. Only for
 * values that are one token wherever they stand; everything else has to be expanded and parsed anew, as bash does.
 */
export class ArithmeticTemplate {
  readonly #root: Node;
  readonly #holes: readonly { value: Int }[];

  private constructor(root: Node, holes: readonly { value: Int }[]) {
    this.#root = root;
    this.#holes = holes;
  }

  /** @param text with `hole(index)` where the values go. Undefined when it is none: an error, or a subscript, which is read later. */
  static parse(text: string): ArithmeticTemplate | undefined {
    if (/["[]/.test(text)) return undefined;
    const holes: { kind: 'number'; value: Int }[] = [];
    try {
      return new ArithmeticTemplate(new Parser(text, holes).parse(), holes);
    } catch (error) {
      if (error instanceof ArithmeticError) return undefined;
      throw error;
    }
  }

  /** @throws ArithmeticError */
  evaluate(values: readonly number[], scope: ArithmeticScope): Int {
    // Nothing that is looked up on the way comes back here: subscripts and values of variables are texts of their own.
    for (let index = 0; index < this.#holes.length; index += 1) (this.#holes[index] as { value: Int }).value = values[index] as number;
    try {
      return evaluate(this.#root, scope, 0);
    } catch (error) {
      if (error instanceof ArithmeticError) error.message = error.message.replace(/\u0001(\d+)\u0001/g, (_, index) => String(values[index as number]));
      throw error;
    }
  }
}

const BINARY_LEVELS: readonly (readonly string[])[] = [
  ['||'], ['&&'], ['|'], ['^'], ['&'], ['==', '!='], ['<=', '>=', '<', '>'], ['<<', '>>'], ['+', '-'], ['*', '/', '%'],
];
/** The level of `+` and `-`. */
const ADDITIVE = 8;
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|='];
const TOKEN = /\s*(?:(\d[A-Za-z0-9@_]*(?:#[A-Za-z0-9@_]+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<<=|>>=|\*\*|\+\+|--|<=|>=|==|!=|&&|\|\||<<|>>|[-+*/%&^|]=|[-+*/%&^|<>=!~?:,()])|\u0001(\d+)\u0001)/y;

class Parser {
  readonly #text: string;
  #at = 0;
  #token: string | undefined;
  #type: 'number' | 'name' | 'operator' | 'hole' | undefined;
  #nesting = 0;
  readonly #holes: { kind: 'number'; value: Int }[] | undefined;

  /** @param holes where the numbers of a template go, in their order. */
  constructor(text: string, holes?: { kind: 'number'; value: Int }[]) {
    this.#text = text;
    this.#holes = holes;
    this.#advance();
  }

  parse(): Node {
    if (this.#token === undefined) return { kind: 'number', value: 0 };
    const node = this.#comma();
    if (this.#token !== undefined) this.#fail('syntax error in expression');
    return node;
  }

  #fail(words: string): never {
    const rest = this.#text.slice(Math.max(0, this.#at - (this.#token?.length ?? 0))).trim();
    throw new ArithmeticError(`${this.#text.trim()}: ${words} (error token is "${rest}")`);
  }

  /** What to say when the divisor, which comes next, is 0. */
  #zeroDivision(operator: string): { zero: string } | undefined {
    if (operator !== '/' && operator !== '%') return undefined;
    const length = (this.#token?.length ?? 0) + (this.#type === 'hole' ? 2 : 0);
    const rest = this.#text.slice(this.#at - length).trim();
    return { zero: `${this.#text.trim()}: division by 0 (error token is "${rest}")` };
  }

  #advance(): void {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) {
      if (this.#text.slice(this.#at).trim() !== '') {
        this.#token = undefined;
        this.#fail('syntax error: invalid arithmetic operator');
      }
      this.#token = undefined;
      this.#type = undefined;
      return;
    }
    this.#at = TOKEN.lastIndex;
    this.#token = match[1] ?? match[2] ?? match[3] ?? match[4];
    this.#type = match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : match[3] !== undefined ? 'operator' : 'hole';
  }

  #take(operator: string): boolean {
    if (this.#type !== 'operator' || this.#token !== operator) return false;
    this.#advance();
    return true;
  }

  #comma(): Node {
    let node = this.#assignment();
    while (this.#take(',')) node = { kind: 'binary', operator: ',', left: node, right: this.#assignment() };
    return node;
  }

  #assignment(): Node {
    this.#nesting += 1;
    if (this.#nesting > limits.shellMaxDepth) this.#fail('expression recursion level exceeded');
    const left = this.#ternary();
    let node = left;
    if (this.#type === 'operator' && ASSIGNMENTS.includes(this.#token as string)) {
      if (left.kind !== 'variable') this.#fail('attempted assignment to non-variable');
      const operator = (this.#token as string).slice(0, -1);
      this.#advance();
      const zero = this.#zeroDivision(operator);
      node = { kind: 'assign', operator, target: left, value: this.#assignment(), ...zero };
    }
    this.#nesting -= 1;
    return node;
  }

  #ternary(): Node {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#comma();
    if (!this.#take(':')) this.#fail("`:' expected for conditional expression");
    return { kind: 'ternary', test, yes, no: this.#assignment() };
  }

  #binary(level: number): Node {
    const operators = BINARY_LEVELS[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    while (this.#type === 'operator' && operators.includes(this.#token as string)) {
      const operator = this.#token as string;
      this.#advance();
      const zero = this.#zeroDivision(operator);
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), ...zero };
    }
    // `10--5`: a decrement needs a name; between numbers the second sign belongs to what follows.
    if (level === ADDITIVE && this.#type === 'operator' && (this.#token === '--' || this.#token === '++')) {
      const sign = (this.#token as string).slice(1);
      this.#advance();
      const right: Node = { kind: 'unary', operator: sign, operand: this.#binary(level + 1) };
      return { kind: 'binary', operator: sign, left, right };
    }
    return left;
  }

  #power(): Node {
    const base = this.#unary();
    if (!this.#take('**')) return base;
    return { kind: 'binary', operator: '**', left: base, right: this.#power() };
  }

  #unary(): Node {
    this.#nesting += 1;
    if (this.#nesting > limits.shellMaxDepth) this.#fail('expression recursion level exceeded');
    const node = this.#unaryInside();
    this.#nesting -= 1;
    return node;
  }

  #unaryInside(): Node {
    for (const operator of ['!', '~', '-', '+']) {
      if (this.#take(operator)) return { kind: 'unary', operator, operand: this.#unary() };
    }
    for (const operator of ['++', '--'] as const) {
      if (!this.#take(operator)) continue;
      const operand = this.#unary();
      const by = operator === '++' ? 1 : -1;
      if (operand.kind === 'variable') return { kind: 'step', by, prefix: true, target: operand };
      // `--5` is minus minus five.
      return operator === '--' ? { kind: 'unary', operator: '-', operand: { kind: 'unary', operator: '-', operand } } : operand;
    }
    return this.#postfix();
  }

  #postfix(): Node {
    if (this.#take('(')) {
      const inner = this.#comma();
      if (!this.#take(')')) this.#fail("missing `)'");
      return inner;
    }
    if (this.#type === 'hole' && this.#holes !== undefined) {
      const node: { kind: 'number'; value: Int } = { kind: 'number', value: 0 };
      this.#holes[Number(this.#token)] = node;
      this.#advance();
      return node;
    }
    if (this.#type === 'number') {
      const value = this.#number(this.#token as string);
      this.#advance();
      return { kind: 'number', value };
    }
    if (this.#type !== 'name') this.#fail('syntax error: operand expected');
    const name = this.#token as string;
    let index: string | undefined;
    if (this.#text[this.#at] === '[') {
      let depth = 0;
      let end = this.#at;
      do {
        const character = this.#text[end];
        if (character === undefined) this.#fail('bad array subscript');
        if (character === '[') depth += 1;
        if (character === ']') depth -= 1;
        end += 1;
      } while (depth > 0);
      index = this.#text.slice(this.#at + 1, end - 1);
      this.#at = end;
    }
    this.#advance();
    const target: Target = { kind: 'variable', name, index };
    if (this.#take('++')) return { kind: 'step', by: 1, prefix: false, target };
    if (this.#take('--')) return { kind: 'step', by: -1, prefix: false, target };
    return target;
  }

  #number(token: string): Int {
    const hash = token.indexOf('#');
    if (hash > 0) return this.#based(token.slice(hash + 1), Number(token.slice(0, hash)));
    if (/^0[xX]/.test(token)) return this.#based(token.slice(2), 16);
    if (/^0[0-9]/.test(token)) return this.#based(token, 8);
    return this.#based(token, 10);
  }

  #based(digits: string, base: number): Int {
    if (!(base >= 2 && base <= 64)) this.#fail('invalid arithmetic base');
    let value = 0;
    let big: bigint | undefined;
    for (const digit of digits) {
      const code = digitValue(digit, base);
      if (code < 0 || code >= base) this.#fail('value too great for base');
      if (big === undefined) {
        const next = value * base + code;
        if (Number.isSafeInteger(next)) value = next;
        else big = BigInt(value) * BigInt(base) + BigInt(code);
      } else big = big * BigInt(base) + BigInt(code);
      if (big !== undefined) big = BigInt.asIntN(64, big);
    }
    return big === undefined ? value : normal(big);
  }
}

function digitValue(digit: string, base: number): number {
  const code = digit.charCodeAt(0);
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 122) return code - 87;
  if (code >= 65 && code <= 90) return base <= 36 ? code - 55 : code - 29;
  return digit === '@' ? 62 : digit === '_' ? 63 : -1;
}

function normal(value: bigint): Int {
  const wrapped = BigInt.asIntN(64, value);
  const small = Number(wrapped);
  return Number.isSafeInteger(small) ? small : wrapped;
}

function evaluate(node: Node, scope: ArithmeticScope, depth: number): Int {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'variable':
      return valueOf(scope.get(node.name, node.index), scope, depth);
    case 'unary':
      return unary(node.operator, evaluate(node.operand, scope, depth));
    case 'step': {
      const { name, index } = node.target;
      const before = valueOf(scope.get(name, index), scope, depth);
      const after = binary('+', before, node.by);
      scope.set(name, index, String(after));
      return node.prefix ? after : before;
    }
    case 'assign': {
      const { name, index } = node.target;
      const left = node.operator === '' ? 0 : valueOf(scope.get(name, index), scope, depth);
      const right = evaluate(node.value, scope, depth);
      if (node.zero !== undefined && !isTrue(right)) throw new ArithmeticError(node.zero);
      const value = node.operator === '' ? right : binary(node.operator, left, right);
      scope.set(name, index, String(value));
      return value;
    }
    case 'ternary':
      return isTrue(evaluate(node.test, scope, depth)) ? evaluate(node.yes, scope, depth) : evaluate(node.no, scope, depth);
    case 'binary': {
      const left = evaluate(node.left, scope, depth);
      if (node.operator === '&&') return isTrue(left) && isTrue(evaluate(node.right, scope, depth)) ? 1 : 0;
      if (node.operator === '||') return isTrue(left) || isTrue(evaluate(node.right, scope, depth)) ? 1 : 0;
      const right = evaluate(node.right, scope, depth);
      if (node.zero !== undefined && !isTrue(right)) throw new ArithmeticError(node.zero);
      return binary(node.operator, left, right);
    }
  }
}

function isTrue(value: Int): boolean {
  return value !== 0 && value !== 0n;
}

function valueOf(text: string, scope: ArithmeticScope, depth: number): Int {
  if (text === '') return 0;
  const plain = plainInteger(text);
  if (plain >= 0) return plain;
  if (text.length < 16 && /^-[1-9][0-9]*$/.test(text)) return Number(text);
  if (depth >= 64) throw new ArithmeticError(`${text}: expression recursion level exceeded (error token is "${text}")`);
  return evaluateArithmetic(text, scope, depth + 1);
}

/** The value of decimal digits without a leading zero; -1 when `text` is anything else, or longer than is exact. */
export function plainInteger(text: string): number {
  const { length } = text;
  if (length === 0 || length > 15) return -1;
  let value = text.charCodeAt(0) - 48;
  if (!(value >= 0 && value <= 9) || (value === 0 && length > 1)) return -1;
  for (let at = 1; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function unary(operator: string, value: Int): Int {
  if (operator === '!') return isTrue(value) ? 0 : 1;
  if (operator === '+') return value;
  if (operator === '-') return typeof value === 'number' ? 0 - value : normal(-value);
  return normal(~BigInt(value));
}

function binary(operator: string, left: Int, right: Int): Int {
  if (typeof left === 'number' && typeof right === 'number') {
    const quick = small(operator, left, right);
    if (quick !== undefined && Number.isSafeInteger(quick)) return quick + 0;
  }
  return large(operator, BigInt(left), BigInt(right));
}

/** undefined: leave it to the 64-bit path. */
function small(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '+': return left + right;
    case '-': return left - right;
    case '*': return left * right;
    case '/': return right === 0 ? undefined : Math.trunc(left / right);
    case '%': return right === 0 ? undefined : left % right;
    case '<': return left < right ? 1 : 0;
    case '>': return left > right ? 1 : 0;
    case '<=': return left <= right ? 1 : 0;
    case '>=': return left >= right ? 1 : 0;
    case '==': return left === right ? 1 : 0;
    case '!=': return left !== right ? 1 : 0;
    case ',': return right;
    default: return undefined;
  }
}

function large(operator: string, left: bigint, right: bigint): Int {
  switch (operator) {
    case '+': return normal(left + right);
    case '-': return normal(left - right);
    case '*': return normal(left * right);
    case '/':
    case '%':
      return normal(operator === '/' ? left / right : left % right);
    case '**': {
      if (right < 0n) throw new ArithmeticError(`exponent less than 0 (error token is "${right}")`);
      let result = 1n;
      let base = left;
      for (let rest = right; rest > 0n; rest >>= 1n) {
        if (rest & 1n) result = BigInt.asIntN(64, result * base);
        base = BigInt.asIntN(64, base * base);
      }
      return normal(result);
    }
    case '<<': return normal(left << (right & 63n));
    case '>>': return normal(left >> (right & 63n));
    case '&': return normal(left & right);
    case '|': return normal(left | right);
    case '^': return normal(left ^ right);
    case '<': return left < right ? 1 : 0;
    case '>': return left > right ? 1 : 0;
    case '<=': return left <= right ? 1 : 0;
    case '>=': return left >= right ? 1 : 0;
    case '==': return left === right ? 1 : 0;
    case '!=': return left !== right ? 1 : 0;
    default: return normal(right);
  }
}
