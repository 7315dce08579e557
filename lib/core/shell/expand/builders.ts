import * as limits from '../../limits.ts';
import { ShellError } from '../flow.ts';
import { escapeGlob, isGlob } from '../regex/glob.ts';

/**
 * What a word's parts are poured into. The same walk over the parts makes command arguments (split and globbed),
 * one text (assignments), a pattern (`case`) or a regular expression (`=~`): only the builder differs.
 */
export interface Builder {
  /** Text that was quoted or literal. */
  quoted(text: string): void;
  /** The value of an unquoted expansion: it is split, and its `*?[` are active. */
  raw(text: string): void;
  /** An active part of the word itself, in pattern form. */
  pattern(text: string): void;
  /** Something quoted was here, even if empty. */
  touch(): void;
  /** Between the elements of `"$@"`. */
  boundary(): void;
}

function check(text: string): void {
  if (text.length > limits.shellValueMaxUnits) throw new ShellError('a word became too long');
}

/** No splitting, no globs: assignments, redirections, here-strings. */
export class TextBuilder implements Builder {
  text = '';

  quoted(text: string): void {
    this.text += text;
    check(this.text);
  }
  raw(text: string): void {
    this.quoted(text);
  }
  pattern(text: string): void {
    this.text += text;
  }
  touch(): void {}
  boundary(): void {
    this.text += ' ';
  }
}

/** A shell pattern: what was quoted is escaped. */
export class PatternBuilder extends TextBuilder {
  override quoted(text: string): void {
    super.quoted(escapeGlob(text));
  }
  override raw(text: string): void {
    super.quoted(text);
  }
}

/** An extended regular expression: what was quoted is escaped. */
export class RegexBuilder extends TextBuilder {
  override quoted(text: string): void {
    super.quoted(text.replace(/[.[\]{}()*+?^$|\\]/g, '\\$&'));
  }
  override raw(text: string): void {
    super.quoted(text);
  }
}

/** Where the match goes in a replacement; no character of Unicode's. */
export const MATCHED = '\ufdd0';

/** The replacement of `${x/a/b}`: what was quoted is literal, an unquoted `&` is the match and `\&` is `&`. */
export class ReplacementBuilder extends TextBuilder {
  override quoted(text: string): void {
    super.quoted(text);
  }
  override raw(text: string): void {
    super.quoted(text.replace(/\\([\s\S])|&/g, (_, escaped: string | undefined) => escaped ?? MATCHED));
  }
  override pattern(text: string): void {
    this.raw(text);
  }
}

const DEFAULT_IFS = ' \t\n';

/** Command arguments. `expandPath` answers the files for a pattern, none when nothing matches. */
export class FieldBuilder implements Builder {
  readonly fields: string[];
  readonly #ifs: string;
  readonly #expandPath: ((pattern: string) => string[]) | undefined;
  readonly #flags: { readonly nullglob: boolean; readonly failglob: boolean };
  #text = '';
  #pattern: string | undefined;
  #started = false;

  constructor(fields: string[], ifs: string | undefined, expandPath: ((pattern: string) => string[]) | undefined, flags: { readonly nullglob: boolean; readonly failglob: boolean }) {
    this.fields = fields;
    this.#ifs = ifs ?? DEFAULT_IFS;
    this.#expandPath = expandPath;
    this.#flags = flags;
  }

  quoted(text: string): void {
    if (this.#pattern !== undefined) this.#pattern += escapeGlob(text);
    this.#text += text;
    check(this.#text);
    this.#started = true;
  }

  pattern(text: string): void {
    this.#pattern = (this.#pattern ?? escapeGlob(this.#text)) + text;
    this.#text += text;
    this.#started = true;
  }

  touch(): void {
    this.#started = true;
  }

  boundary(): void {
    this.#started = true;
    this.end();
  }

  raw(text: string): void {
    if (text === '') return;
    const ifs = this.#ifs;
    if (ifs === '') {
      this.#piece(text);
      return;
    }
    if (ifs === DEFAULT_IFS && !/[ \t\n]/.test(text)) {
      this.#piece(text);
      return;
    }
    const isSpace = (at: number): boolean => {
      const character = text[at];
      return (character === ' ' || character === '\t' || character === '\n') && ifs.includes(character);
    };
    const isMark = (at: number): boolean => at < text.length && ifs.includes(text[at] as string) && !isSpace(at);
    let at = 0;
    while (at < text.length) {
      let end = at;
      while (end < text.length && !ifs.includes(text[end] as string)) end += 1;
      if (end > at) {
        this.#piece(text.slice(at, end));
        at = end;
        continue;
      }
      while (isSpace(at)) at += 1;
      const isForced = isMark(at);
      if (isForced) {
        at += 1;
        while (isSpace(at)) at += 1;
        this.#started = true;
      }
      this.end();
    }
  }

  #piece(text: string): void {
    if (this.#expandPath !== undefined && /[*?[]/.test(text)) this.pattern(text);
    else this.quoted(text);
  }

  /** Ends the current field, if there is one. */
  end(): void {
    if (!this.#started) return;
    const text = this.#text;
    const pattern = this.#pattern;
    this.#text = '';
    this.#pattern = undefined;
    this.#started = false;
    if (pattern !== undefined && this.#expandPath !== undefined && isGlob(pattern)) {
      const paths = this.#expandPath(pattern);
      for (const path of paths) this.#push(path);
      if (paths.length > 0 || this.#flags.nullglob) return;
      if (this.#flags.failglob) throw new ShellError(`no match: ${text}`);
    }
    this.#push(text);
  }

  #push(field: string): void {
    if (this.fields.length >= limits.shellMaxWords) throw new ShellError('an expansion made too many words');
    this.fields.push(field);
  }
}
