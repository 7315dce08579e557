import type { Expression, Target } from './syntax.ts';
import { TokenStream } from './token-stream.ts';
import { regexAt, tokenAt, type Token } from './tokens.ts';

const COMPARES: ReadonlySet<string> = new Set(['<', '<=', '==', '!=', '>', '>=']);
const ASSIGNS: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=', '**=']);

/** Expressions, from the loosest operator to the tightest. */
export class ExpressionParser extends TokenStream {
  /** In the list of `print`, `>` redirects. */
  protected noGreater = false;

  protected inParentheses<T>(parse: () => T): T {
    const noGreater = this.noGreater;
    this.noGreater = false;
    const result = parse();
    this.noGreater = noGreater;
    return result;
  }

  protected list(close: string): Expression[] {
    const list: Expression[] = [];
    this.skipNewlines();
    while (!this.is(close)) {
      list.push(this.expression());
      this.skipNewlines();
      if (!this.accept(',')) break;
      this.skipNewlines();
    }
    return list;
  }

  protected subscripts(): Expression[] {
    this.expect('[');
    const list = this.inParentheses(() => this.list(']'));
    if (list.length === 0) this.fail();
    this.expect(']');
    return list;
  }

  protected expression(): Expression {
    this.enter();
    const expression = this.#assignment();
    this.depth -= 1;
    return expression;
  }

