export type BcToken =
  | { kind: 'number' | 'name' | 'string' | 'operator'; text: string }
  | { kind: 'newline' | 'end'; text: '' };

/** The source breaks off inside something: more of it may complete it. */
export class BcUnfinished extends Error {}

export class BcSyntaxError extends Error {}

const TOKEN = /(\d+\.?[0-9A-Z]*(?:\.[0-9A-Z]*)?|[A-Z][0-9A-Z]*(?:\.[0-9A-Z]*)?|\.[0-9A-Z]+|[0-9A-Z]+\.?[0-9A-Z]*)|([a-z][a-z0-9_]*)|(\+\+|--|\|\||&&|[-+*/%^=<>!]=|[-+*/%^=<>!(){}[\],;.])/y;

/** Tokens on demand, so that a line can be read before the next one is there. */
export class BcLexer {
  readonly #text: string;
  #at = 0;
  #peeked: BcToken | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the source goes on after the tokens that were taken. */
  get position(): number {
    return this.#at;
  }

  peek(): BcToken {
    return (this.#peeked ??= this.#read());
  }

  take(): BcToken {
    const token = this.peek();
    this.#peeked = undefined;
    return token;
  }

  is(text: string): boolean {
    const token = this.peek();
    return token.text === text && token.kind !== 'string';
  }

  /** Takes the token when it is this. */
  accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  /** @throws BcUnfinished at the end of the source, else BcSyntaxError. */
  fail(): never {
    if (this.peek().kind === 'end') throw new BcUnfinished();
    throw new BcSyntaxError('syntax error');
  }

  /** Takes `name[]`, which as an argument is the whole array; undefined, and nothing taken, for anything else. */
  wholeArray(): string | undefined {
    const token = this.peek();
    const match = token.kind === 'name' ? /^[ \t]*\[[ \t]*\]/.exec(this.#text.slice(this.#at, this.#at + 64)) : null;
    if (match === null) return undefined;
    this.#at += match[0].length;
    this.#peeked = undefined;
    return token.text;
  }

  skipNewlines(): void {
    while (this.peek().kind === 'newline') this.take();
  }

  #read(): BcToken {
    const text = this.#text;
    for (;;) {
      const character = text[this.#at];
      if (character === undefined) return { kind: 'end', text: '' };
      if (character === '\n') {
        this.#at += 1;
        return { kind: 'newline', text: '' };
      }
      if (character === ' ' || character === '\t' || character === '\r') this.#at += 1;
      else if (character === '\\' && text[this.#at + 1] === '\n') this.#at += 2;
      else if (character === '#') {
        const end = text.indexOf('\n', this.#at);
        this.#at = end < 0 ? text.length : end;
      } else if (character === '/' && text[this.#at + 1] === '*') {
        const end = text.indexOf('*/', this.#at + 2);
        if (end < 0) throw new BcUnfinished();
        this.#at = end + 2;
      } else break;
    }
    if (text[this.#at] === '"') {
      const end = text.indexOf('"', this.#at + 1);
      if (end < 0) throw new BcUnfinished();
      const value = text.slice(this.#at + 1, end);
      this.#at = end + 1;
      return { kind: 'string', text: value };
    }
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(text);
    if (match === null) {
      this.#at += 1;
      throw new BcSyntaxError(`illegal character: ${text[this.#at - 1]}`);
    }
    this.#at = TOKEN.lastIndex;
    return { kind: match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : 'operator', text: match[0] };
  }
}
