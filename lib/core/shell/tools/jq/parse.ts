import * as limits from '../../../limits.ts';
import { JqSyntaxError, type Binary, type Definition, type Node, type Pattern, type Update } from './syntax.ts';
import { readTokens, type Token } from './tokens.ts';

/** How strongly operators bind, and to which side they lean; the rows of jq's grammar. */
const OPERATORS: Readonly<Record<string, readonly [level: number, side: 'left' | 'right' | 'none']>> = {
  '|': [1, 'right'], ',': [2, 'left'], '//': [3, 'right'], '?//': [3, 'right'],
  '=': [4, 'none'], '|=': [4, 'none'], '+=': [4, 'none'], '-=': [4, 'none'], '*=': [4, 'none'], '/=': [4, 'none'], '%=': [4, 'none'], '//=': [4, 'none'],
  or: [5, 'left'], and: [6, 'left'],
  '==': [7, 'none'], '!=': [7, 'none'], '<': [7, 'none'], '<=': [7, 'none'], '>': [7, 'none'], '>=': [7, 'none'],
  '+': [8, 'left'], '-': [8, 'left'], '*': [9, 'left'], '/': [9, 'left'], '%': [9, 'left'],
};
const UPDATES = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);
const CONSTANTS = new Map([['null', null], ['true', true], ['false', false]]);
const identity: Node = { kind: 'identity' };

export interface ParsedProgram {
  definitions: Definition[];
  /** Undefined: nothing but definitions. */
  body: Node | undefined;
}

/** A filter, with the definitions in front of it. @throws JqSyntaxError */
export function parseFilter(source: string): ParsedProgram {
  return new Parser(readTokens(source), source).program();
}