  #assignment(): Expression {
    const left = this.#ternary();
    const { text, kind } = this.token;
    if (kind !== 'operator' || !ASSIGNS.has(text)) return left;
    const target = this.#targetOf(left);
    this.next();
    this.skipNewlines();
    const value = this.expression();
    return this.#reassociate(left, target, text === '**=' ? '^=' : text, value);
  }

  /** `1 == x = 2` and `a && x = 1`: the assignment belongs to the last operand. */
  #reassociate(left: Expression, target: Target, operator: string, value: Expression): Expression {
    const assign: Expression = { kind: 'assign', operator, target, value };
    if (left === target) return assign;
    const place = (node: Expression): Expression => {
      if (node === target) return assign;
      if ('right' in node) return { ...node, right: place(node.right) };
      if (node.kind === 'not' || node.kind === 'minus' || node.kind === 'plus') return { ...node, item: place(node.item) };
      return node.kind === 'condition' ? { ...node, no: place(node.no) } : node;
    };
    return place(left);
  }

  #targetOf(node: Expression): Target {
    switch (node.kind) {
      case 'name':
      case 'element':
      case 'field': return node;
      case 'and':
      case 'or':
      case 'match':
      case 'compare': return this.#targetOf(node.right);
      case 'not': return this.#targetOf(node.item);
      case 'condition': return this.#targetOf(node.no);
      default: return this.fail();
    }
  }

  #ternary(): Expression {
    const test = this.#or();
    if (!this.accept('?')) return test;
    this.skipNewlines();
    const yes = this.expression();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return { kind: 'condition', test, yes, no: this.expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.accept('||')) {
      this.skipNewlines();
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#in();
    while (this.accept('&&')) {
      this.skipNewlines();
      left = { kind: 'and', left, right: this.#in() };
    }
    return left;
  }

  #in(): Expression {
    let left = this.#match();
    while (this.is('in')) {
      this.next();
      left = { kind: 'in', subscripts: [left], array: this.#arrayName() };
    }
    return left;
  }

  #arrayName(): string {
    if (this.token.kind !== 'name') this.fail();
    return this.next().text;
  }

  #match(): Expression {
    let left = this.#comparison();
    while (this.is('~') || this.is('!~')) {
      const negated = this.next().text === '!~';
      left = { kind: 'match', negated, left, right: this.#comparison() };
    }
    return left;
  }

  #comparison(): Expression {
    let left = this.concatenation();
    for (;;) {
      const { kind, text } = this.token;
      if (kind !== 'operator') return left;
      if (text === '|' && !this.#isRedirection()) {
        this.next();
        this.expect('getline');
        left = { kind: 'getline', from: 'command', source: left, target: this.#optionalTarget() };
        continue;
      }
      if (text === '|&') this.fail('two-way pipes are not here; use a file in /tmp instead');
      if (!COMPARES.has(text) || (text === '>' && this.noGreater)) return left;
      this.next();
      left = { kind: 'compare', operator: text, left, right: this.concatenation() };
    }
  }

  /** Whether this `|` sends the output of `print`, and is not followed by `getline`. */
  #isRedirection(): boolean {
    return tokenAt(this.text, this.token.end).text !== 'getline';
  }

  #optionalTarget(): Target | undefined {
    if (this.token.kind !== 'name' && !this.is('$')) return undefined;
    const node = this.#postfix(true);
    return node.kind === 'name' || node.kind === 'element' || node.kind === 'field' ? node : this.fail();
  }

  protected concatenation(): Expression {
    let left = this.#additive();
    for (;;) {
      const { kind, text } = this.token;
      const begins = kind === 'number' || kind === 'string' || kind === 'name' || kind === 'call' || kind === 'builtin' ||
        (kind === 'operator' && (text === '$' || text === '(' || text === '++' || text === '--'));
      if (!begins) return left;
      left = { kind: 'concat', left, right: this.#additive() };
    }
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    while (this.is('+') || this.is('-')) {
      const operator = this.next().text;
      left = { kind: 'arithmetic', operator, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.next().text;
      left = { kind: 'arithmetic', operator, left, right: this.unary() };
    }
    return left;
  }

  protected unary(): Expression {
    for (const [operator, kind] of [['!', 'not'], ['-', 'minus'], ['+', 'plus']] as const) {
      if (!this.is(operator)) continue;
      this.next();
      this.enter();
      const item = this.unary();
      this.depth -= 1;
      return { kind, item };
    }
    return this.#power();
  }

  #power(): Expression {
    const left = this.#postfix(false);
    if (!this.is('^') && !this.is('**')) return left;
    this.next();
    // Right to left, and a sign may stand there: 2^-1.
    const right = this.is('-') || this.is('+') || this.is('!') ? this.unary() : this.#power();
    return { kind: 'arithmetic', operator: '^', left, right };
  }

  /** @param isPlain without `++` and `--` after it. */
  #postfix(isPlain: boolean): Expression {
    const node = this.#primary();
    if (isPlain || (node.kind !== 'name' && node.kind !== 'element' && node.kind !== 'field')) return node;
    if (this.is('++') || this.is('--')) return { kind: 'step', isPrefix: false, change: this.next().text === '++' ? 1 : -1, target: node };
    return node;
  }

  #primary(): Expression {
    const token = this.token;
    switch (token.kind) {
      case 'number':
        this.next();
        return { kind: 'number', value: token.value };
      case 'string':
        this.next();
        return { kind: 'string', value: token.text };
      case 'name':
        this.next();
        return this.is('[') ? { kind: 'element', array: token.text, subscripts: this.subscripts() } : { kind: 'name', name: token.text };
      case 'call': {
        this.next();
        const args = this.#arguments();
        return { kind: 'call', name: token.text, args, line: this.lineOf(token.start) };
      }
      case 'builtin': {
        this.next();
        if (!this.is('(') && token.text !== 'length') this.fail();
        const args = this.is('(') ? this.#arguments() : [];
        return { kind: 'builtin', name: token.text, args, line: this.lineOf(token.start) };
      }
      case 'keyword': return token.text === 'getline' ? this.#getline() : this.fail();
      case 'operator': return this.#operatorPrimary(token);
      default: return this.fail(token.kind === 'end' || token.kind === 'newline' ? 'unexpected newline or end of string' : 'syntax error');
    }
  }

  #operatorPrimary(token: Token): Expression {
    switch (token.text) {
      case '/':
      case '/=': {
        const { source, end } = regexAt(this.text, token.start);
        this.token = tokenAt(this.text, end);
        return { kind: 'regex', source };
      }
      case '$': {
        this.next();
        if (this.is('++') || this.is('--')) return { kind: 'field', index: this.#primary() };
        if (this.is('-') || this.is('+') || this.is('!')) return { kind: 'field', index: this.unary() };
        return { kind: 'field', index: this.#postfix(true) };
      }
      case '++':
      case '--': {
        this.next();
        const target = this.#postfix(true);
        if (target.kind !== 'name' && target.kind !== 'element' && target.kind !== 'field') this.fail();
        return { kind: 'step', isPrefix: true, change: token.text === '++' ? 1 : -1, target: target as Target };
      }
      case '-':
      case '+':
      case '!': return this.unary();
      case '(': {
        this.next();
        const list = this.inParentheses(() => this.list(')'));
        this.expect(')');
        const [only] = list;
        if (only === undefined) this.fail();
        if (list.length === 1) return { kind: 'group', item: only as Expression };
        this.expect('in');
        return { kind: 'in', subscripts: list, array: this.#arrayName() };
      }
      default: return this.fail();
    }
  }

  #arguments(): Expression[] {
    this.expect('(');
    const args = this.inParentheses(() => this.list(')'));
    this.expect(')');
    return args;
  }

  #getline(): Expression {
    this.next();
    const target = this.#optionalTarget();
    if (!this.accept('<')) return { kind: 'getline', from: 'input', source: undefined, target };
    return { kind: 'getline', from: 'file', source: this.#postfix(true), target };
  }
}
