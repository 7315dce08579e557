import * as limits from '../../../limits.ts';
import { LIBRARY } from './bc-functions.ts';
import { BcLexer, BcSyntaxError, BcUnfinished } from './bc-lexer.ts';
import type { BcArray, BcMachine, BcStep } from './bc-machine.ts';
import { add, BcError, compare, divide, lengthOf, modulo, multiply, negate, ofInteger, ONE, parseNumber, raise, rescale, squareRoot, subtract, ZERO, type BcNumber } from './bc-number.ts';

type Place = { kind: 'variable'; name: string } | { kind: 'element'; name: string };

/** Words that name nothing of the person's. */
export const WORDS = new Set(['if', 'else', 'while', 'for', 'break', 'continue', 'return', 'quit', 'halt', 'define', 'auto', 'print', 'limits', 'warranty', 'length', 'sqrt', 'scale', 'ibase', 'obase', 'last', 'read']);
/** Of these the ones that hold a value. */
export const SPECIAL = new Set(['scale', 'ibase', 'obase', 'last']);
const COMPARE: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0, '!=': (order) => order !== 0, '<': (order) => order < 0, '<=': (order) => order <= 0, '>': (order) => order > 0, '>=': (order) => order >= 0,
};
const BINARY: Readonly<Record<string, (left: BcNumber, right: BcNumber, machine: BcMachine) => BcNumber>> = {
  '+': add,
  '-': subtract,
  '*': (left, right, machine) => multiply(left, right, machine.scale),
  '/': (left, right, machine) => divide(left, right, machine.scale),
  '%': (left, right, machine) => modulo(left, right, machine.scale),
  '^': (left, right, machine) => raise(left, right, machine.scale),
};
const truth = (value: boolean): BcNumber => (value ? ONE : ZERO);

/** What a void function gives. */
export const NOTHING: BcNumber = { value: 0n, scale: 0 };

/** bc's expressions, from the weakest binding to the strongest, straight to steps of the machine. */
export abstract class ExpressionCompiler {
  protected readonly lexer: BcLexer;
  protected steps: BcStep[] = [];
  protected depth = 0;

  constructor(text: string) {
    this.lexer = new BcLexer(text);
  }

  get position(): number {
    return this.lexer.position;
  }

  protected emit(step: BcStep): number {
    return this.steps.push(step) - 1;
  }

  /** A jump whose target is told later. */
  protected jump(when: 'always' | 'zero' | 'non-zero'): (target?: number) => void {
    let to = 0;
    this.emit((machine) => {
      if (when === 'always' || (machine.pop().value === 0n) === (when === 'zero')) machine.at = to;
    });
    return (target) => {
      to = target ?? this.steps.length;
    };
  }

  /** Answers whether it is an assignment, whose value is not printed. */
  protected expression(): boolean {
    this.depth += 1;
    if (this.depth > limits.shellMaxDepth) throw new BcSyntaxError('the expression is nested too deeply');
    let isSilent = this.#and();
    while (this.lexer.accept('||')) {
      isSilent = false;
      this.#logical('non-zero', () => this.#and());
    }
    this.depth -= 1;
    return isSilent;
  }

