import type { ColourSpan, LineColour } from '../tty/line-view.ts';

/**
 * Colours for a line as it is typed. A lexer of its own, because what is being typed is nearly never a whole script: it takes
 * any text, goes over it once from left to right and never throws. It knows where commands, words, strings and
 * substitutions begin and end, and no more of the grammar than a colour needs; what runs is decided by the parser alone.
 *
 * Rejected: colours from the parser's tree. Half a line has half a tree, so the colours would jump at every open quote.
 */
export interface HighlightKnown {
  /** `beginning`: a command begins so, and it may be the one being typed. */
  command(name: string): 'known' | 'beginning' | 'unknown';
  /** Whether this word names something that is there. */
  isPath(word: string): boolean;
}

/** Words after which a command comes. */
const BEFORE_COMMAND = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', 'time', '{']);
const KEYWORDS = new Set([...BEFORE_COMMAND, 'fi', 'done', 'esac', '}', 'for', 'select', 'case', 'function', 'in', 'coproc']);
/** Commands whose first word is a command again. */
const PREFIXES = new Set(['command', 'builtin', 'exec', 'nohup', 'xargs', 'env', 'eval']);
/** Substitutions inside one another; deeper ones have no colours. */
const DEPTH_MAX = 40;
/** Words of one line that are looked up as paths. */
const PATHS_MAX = 100;

/** @param cursor where the person types; -1: nobody does, the line was sent. */
export function highlight(text: string, cursor: number, known: HighlightKnown): ColourSpan[] {
  return new Lexer(text, cursor, known).run();
}

interface Word {
  start: number;
  end: number;
  /** What it is without quotes; undefined when something in it is expanded. */
  value: string | undefined;
  isQuoted: boolean;
}

class Lexer {
  readonly #text: string;
  readonly #cursor: number;
  readonly #known: HighlightKnown;
  readonly #spans: ColourSpan[] = [];
  #at = 0;
  #depth = 0;
  #paths = 0;
  /** Inside of `` `…` ``, where a backtick ends a word. */
  #isInBackticks = false;
  #hereDocuments: { mark: string; isIndented: boolean }[] = [];

  constructor(text: string, cursor: number, known: HighlightKnown) {
    this.#text = text;
    this.#cursor = cursor;
    this.#known = known;
  }

  run(): ColourSpan[] {
    while (this.#at < this.#text.length) {
      this.#commands('');
      // A closing mark that nothing opened.
      if (this.#at < this.#text.length) this.#take(1, 'error');
    }
    return this.#spans.sort((left, right) => left.start - right.start);
  }

  #add(start: number, end: number, colour: LineColour, isPath = false): void {
    if (end > start) this.#spans.push(isPath ? { start, end, colour, isPath } : { start, end, colour });
  }

  #take(length: number, colour: LineColour): void {
    this.#add(this.#at, this.#at + length, colour);
    this.#at += length;
  }

  #sees(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  /** Commands up to `closing`, which is left to the caller. */
  #commands(closing: '' | ')' | '`'): void {
    let place: 'command' | 'argument' | 'target' | 'for' | 'case' | 'pattern' | 'function' | 'mark' = 'command';
    let hasOptions = true;
    let parentheses = 0;
    /** Whether a command stood before `target` or `mark`. */
    let after: 'command' | 'argument' = 'command';
    const cases: boolean[] = [];
    const text = this.#text;
    while (this.#at < text.length) {
      const character = text[this.#at] as string;
      if (character === '\n') {
        this.#at += 1;
        this.#bodies();
        if (place !== 'pattern') place = 'command';
        hasOptions = true;
      } else if (character === ' ' || character === '\t' || this.#sees('\\\n')) {
        this.#at += character === '\\' ? 2 : 1;
      } else if (character === '#') {
        const end = text.indexOf('\n', this.#at);
        this.#take((end === -1 ? text.length : end) - this.#at, 'comment');
      } else if (closing === '`' && character === '`') {
        return;
      } else if (character === ')') {
        if (place === 'pattern') {
          this.#take(1, 'operator');
          place = 'command';
        } else if (parentheses > 0) {
          parentheses -= 1;
          this.#take(1, 'operator');
          place = 'argument';
        } else return;
      } else if (character === '(') {
        if (place === 'command' && this.#sees('((')) this.#arithmetic(2, '))');
        else if (place === 'argument' && this.#sees('()')) {
          this.#take(2, 'operator');
          place = 'command';
        } else {
          if (place !== 'pattern') parentheses += 1;
          this.#take(1, 'operator');
          if (place !== 'pattern') place = 'command';
        }
      } else if (character === ';' || character === '|' || (character === '&' && !this.#sees('&>'))) {
        const mark = /^(;;&|;&|;;|\|\||\|&|&&|[;|&])/.exec(text.slice(this.#at, this.#at + 3))?.[0] ?? character;
        this.#take(mark.length, 'operator');
        if (place !== 'pattern') place = mark.startsWith(';;') && cases.length > 0 ? 'pattern' : 'command';
        hasOptions = true;
      } else if (character === '<' || character === '>' || character === '&') {
        if ((this.#sees('<(') || this.#sees('>('))) {
          if (place === 'command' || place === 'argument') place = 'argument';
          this.#word();
          continue;
        }
        after = place === 'command' ? 'command' : 'argument';
        place = this.#redirection() ? 'mark' : 'target';
      } else {
        const word = this.#word();
        if (/^[<>]/.test(text.slice(this.#at, this.#at + 1)) && /^\d+$/.test(text.slice(word.start, word.end))) {
          this.#add(word.start, word.end, 'operator');
          continue;
        }
        const { value } = word;
        switch (place) {
          case 'command': {
            const raw = text.slice(word.start, word.end);
            if (raw === '[[') {
              this.#add(word.start, word.end, 'keyword');
              this.#test();
              place = 'argument';
            } else if (KEYWORDS.has(raw)) {
              this.#add(word.start, word.end, 'keyword');
              if (raw === 'for' || raw === 'select') place = 'for';
              else if (raw === 'case') place = 'case';
              else if (raw === 'function') place = 'function';
              else if (raw === 'esac') {
                cases.pop();
                place = 'argument';
              } else if (!BEFORE_COMMAND.has(raw) && raw !== 'coproc') place = 'argument';
            } else if (/^[A-Za-z_][A-Za-z0-9_]*(\[[^\]]*\])?\+?=/.test(raw)) {
              this.#paint({ ...word, end: word.start + raw.indexOf('=') + 1 }, 'variable');
              if (this.#sees('(') && raw.endsWith('=')) this.#list();
            } else if (raw.startsWith('-') && after === 'argument') this.#paint(word, 'option');
            else {
              this.#command(word);
              after = PREFIXES.has(value ?? '') ? 'argument' : 'command';
              if (after === 'command') place = 'argument';
            }
            break;
          }
          case 'argument':
            this.#argument(word, hasOptions);
            if (value === '--') hasOptions = false;
            break;
          case 'target':
            this.#argument(word, false);
            place = after;
            break;
          case 'mark':
            this.#paint(word, 'string');
            this.#hereDocuments.push({ mark: value ?? text.slice(word.start, word.end), isIndented: text[word.start - 1] === '-' });
            place = after;
            break;
          case 'for':
            this.#paint(word, value === 'in' || value === 'do' ? 'keyword' : 'variable');
            if (value === 'do') place = 'command';
            else if (value === 'in') place = 'argument';
            break;
          case 'case':
            if (text.slice(word.start, word.end) === 'in') {
              this.#add(word.start, word.end, 'keyword');
              cases.push(true);
              place = 'pattern';
            } else this.#argument(word, false);
            break;
          case 'pattern':
            if (text.slice(word.start, word.end) === 'esac') {
              this.#add(word.start, word.end, 'keyword');
              cases.pop();
              place = 'argument';
            }
            break;
          case 'function':
            this.#paint(word, 'command');
            place = 'command';
        }
      }
    }
  }

  #command(word: Word): void {
    const { value, start, end } = word;
    if (value === undefined || value === '') return;
    if (this.#sees('()')) {
      this.#paint(word, 'command');
      return;
    }
    const known = this.#known.command(value);
    if (known === 'known') this.#paint(word, 'command');
    else if (known === 'unknown' || this.#cursor !== end) {
      this.#spans.length = this.#firstSpanFrom(start);
      this.#add(start, end, 'unknown');
    }
  }

  #argument(word: Word, hasOptions: boolean): void {
    const { value, start, isQuoted } = word;
    if (hasOptions && !isQuoted && /^-.|^\+[a-zA-Z]$/.test(this.#text.slice(start, start + 2))) {
      const equals = this.#text.slice(start, word.end).indexOf('=');
      this.#paint(equals === -1 ? word : { ...word, end: start + equals + 1 }, 'option');
      return;
    }
    if (value === undefined || value === '' || this.#paths >= PATHS_MAX) return;
    this.#paths += 1;
    if (this.#known.isPath(value)) this.#paint(word, 'plain', true);
  }

  /** Colours what of the word has no colour of its own; `isPath` underlines all of it. */
  #paint({ start, end }: Pick<Word, 'start' | 'end'>, colour: LineColour, isPath = false): void {
    let from = start;
    // What was painted inside of it lies behind what it was painted around.
    for (const span of this.#spans.slice(this.#firstSpanFrom(start)).sort((left, right) => left.start - right.start)) {
      if (span.start >= end) break;
      if (isPath) span.isPath = true;
      this.#add(from, span.start, colour, isPath);
      from = span.end;
    }
    this.#add(from, end, colour, isPath);
  }

  /** Spans of a word are the last ones added. */
  #firstSpanFrom(start: number): number {
    let index = this.#spans.length;
    while (index > 0 && (this.#spans[index - 1] as ColourSpan).start >= start) index -= 1;
    return index;
  }

  /** Answers whether what follows is the mark of a here-document. */
  #redirection(): boolean {
    const mark = /^(&>>|&>|<<<|<<-|<<|>>|>&|<&|<>|>\||[<>])/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0] ?? '&';
    this.#take(mark.length, 'operator');
    return mark === '<<' || mark === '<<-';
  }

  #word(): Word {
    const text = this.#text;
    const start = this.#at;
    let value: string | undefined = '';
    let isQuoted = false;
    while (this.#at < text.length) {
      const character = text[this.#at] as string;
      if (character === '`' && this.#isInBackticks) break;
      if (character === "'" || this.#sees("$'")) {
        isQuoted = true;
        const from = this.#at;
        const isAnsi = character === '$';
        this.#at += isAnsi ? 2 : 1;
        while (this.#at < text.length && text[this.#at] !== "'") this.#at += isAnsi && text[this.#at] === '\\' ? 2 : 1;
        if (value !== undefined) value = isAnsi ? undefined : value + text.slice(from + 1, this.#at);
        this.#at = Math.min(text.length, this.#at + 1);
        this.#add(from, this.#at, 'string');
      } else if (character === '"' || this.#sees('$"')) {
        isQuoted = true;
        const inside = this.#quoted(character === '$' ? 2 : 1);
        value = value === undefined || inside === undefined ? undefined : value + inside;
      } else if (character === '$' || character === '`' || this.#sees('<(') || this.#sees('>(')) {
        const isLetter = character === '$' && !/[A-Za-z0-9_{(?$!#@*-]/.test(text[this.#at + 1] ?? '');
        if (isLetter) {
          value = value === undefined ? undefined : `${value}$`;
          this.#at += 1;
        } else {
          value = undefined;
          this.#expansion();
        }
      } else if (character === '\\') {
        if (value !== undefined) value += text[this.#at + 1] ?? '';
        this.#at = Math.min(text.length, this.#at + 2);
      } else if (/[ \t\n|&;()<>]/.test(character)) {
        break;
      } else {
        if (value !== undefined) value += character;
        this.#at += 1;
      }
    }
    return { start, end: this.#at, value, isQuoted };
  }

  /** From the opening quote on; answers the text when nothing in it is expanded. */
  #quoted(opening: number): string | undefined {
    const text = this.#text;
    let from = this.#at;
    let value: string | undefined = '';
    this.#at += opening;
    while (this.#at < text.length && text[this.#at] !== '"') {
      const character = text[this.#at] as string;
      if (character === '\\') {
        if (value !== undefined) value += text[this.#at + 1] ?? '';
        this.#at = Math.min(text.length, this.#at + 2);
      } else if (character === '`' || (character === '$' && /[A-Za-z0-9_{(?$!#@*-]/.test(text[this.#at + 1] ?? ''))) {
        this.#add(from, this.#at, 'string');
        value = undefined;
        this.#expansion();
        from = this.#at;
      } else {
        if (value !== undefined) value += character;
        this.#at += 1;
      }
    }
    this.#at = Math.min(text.length, this.#at + 1);
    this.#add(from, this.#at, 'string');
    return value;
  }

  /** `$name`, `${…}`, `$(…)`, `$((…))`, `` `…` ``, `<(…)`. */
  #expansion(): void {
    const text = this.#text;
    if (this.#depth >= DEPTH_MAX) {
      this.#at = text.length;
      return;
    }
    this.#depth += 1;
    if (this.#sees('$((')) this.#arithmetic(3, '))');
    else if (this.#sees('${')) this.#braces();
    else if (text[this.#at] === '`' || text[this.#at + 1] === '(') {
      const isBacktick = text[this.#at] === '`';
      this.#take(isBacktick ? 1 : 2, 'operator');
      const wasIn = this.#isInBackticks;
      this.#isInBackticks = isBacktick;
      this.#commands(isBacktick ? '`' : ')');
      this.#isInBackticks = wasIn;
      if (this.#at < text.length) this.#take(1, 'operator');
    } else {
      const name = /^\$([A-Za-z_][A-Za-z0-9_]*|.)/su.exec(text.slice(this.#at, this.#at + 256))?.[0] ?? '$';
      this.#take(name.length, 'variable');
    }
    this.#depth -= 1;
  }

  #braces(): void {
    const text = this.#text;
    let from = this.#at;
    this.#at += 2;
    while (this.#at < text.length && text[this.#at] !== '}') {
      const character = text[this.#at] as string;
      if (character === '\\') this.#at = Math.min(text.length, this.#at + 2);
      else if (character === '`' || (character === '$' && /[A-Za-z0-9_{(]/.test(text[this.#at + 1] ?? ''))) {
        this.#add(from, this.#at, 'variable');
        this.#expansion();
        from = this.#at;
      } else this.#at += 1;
    }
    this.#at = Math.min(text.length, this.#at + 1);
    this.#add(from, this.#at, 'variable');
  }

  #arithmetic(opening: number, closing: string): void {
    const text = this.#text;
    this.#take(opening, 'operator');
    let open = 0;
    while (this.#at < text.length) {
      const character = text[this.#at] as string;
      if (open === 0 && this.#sees(closing)) {
        this.#take(closing.length, 'operator');
        return;
      }
      if (character === '$' && /[A-Za-z_{(]/.test(text[this.#at + 1] ?? '')) {
        this.#expansion();
        continue;
      }
      if (character === '(') open += 1;
      else if (character === ')') {
        if (open === 0) return;
        open -= 1;
      }
      const name = /^[A-Za-z_]\w*/.exec(text.slice(this.#at, this.#at + 256))?.[0];
      if (name !== undefined) this.#take(name.length, 'variable');
      else this.#at += 1;
    }
  }

  /** `name=( … )` */
  #list(): void {
    this.#take(1, 'operator');
    while (this.#at < this.#text.length && !this.#sees(')')) {
      if (/[ \t\n|&;(<>`]/.test(this.#text[this.#at] as string)) this.#at += 1;
      else this.#argument(this.#word(), false);
    }
    if (this.#at < this.#text.length) this.#take(1, 'operator');
  }

  /** Up to `]]`, which is a keyword. */
  #test(): void {
    const text = this.#text;
    while (this.#at < text.length) {
      if (/[ \t\n]/.test(text[this.#at] as string)) {
        this.#at += 1;
        continue;
      }
      if (this.#isInBackticks && text[this.#at] === '`') return;
      const mark = /^(&&|\|\||[<>()!|&;])/.exec(text.slice(this.#at, this.#at + 2))?.[0];
      if (mark !== undefined) {
        this.#take(mark.length, 'operator');
        continue;
      }
      const word = this.#word();
      if (text.slice(word.start, word.end) === ']]') {
        this.#add(word.start, word.end, 'keyword');
        return;
      }
      this.#argument(word, true);
    }
  }

  /** Of the here-documents whose marks stood in the line that ended. */
  #bodies(): void {
    for (const { mark, isIndented } of this.#hereDocuments.splice(0)) {
      const from = this.#at;
      for (;;) {
        const end = this.#text.indexOf('\n', this.#at);
        const line = this.#text.slice(this.#at, end === -1 ? this.#text.length : end);
        const isLast = (isIndented ? line.replace(/^\t+/, '') : line) === mark;
        this.#at = end === -1 ? this.#text.length : end + 1;
        if (isLast || end === -1) break;
      }
      this.#add(from, this.#at, 'string');
    }
  }
}
