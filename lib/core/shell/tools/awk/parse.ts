import { ExpressionParser } from './parse-expression.ts';
import { AwkError, type Expression, type FunctionDefinition, type Pattern, type Program, type Redirection, type Rule, type Statement } from './syntax.ts';
import { BUILTINS, TokenError } from './tokens.ts';

/** One piece of the program: the operand, or a file of `-f`. */
export interface ProgramPiece {
  text: string;
  /** `cmd. line`, or the file's name. */
  name: string;
}

const ENDS_PRINT: ReadonlySet<string> = new Set([';', '}', '>', '>>', '|']);

/**
 * A parser by recursive descent. Tokens are made as they are asked for, because only the grammar knows whether `/` begins a regular
 * expression, and so that `print (a, b) > f` can be tried as a list first.
 *
 * @throws AwkError in gawk's form: the line, the place and what is wrong.
 */
export function parseProgram(pieces: readonly ProgramPiece[]): Program {
  const functions = new Map<string, FunctionDefinition>();
  const rules: Rule[] = [];
  for (const piece of pieces) new Parser(piece, rules, functions).program();
  return { rules, functions };
}

class Parser extends ExpressionParser {
  readonly #name: string;
  readonly #rules: Rule[];
  readonly #functions: Map<string, FunctionDefinition>;
  #loops = 0;
  #isFunction = false;

  constructor(piece: ProgramPiece, rules: Rule[], functions: Map<string, FunctionDefinition>) {
    super(piece.text);
    this.#name = piece.name;
    this.#rules = rules;
    this.#functions = functions;
  }

  program(): void {
    try {
      this.next();
      for (;;) {
        this.skipTerminators();
        if (this.token.kind === 'end') return;
        this.#item();
      }
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const before = this.text.slice(0, error.at);
      const line = before.split('\n').length;
      const start = before.lastIndexOf('\n') + 1;
      const end = this.text.indexOf('\n', error.at);
      const whole = this.text.slice(start, end < 0 ? undefined : end);
      const place = `${this.#name}:${line}: `;
      const words = error.message.startsWith('syntax') || error.message.startsWith('unterminated') ? error.message : `syntax error: ${error.message}`;
      throw new AwkError(`${place}${whole}\nawk: ${place}${' '.repeat(error.at - start)}^ ${words}`, 1);
    }
  }