/** Operator precedence by recursive descent, as Pratt has it: each operator knows its level, a term is what stands between. */
class Parser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #fail(expected?: string): never {
    const token = this.#token;
    const what = token.kind === 'end' ? 'end of the filter' : this.#source.slice(token.at, this.#tokens[this.#at + 1]?.at).trim();
    throw new JqSyntaxError(`syntax error, unexpected ${what}${expected === undefined ? '' : `, expecting ${expected}`}`, token.at);
  }

  #is(text: string): boolean {
    const token = this.#token;
    return (token.kind === 'mark' || token.kind === 'keyword') && token.text === text;
  }

  #takes(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) this.#fail(text);
  }

  program(): ParsedProgram {
    const definitions: Definition[] = [];
    if (this.#is('import') || this.#is('include')) throw new JqSyntaxError('modules are not available here; put the definitions into the filter, or into a file for -f', this.#token.at);
    while (this.#is('def')) definitions.push(this.#definition());
    const body = this.#token.kind === 'end' ? undefined : this.#expression(1);
    if (this.#token.kind !== 'end') this.#fail();
    return { definitions, body };
  }

  #definition(): Definition {
    this.#expect('def');
    const token = this.#token;
    if (token.kind !== 'name' && token.kind !== 'keyword') this.#fail('the name of a function');
    const { text: name } = token as { text: string };
    this.#at += 1;
    const params: string[] = [];
    if (this.#takes('(')) {
      do {
        const param = this.#token;
        if (param.kind === 'variable') params.push(`$${param.text}`);
        else if (param.kind === 'name' || param.kind === 'keyword') params.push(param.text);
        else this.#fail('the name of a parameter');
        this.#at += 1;
      } while (this.#takes(';'));
      this.#expect(')');
    }
    this.#expect(':');
    const inner: Definition[] = [];
    while (this.#is('def')) inner.push(this.#definition());
    const last = this.#expression(1);
    this.#expect(';');
    return { name, params, body: inner.reduceRight<Node>((rest, definition) => ({ kind: 'def', definition, body: rest }), last) };
  }

  #expression(least: number): Node {
    this.#depth += 1;
    if (this.#depth > limits.jqMaxDepth / 2) throw new JqSyntaxError('syntax error, the filter is nested too deeply', this.#token.at);
    let left = this.#operand();
    let blocked = 0;
    for (;;) {
      const token = this.#token;
      const text = token.kind === 'mark' || token.kind === 'keyword' ? token.text : '';
      const operator = Object.hasOwn(OPERATORS, text) ? OPERATORS[text] : undefined;
      if (operator === undefined || operator[0] < least) break;
      const [level, side] = operator;
      if (level === blocked) this.#fail();
      this.#at += 1;
      const right = this.#expression(side === 'right' ? level : level + 1);
      blocked = side === 'none' ? level : 0;
      left = join(text, left, right);
    }
    this.#depth -= 1;
    return left;
  }

  #operand(): Node {
    if (this.#is('def')) {
      const definition = this.#definition();
      return { kind: 'def', definition, body: this.#expression(1) };
    }
    if (this.#takes('-')) {
      const body = this.#expression(9);
      return body.kind === 'literal' && typeof body.value === 'number' ? { kind: 'literal', value: -body.value } : { kind: 'negate', body };
    }
    if (this.#takes('label')) {
      const token = this.#token;
      if (token.kind !== 'variable') this.#fail('$name');
      this.#at += 1;
      this.#expect('|');
      return { kind: 'label', name: (token as { text: string }).text, body: this.#expression(1) };
    }
    const term = this.#postfix();
    if (!this.#takes('as')) return term;
    const patterns = this.#patterns();
    this.#expect('|');
    return { kind: 'as', source: term, patterns, body: this.#expression(1) };
  }

  #patterns(): Pattern[] {
    const patterns = [this.#pattern()];
    while (this.#takes('?//')) patterns.push(this.#pattern());
    return patterns;
  }

  #pattern(): Pattern {
    const token = this.#token;
    if (token.kind === 'variable') {
      this.#at += 1;
      return { kind: 'variable', name: token.text };
    }
    if (this.#takes('[')) {
      const items: Pattern[] = [];
      do items.push(this.#pattern());
      while (this.#takes(','));
      this.#expect(']');
      return { kind: 'array', items };
    }
    if (!this.#takes('{')) this.#fail('$name, [ or {');
    const entries: (Pattern & { kind: 'object' })['entries'] = [];
    do {
      const part = this.#token;
      if (part.kind === 'variable') {
        this.#at += 1;
        entries.push({ key: { kind: 'literal', value: part.text }, variable: part.text, pattern: this.#takes(':') ? this.#pattern() : undefined });
        continue;
      }
      const key = this.#key();
      this.#expect(':');
      entries.push({ key, variable: undefined, pattern: this.#pattern() });
    } while (this.#takes(','));
    this.#expect('}');
    return { kind: 'object', entries };
  }

  /** A name, a string or `(expression)` before a colon. */
  #key(): Node {
    const token = this.#token;
    if (token.kind === 'name' || token.kind === 'keyword') {
      this.#at += 1;
      return { kind: 'literal', value: token.text };
    }
    if (token.kind === 'string') return this.#string(undefined);
    if (token.kind === 'format' && this.#tokens[this.#at + 1]?.kind === 'string') {
      this.#at += 1;
      return this.#string(token.text);
    }
    if (!this.#takes('(')) this.#fail('a key: a name, a "string" or (an expression)');
    const key = this.#expression(1);
    this.#expect(')');
    return key;
  }

  #postfix(): Node {
    let term = this.#term();
    for (;;) {
      const token = this.#token;
      if (token.kind === 'field') {
        this.#at += 1;
        term = { kind: 'index', target: term, key: { kind: 'literal', value: token.text } };
      } else if (this.#is('[')) term = this.#bracket(term);
      else if (this.#takes('?')) term = { kind: 'try', body: term, handler: undefined };
      else if (this.#is('.') && this.#tokens[this.#at + 1]?.kind === 'string') {
        this.#at += 1;
        term = { kind: 'index', target: term, key: this.#string(undefined) };
      } else if (this.#is('.') && this.#nextIs('[')) this.#at += 1;
      else return term;
    }
  }

  #nextIs(text: string): boolean {
    const next = this.#tokens[this.#at + 1];
    return next?.kind === 'mark' && next.text === text;
  }

  #bracket(target: Node): Node {
    this.#expect('[');
    if (this.#takes(']')) return { kind: 'each', target };
    if (this.#takes(':')) {
      const to = this.#expression(1);
      this.#expect(']');
      return { kind: 'slice', target, from: undefined, to };
    }
    const key = this.#expression(1);
    if (this.#takes(':')) {
      const to = this.#is(']') ? undefined : this.#expression(1);
      this.#expect(']');
      return { kind: 'slice', target, from: key, to };
    }
    this.#expect(']');
    return { kind: 'index', target, key };
  }

  #string(format: string | undefined): Node {
    const token = this.#token;
    if (token.kind !== 'string') return this.#fail('a string');
    this.#at += 1;
    const [first] = token.parts;
    if (token.parts.length === 0) return { kind: 'literal', value: '' };
    if (token.parts.length === 1 && typeof first === 'string') return { kind: 'literal', value: first };
    const parts = token.parts.map((part) => {
      if (typeof part === 'string') return part;
      return new Parser(part, this.#source).program().body ?? identity;
    });
    return { kind: 'string', format, parts };
  }

  #term(): Node {
    const token = this.#token;
    switch (token.kind) {
      case 'number':
        this.#at += 1;
        return { kind: 'literal', value: token.value };
      case 'string': return this.#string(undefined);
      case 'format':
        this.#at += 1;
        return this.#token.kind === 'string' ? this.#string(token.text) : { kind: 'format', name: token.text, at: token.at };
      case 'field':
        this.#at += 1;
        return { kind: 'index', target: identity, key: { kind: 'literal', value: token.text } };
      case 'variable':
        this.#at += 1;
        return { kind: 'variable', name: token.text, at: token.at, line: this.#source.slice(0, token.at).split('\n').length };
      case 'name': return this.#call(token);
      case 'keyword': return this.#keyword(token);
      case 'end': return this.#fail();
    }
    this.#at += 1;
    switch (token.text) {
      case '.':
        if (this.#token.kind === 'string') return { kind: 'index', target: identity, key: this.#string(undefined) };
        return identity;
      case '..': return { kind: 'recurse' };
      case '(': {
        const inner = this.#expression(1);
        this.#expect(')');
        return inner;
      }
      case '[': {
        if (this.#takes(']')) return { kind: 'array', body: undefined };
        const body = this.#expression(1);
        this.#expect(']');
        return { kind: 'array', body };
      }
      case '{': return this.#object();
    }
    this.#at -= 1;
    return this.#fail();
  }

  #call(token: Token & { text: string }): Node {
    this.#at += 1;
    if (token.text === 'break' && this.#token.kind === 'variable') {
      const { text } = this.#token;
      this.#at += 1;
      return { kind: 'break', name: text, at: token.at };
    }
    if (CONSTANTS.has(token.text) && !this.#is('(')) return { kind: 'literal', value: CONSTANTS.get(token.text) ?? null };
    const args: Node[] = [];
    if (this.#takes('(')) {
      do args.push(this.#expression(1));
      while (this.#takes(';'));
      this.#expect(')');
    }
    return { kind: 'call', name: token.text, args, at: token.at };
  }

  #keyword(token: Token & { text: string }): Node {
    this.#at += 1;
    switch (token.text) {
      case 'if': return this.#if();
      case 'try': {
        const body = this.#postfix();
        return { kind: 'try', body, handler: this.#takes('catch') ? this.#postfix() : undefined };
      }
      case 'reduce':
      case 'foreach': {
        const source = this.#postfix();
        this.#expect('as');
        const patterns = this.#patterns();
        this.#expect('(');
        const start = this.#expression(1);
        this.#expect(';');
        const update = this.#expression(1);
        if (token.text === 'reduce') {
          this.#expect(')');
          return { kind: 'reduce', source, patterns, start, update };
        }
        const extract = this.#takes(';') ? this.#expression(1) : undefined;
        this.#expect(')');
        return { kind: 'foreach', source, patterns, start, update, extract };
      }
      case 'def':
        this.#at -= 1;
        return this.#operand();
    }
    this.#at -= 1;
    return this.#fail();
  }

  #if(): Node {
    const test = this.#expression(1);
    this.#expect('then');
    const met = this.#expression(1);
    if (this.#takes('elif')) return { kind: 'if', test, met, otherwise: this.#if() };
    const otherwise = this.#takes('else') ? this.#expression(1) : undefined;
    this.#expect('end');
    return { kind: 'if', test, met, otherwise };
  }

  #object(): Node {
    const entries: { key: Node; value: Node }[] = [];
    while (!this.#takes('}')) {
      if (entries.length > 0) {
        this.#expect(',');
        if (this.#takes('}')) break;
      }
      entries.push(this.#entry());
    }
    return { kind: 'object', entries };
  }

  #entry(): { key: Node; value: Node } {
    const token = this.#token;
    if (token.kind === 'variable') {
      const variable = this.#term();
      return { key: { kind: 'literal', value: token.text }, value: variable };
    }
    if (token.kind === 'number') this.#fail('a key that is a name, a "string" or (an expression)');
    const isBare = token.kind !== 'mark';
    const key = this.#key();
    if (isBare && !this.#is(':')) return { key, value: { kind: 'index', target: identity, key } };
    this.#expect(':');
    let value = this.#expression(3);
    if (this.#takes('|')) {
      // `{a: .b | length}`: pipes bind in here, commas don't.
      const rest = [this.#expression(3)];
      while (this.#takes('|')) rest.push(this.#expression(3));
      const right = rest.reduceRight((later, earlier) => ({ kind: 'pipe', left: earlier, right: later }));
      value = { kind: 'pipe', left: value, right };
    }
    return { key, value };
  }
}

function join(operator: string, left: Node, right: Node): Node {
  switch (operator) {
    case '|': return { kind: 'pipe', left, right };
    case ',': return { kind: 'comma', left, right };
    case '//': return { kind: 'alternative', left, right };
    case '?//': return { kind: 'alternative', left: { kind: 'try', body: left, handler: undefined }, right };
    case 'and':
    case 'or': return { kind: operator, left, right };
  }
  if (UPDATES.has(operator)) return { kind: 'update', operator: operator as Update, left, right };
  return { kind: 'binary', operator: operator as Binary, left, right };
}