  #logical(when: 'zero' | 'non-zero', right: () => void): void {
    const toShort = this.jump(when);
    right();
    this.emit((machine) => void machine.stack.push(truth(machine.pop().value !== 0n)));
    const toEnd = this.jump('always');
    toShort();
    this.emit((machine) => void machine.stack.push(truth(when === 'non-zero')));
    toEnd();
  }

  #and(): boolean {
    let isSilent = this.#not();
    while (this.lexer.accept('&&')) {
      isSilent = false;
      this.#logical('zero', () => this.#not());
    }
    return isSilent;
  }

  #not(): boolean {
    if (!this.lexer.accept('!')) return this.#relation();
    this.#not();
    this.emit((machine) => void machine.stack.push(truth(machine.pop().value === 0n)));
    return false;
  }

  #relation(): boolean {
    let isSilent = this.#sum();
    for (let test = COMPARE[this.lexer.peek().text]; this.lexer.peek().kind === 'operator' && test !== undefined; test = COMPARE[this.lexer.peek().text]) {
      this.lexer.take();
      this.#sum();
      isSilent = false;
      const holds = test;
      this.emit((machine) => {
        const right = machine.pop();
        machine.stack.push(truth(holds(compare(machine.pop(), right))));
      });
    }
    return isSilent;
  }

  #binary(operators: string, operand: () => boolean): boolean {
    let isSilent = operand();
    for (let token = this.lexer.peek(); token.kind === 'operator' && token.text.length === 1 && operators.includes(token.text); token = this.lexer.peek()) {
      this.lexer.take();
      operand();
      isSilent = false;
      this.#apply(token.text);
    }
    return isSilent;
  }

  #apply(operator: string): void {
    const combine = BINARY[operator]!;
    this.emit((machine) => {
      const right = machine.pop();
      machine.stack.push(combine(machine.pop(), right, machine));
    });
  }

  #sum(): boolean {
    return this.#binary('+-', () => this.#binary('*/%', () => this.#power()));
  }

  #power(): boolean {
    const isSilent = this.#unary();
    if (!this.lexer.accept('^')) return isSilent;
    this.#power();
    this.#apply('^');
    return false;
  }

  #unary(): boolean {
    if (!this.lexer.accept('-')) return this.#primary();
    this.depth += 1;
    if (this.depth > limits.shellMaxDepth) throw new BcSyntaxError('the expression is nested too deeply');
    this.#unary();
    this.depth -= 1;
    this.emit((machine) => void machine.stack.push(negate(machine.pop())));
    return false;
  }

  #primary(): boolean {
    const lexer = this.lexer;
    const token = lexer.take();
    if (token.kind === 'number') {
      const cache = new Map<number, BcNumber>();
      this.emit((machine) => {
        let value = cache.get(machine.inputBase);
        if (value === undefined) cache.set(machine.inputBase, (value = parseNumber(token.text, machine.inputBase)));
        machine.stack.push(value);
      });
      return false;
    }
    if (token.text === '(' && token.kind === 'operator') {
      this.expression();
      lexer.expect(')');
      return false;
    }
    if (token.text === '++' || token.text === '--') {
      const place = this.#place();
      this.#load(place, true);
      this.emit((machine) => void machine.stack.push(ONE));
      this.#apply(token.text[0]!);
      this.#store(place);
      return false;
    }
    if (token.text === '.' && token.kind === 'operator') return this.#named({ kind: 'variable', name: 'last' });
    if (token.kind !== 'name') {
      if (token.kind === 'end') throw new BcUnfinished();
      throw new BcSyntaxError('syntax error');
    }
    if (['length', 'sqrt', 'scale'].includes(token.text) && lexer.accept('(')) {
      this.expression();
      lexer.expect(')');
      this.emit((machine) => {
        const value = machine.pop();
        machine.stack.push(token.text === 'length' ? ofInteger(lengthOf(value)) : token.text === 'scale' ? ofInteger(value.scale) : squareRoot(value, machine.scale));
      });
      return false;
    }
    if (token.text === 'read') throw new BcSyntaxError('read() is not available here; give the number as a variable');
    if (WORDS.has(token.text) && !SPECIAL.has(token.text)) throw new BcSyntaxError('syntax error');
    if (lexer.accept('(')) {
      this.#call(token.text);
      return false;
    }
    return this.#named(this.#placeOf(token.text));
  }

  #place(): Place {
    const token = this.lexer.take();
    if (token.text === '.' && token.kind === 'operator') return { kind: 'variable', name: 'last' };
    if (token.kind !== 'name' || (WORDS.has(token.text) && !SPECIAL.has(token.text))) throw new BcSyntaxError('syntax error');
    return this.#placeOf(token.text);
  }

  /** An element's index is left on the stack. */
  #placeOf(name: string): Place {
    if (!this.lexer.accept('[')) return { kind: 'variable', name };
    this.expression();
    this.lexer.expect(']');
    return { kind: 'element', name };
  }

  /** @param keep whether an element's index must stay for a `#store`. */
  #load(place: Place, keep: boolean): void {
    const { name } = place;
    if (place.kind === 'variable') this.emit((machine) => void machine.stack.push(machine.read(name)));
    else {
      this.emit((machine) => {
        const index = keep ? machine.stack.at(-1)! : machine.pop();
        machine.stack.push(machine.arrayOf(name).get(indexOf(index)) ?? ZERO);
      });
    }
  }

  /** Takes the value, and an element's index below it; leaves the value. */
  #store(place: Place): void {
    const { name } = place;
    this.emit((machine) => {
      const value = machine.pop();
      if (place.kind === 'variable') machine.write(name, value);
      else machine.arrayOf(name).set(indexOf(machine.pop()), value);
      machine.stack.push(value);
    });
  }

  #named(place: Place): boolean {
    const lexer = this.lexer;
    const { kind, text } = lexer.peek();
    if (kind === 'operator' && /^[-+*/%^]?=$/.test(text)) {
      lexer.take();
      if (text !== '=') this.#load(place, true);
      this.#sum();
      if (text !== '=') this.#apply(text[0]!);
      this.#store(place);
      return true;
    }
    if (kind === 'operator' && (text === '++' || text === '--')) {
      lexer.take();
      this.#load(place, true);
      this.emit((machine) => void machine.stack.push(ONE));
      this.#apply(text[0]!);
      this.#store(place);
      // The value before is what it stands for.
      this.emit((machine) => void machine.stack.push((text === '++' ? subtract : add)(machine.pop(), ONE)));
      return false;
    }
    this.#load(place, false);
    return false;
  }

  #call(name: string): void {
    const lexer = this.lexer;
    const kinds: (string | undefined)[] = [];
    while (!lexer.is(')')) {
      if (kinds.length > 0) lexer.expect(',');
      const array = lexer.wholeArray();
      kinds.push(array);
      if (array === undefined) this.expression();
    }
    lexer.expect(')');
    this.emit((machine) => {
      // The last was put last; whole arrays are not on the stack.
      const args: (BcNumber | BcArray)[] = kinds.toReversed().map((array) => (array === undefined ? machine.pop() : machine.arrayOf(array))).reverse();
      const called = machine.functions.get(name);
      if (called === undefined) {
        const library = machine.hasLibrary && Object.hasOwn(LIBRARY, name) ? LIBRARY[name] : undefined;
        if (library === undefined) throw new BcError(`Function ${name} not defined.`);
        if (library.parameters !== args.length) throw new BcError('Parameter number mismatch');
        machine.stack.push(library.call(args as BcNumber[], machine.scale));
        return;
      }
      if (called.parameters.length !== args.length) throw new BcError('Parameter number mismatch');
      if (called.parameters.some(({ isArray }, index) => isArray !== (kinds[index] !== undefined))) throw new BcError(`Parameter type mismatch, parameter in ${name}.`);
      machine.enter(called, args);
    });
  }
}

function indexOf(number: BcNumber): number {
  const { value } = rescale(number, 0);
  if (value < 0n || value > 16_777_215n) throw new BcError('Array subscript out of bounds.');
  return Number(value);
}