  #item(): void {
    if (this.is('function') || this.is('func')) {
      this.#definition();
      return;
    }
    const pattern = this.#pattern();
    let body: Statement | undefined;
    if (this.is('{')) body = this.#block();
    else if (pattern.kind !== 'expression' && pattern.kind !== 'range') this.fail(`${pattern.kind} blocks must have an action part`);
    this.#rules.push({ pattern, body });
    const { kind } = this.token;
    if (body === undefined && kind !== 'newline' && kind !== 'end' && !this.is(';')) this.fail();
  }

  #pattern(): Pattern {
    if (this.is('{')) return { kind: 'always' };
    for (const kind of ['BEGIN', 'END', 'BEGINFILE', 'ENDFILE'] as const) if (this.accept(kind)) return { kind };
    const from = this.expression();
    if (!this.accept(',')) return { kind: 'expression', test: from };
    this.skipNewlines();
    return { kind: 'range', from, to: this.expression() };
  }

  #definition(): void {
    this.next();
    const { text, kind, start } = this.token;
    if (kind !== 'name' && kind !== 'call') this.fail(BUILTINS.has(text) ? `\`${text}' is a built-in function, it cannot be redefined` : 'syntax error');
    if (this.#functions.has(text)) this.fail(`function name \`${text}' previously defined`, start);
    this.next();
    this.expect('(');
    const parameters: string[] = [];
    while (!this.is(')')) {
      const parameter = this.token.text;
      if (this.token.kind !== 'name') this.fail();
      if (parameters.includes(parameter)) this.fail(`function \`${text}': parameter \`${parameter}' is there twice`);
      parameters.push(parameter);
      this.next();
      this.skipNewlines();
      if (!this.accept(',')) break;
      this.skipNewlines();
    }
    this.expect(')');
    this.skipNewlines();
    if (!this.is('{')) this.fail();
    this.#isFunction = true;
    this.#functions.set(text, { name: text, parameters, body: this.#block() });
    this.#isFunction = false;
  }

  #block(): Statement {
    this.expect('{');
    const body: Statement[] = [];
    for (;;) {
      this.skipTerminators();
      if (this.accept('}')) return { kind: 'block', body };
      if (this.token.kind === 'end') this.fail('unexpected newline or end of string');
      body.push(this.#statement());
    }
  }

  /** `;`, a newline, or what closes the block. */
  #endOfStatement(): void {
    if (this.token.kind === 'newline' || this.is(';')) this.next();
    else if (!this.is('}') && this.token.kind !== 'end') this.fail();
  }

  #bodyOf(isLoop: boolean): Statement {
    this.skipNewlines();
    this.#loops += isLoop ? 1 : 0;
    const body: Statement = this.accept(';') ? { kind: 'block', body: [] } : this.#statement();
    this.#loops -= isLoop ? 1 : 0;
    return body;
  }

  #statement(): Statement {
    this.enter();
    const statement = this.#anyStatement();
    this.depth -= 1;
    return statement;
  }

  #anyStatement(): Statement {
    const { kind, text } = this.token;
    if (kind === 'operator' && text === '{') return this.#block();
    if (kind !== 'keyword') return this.#simpleStatement();
    switch (text) {
      case 'if': {
        this.next();
        const test = this.#condition();
        const yes = this.#bodyOf(false);
        const before = this.token;
        this.skipTerminators();
        if (this.accept('else')) return { kind: 'if', test, yes, no: this.#bodyOf(false) };
        this.token = before;
        return { kind: 'if', test, yes, no: undefined };
      }
      case 'while': {
        this.next();
        const test = this.#condition();
        return { kind: 'while', test, body: this.#bodyOf(true) };
      }
      case 'do': {
        this.next();
        const body = this.#bodyOf(true);
        this.skipTerminators();
        this.expect('while');
        const test = this.#condition();
        this.#endOfStatement();
        return { kind: 'do', test, body };
      }
      case 'for': return this.#forLoop();
      case 'switch': return this.#switch();
      default: return this.#simpleStatement();
    }
  }

  #condition(): Expression {
    this.expect('(');
    const test = this.inParentheses(() => this.expression());
    this.expect(')');
    return test;
  }
  #forLoop(): Statement {
    this.next();
    this.expect('(');
    const before = this.token;
    if (before.kind === 'name') {
      this.next();
      if (this.accept('in') && this.token.kind === 'name') {
        const array = this.next().text;
        if (this.accept(')')) return { kind: 'each', name: before.text, array, body: this.#bodyOf(true) };
      }
      this.token = before;
    }
    const start = this.is(';') ? undefined : this.#simple();
    this.expect(';');
    this.skipNewlines();
    const test = this.is(';') ? undefined : this.expression();
    this.expect(';');
    this.skipNewlines();
    const step = this.is(')') ? undefined : this.#simple();
    this.expect(')');
    return { kind: 'for', start, test, step, body: this.#bodyOf(true) };
  }

  #switch(): Statement {
    this.next();
    const value = this.#condition();
    this.skipNewlines();
    this.expect('{');
    const cases: { test: Expression | undefined; body: Statement[] }[] = [];
    this.#loops += 1;
    for (;;) {
      this.skipTerminators();
      if (this.accept('}')) break;
      let test: Expression | undefined;
      if (!this.accept('default')) {
        this.expect('case');
        test = this.unary();
      }
      this.expect(':');
      const body: Statement[] = [];
      for (;;) {
        this.skipTerminators();
        if (this.is('case') || this.is('default') || this.is('}')) break;
        body.push(this.#statement());
      }
      cases.push({ test, body });
    }
    this.#loops -= 1;
    return { kind: 'switch', value, cases };
  }

  #simpleStatement(): Statement {
    const statement = this.#simple();
    this.#endOfStatement();
    return statement;
  }

  /** A statement without its end: also what stands in `for (…;…;…)`. */
  #simple(): Statement {
    const { kind, text, start } = this.token;
    if (kind !== 'keyword' || text === 'getline') return { kind: 'expression', value: this.expression() };
    this.next();
    const isAlone = (): boolean => this.token.kind === 'newline' || this.token.kind === 'end' || this.is(';') || this.is('}');
    switch (text) {
      case 'print':
      case 'printf': return this.#print(text);
      case 'break':
      case 'continue':
        if (this.#loops === 0) this.fail(`\`${text}' is not allowed outside a loop`, start);
        return { kind: text };
      case 'next':
      case 'nextfile': return { kind: text };
      case 'return':
        if (!this.#isFunction) this.fail('`return\' used outside function context', start);
        return { kind: text, value: isAlone() ? undefined : this.expression() };
      case 'exit': return { kind: text, value: isAlone() ? undefined : this.expression() };
      case 'delete': {
        const isGrouped = this.accept('(');
        const array = this.token.text;
        if (this.token.kind !== 'name') this.fail();
        this.next();
        const subscripts = this.is('[') ? this.subscripts() : undefined;
        if (isGrouped) this.expect(')');
        return { kind: 'delete', array, subscripts };
      }
      default: return this.fail('syntax error', start);
    }
  }

  #print(kind: 'print' | 'printf'): Statement {
    let args: Expression[] | undefined;
    const before = this.token;
    if (this.is('(')) {
      this.next();
      const list = this.inParentheses(() => this.list(')'));
      if (this.accept(')') && list.length > 0 && (this.token.kind === 'newline' || this.token.kind === 'end' || (this.token.kind === 'operator' && ENDS_PRINT.has(this.token.text)))) args = list;
      else this.token = before;
    }
    if (args === undefined) {
      const noGreater = this.noGreater;
      this.noGreater = true;
      args = [];
      const { kind: next } = this.token;
      if (next !== 'newline' && next !== 'end' && !(next === 'operator' && ENDS_PRINT.has(this.token.text))) {
        do {
          this.skipNewlines();
          args.push(this.expression());
        } while (this.accept(','));
      }
      this.noGreater = noGreater;
    }
    let to: Redirection | undefined;
    const { text } = this.token;
    if (this.token.kind === 'operator' && (text === '>' || text === '>>' || text === '|')) {
      this.next();
      this.noGreater = true;
      to = { kind: text, target: this.concatenation() };
      this.noGreater = false;
    }
    if (kind === 'printf' && args.length === 0) this.fail();
    return { kind, args, to };
  }
}
