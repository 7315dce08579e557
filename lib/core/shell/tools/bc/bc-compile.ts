import * as limits from '../../../limits.ts';
import { ExpressionCompiler, NOTHING, SPECIAL, WORDS } from './bc-expressions.ts';
import { BcSyntaxError } from './bc-lexer.ts';
import { BcQuit, type BcFunction, type BcParameter, type BcStep } from './bc-machine.ts';
import { ZERO } from './bc-number.ts';

/** bc's grammar (POSIX, with GNU's else, print, &&, ||, !, void and names of any length) straight to steps of the machine. */

/** The next complete item of the source: its steps, and where the source goes on. @throws BcUnfinished, BcSyntaxError */
export function compileItem(text: string): { steps: BcStep[]; length: number } {
  const compiler = new Compiler(text);
  return { steps: compiler.item(), length: compiler.position };
}

class Compiler extends ExpressionCompiler {
  #loops: { breaks: number[]; continues: number[] }[] = [];
  #inFunction: 'value' | 'void' | undefined;

  item(): BcStep[] {
    const lexer = this.lexer;
    if (lexer.is('define')) this.#define();
    else this.#statementList('newline');
    if (lexer.peek().kind !== 'newline') lexer.fail();
    lexer.take();
    return this.steps;
  }

  #statementList(until: 'newline' | '}'): void {
    const lexer = this.lexer;
    for (;;) {
      if (until === '}') lexer.skipNewlines();
      if (until === '}' ? lexer.is('}') : lexer.peek().kind === 'newline') return;
      if (lexer.accept(';')) continue;
      this.#statement();
      if (until === '}' ? lexer.is('}') : lexer.peek().kind === 'newline') return;
      if (lexer.peek().kind !== 'newline' && !lexer.is(';')) lexer.fail();
    }
  }

  #statement(): void {
    const lexer = this.lexer;
    this.depth += 1;
    if (this.depth > limits.shellMaxDepth) throw new BcSyntaxError('the statements are nested too deeply');
    const token = lexer.peek();
    if (token.kind === 'string') {
      lexer.take();
      this.emit((machine) => machine.print(token.text));
    } else if (token.kind === 'name' && WORDS.has(token.text) && !SPECIAL.has(token.text) && !['length', 'sqrt', 'read'].includes(token.text)) {
      lexer.take();
      this.#keyword(token.text);
    } else if (lexer.accept('{')) {
      this.#statementList('}');
      lexer.expect('}');
    } else {
      const isSilent = this.expression();
      this.emit(isSilent ? (machine) => void machine.pop() : (machine) => {
        const value = machine.pop();
        // A void function leaves nothing to print.
        if (value === NOTHING) return;
        machine.printNumber(value);
        machine.print('\n');
        machine.last = value;
      });
    }
    this.depth -= 1;
  }

  #keyword(word: string): void {
    const lexer = this.lexer;
    switch (word) {
      case 'if': {
        lexer.expect('(');
        this.expression();
        lexer.expect(')');
        const toElse = this.jump('zero');
        lexer.skipNewlines();
        this.#statement();
        if (!lexer.accept('else')) return toElse();
        const toEnd = this.jump('always');
        toElse();
        lexer.skipNewlines();
        this.#statement();
        return toEnd();
      }
      case 'while': {
        const start = this.steps.length;
        lexer.expect('(');
        this.expression();
        lexer.expect(')');
        const toEnd = this.jump('zero');
        this.#loopBody(() => {
          this.jump('always')(start);
          toEnd();
        }, start);
        return;
      }
      case 'for': return this.#for();
      case 'break':
      case 'continue': {
        const loop = this.#loops.at(-1);
        if (loop === undefined) throw new BcSyntaxError(`${word === 'break' ? 'Break' : 'Continue'} outside a for/while`);
        (word === 'break' ? loop.breaks : loop.continues).push(this.emit(() => {}));
        return;
      }
      case 'return': {
        if (this.#inFunction === undefined) throw new BcSyntaxError('Return outside of a function.');
        const isVoid = this.#inFunction === 'void';
        if (lexer.is(';') || lexer.is('}') || lexer.peek().kind === 'newline') this.emit((machine) => machine.leave(isVoid ? NOTHING : ZERO));
        else {
          this.expression();
          this.emit((machine) => machine.leave(machine.pop()));
        }
        return;
      }
      // Known when it is read, also in a branch that is never taken.
      case 'quit': throw new BcQuit();
      case 'halt':
        this.emit(() => {
          throw new BcQuit();
        });
        return;
      case 'print':
        do {
          const token = lexer.peek();
          if (token.kind === 'string') {
            lexer.take();
            const text = token.text.replace(/\\([abefnqrt\\])/g, (_, letter: string) => ({ a: '\x07', b: '\b', e: '\\', f: '\f', n: '\n', q: '"', r: '\r', t: '\t' })[letter] ?? '\\');
            this.emit((machine) => machine.print(text));
          } else {
            this.expression();
            this.emit((machine) => {
              const value = machine.pop();
              machine.printNumber(value);
              machine.last = value;
            });
          }
        } while (lexer.accept(','));
        return;
      case 'limits':
      case 'warranty':
        this.emit((machine) => machine.print(word === 'limits' ? `digits of a number: ${limits.bcMaxDigits}\ncalls inside one another: ${limits.bcMaxDepth}\n` : 'This bc is a part of Selkie and comes without warranty.\n'));
        return;
      default: lexer.fail();
    }
  }

  #for(): void {
    const lexer = this.lexer;
    lexer.expect('(');
    if (!lexer.is(';')) {
      this.expression();
      this.emit((machine) => void machine.pop());
    }
    lexer.expect(';');
    const start = this.steps.length;
    let toEnd: ((target?: number) => void) | undefined;
    if (!lexer.is(';')) {
      this.expression();
      toEnd = this.jump('zero');
    }
    lexer.expect(';');
    const toBody = this.jump('always');
    const next = this.steps.length;
    if (!lexer.is(')')) {
      this.expression();
      this.emit((machine) => void machine.pop());
    }
    lexer.expect(')');
    this.jump('always')(start);
    toBody();
    this.#loopBody(() => {
      this.jump('always')(next);
      toEnd?.();
    }, next);
  }

  #loopBody(finish: () => void, continueAt: number): void {
    const loop: { breaks: number[]; continues: number[] } = { breaks: [], continues: [] };
    this.#loops.push(loop);
    this.lexer.skipNewlines();
    this.#statement();
    this.#loops.pop();
    finish();
    const end = this.steps.length;
    const jumpTo = (to: number): BcStep => (machine) => {
      machine.at = to;
    };
    for (const at of loop.breaks) this.steps[at] = jumpTo(end);
    for (const at of loop.continues) this.steps[at] = jumpTo(continueAt);
  }

  #parameters(end: () => boolean): BcParameter[] {
    const lexer = this.lexer;
    const parameters: BcParameter[] = [];
    while (!end()) {
      if (parameters.length > 0) lexer.expect(',');
      lexer.accept('*');
      const token = lexer.take();
      if (token.kind !== 'name' || WORDS.has(token.text)) lexer.fail();
      const isArray = lexer.accept('[');
      if (isArray) lexer.expect(']');
      parameters.push({ name: token.text, isArray });
    }
    return parameters;
  }

  #define(): void {
    const lexer = this.lexer;
    lexer.take();
    const isVoid = lexer.accept('void');
    const token = lexer.take();
    if (token.kind !== 'name' || WORDS.has(token.text)) lexer.fail();
    lexer.expect('(');
    const parameters = this.#parameters(() => lexer.is(')'));
    lexer.expect(')');
    lexer.skipNewlines();
    lexer.expect('{');
    lexer.skipNewlines();
    let autos: BcParameter[] = [];
    if (lexer.accept('auto')) {
      autos = this.#parameters(() => lexer.is(';') || lexer.peek().kind === 'newline');
      lexer.take();
    }
    this.#inFunction = isVoid ? 'void' : 'value';
    this.#statementList('}');
    lexer.expect('}');
    this.#inFunction = undefined;
    if (isVoid) this.emit((machine) => machine.leave(NOTHING));
    const made: BcFunction = { name: token.text, parameters, autos, steps: this.steps, isVoid };
    this.steps = [(machine) => void machine.functions.set(made.name, made)];
  }
}
