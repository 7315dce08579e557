import * as limits from '../../../limits.ts';
import { tokenAt, TokenError, type Token } from './tokens.ts';

/** The tokens of one text, one ahead; what both halves of the parser stand on. */
export class TokenStream {
  protected readonly text: string;
  protected token: Token = { kind: 'newline', text: '', value: 0, start: 0, end: 0 };
  protected depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  protected next(): Token {
    const token = this.token;
    this.token = tokenAt(this.text, token.end);
    return token;
  }

  protected fail(message = 'syntax error', at = this.token.start): never {
    throw new TokenError(message, at);
  }

  protected is(text: string): boolean {
    return this.token.text === text && (this.token.kind === 'operator' || this.token.kind === 'keyword');
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.next();
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  protected skipNewlines(): void {
    while (this.token.kind === 'newline') this.next();
  }

  protected skipTerminators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.next();
  }

  protected enter(): void {
    this.depth += 1;
    if (this.depth > limits.shellMaxDepth * 5) this.fail('the program is nested too deeply');
  }

  protected lineOf(at: number): number {
    return this.text.slice(0, at).split('\n').length;
  }
}
