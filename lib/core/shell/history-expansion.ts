/**
 * History expansion at the prompt (bash manual 9.3): `!!`, `!$`, `!3`, `!-2`, `!grep`, `!?word?`, `^old^new`, word designators
 * and modifiers. It works on the text of a line before anything is parsed, as in bash; scripts never get here.
 */
export type HistoryExpansion =
  | { kind: 'same' }
  /** The line to show and run; with `:p` only to show and keep. */
  | { kind: 'changed'; line: string; printOnly: boolean }
  | { kind: 'error'; message: string };

class Missing extends Error {}

/** Expands `line` with the lines entered before, oldest first. */
export function expandHistory(line: string, entries: readonly string[]): HistoryExpansion {
  try {
    return new Expander(line, entries).run();
  } catch (error) {
    if (error instanceof Missing) return { kind: 'error', message: error.message };
    throw error;
  }
}

class Expander {
  readonly #line: string;
  readonly #entries: readonly string[];
  #at = 0;
  #printOnly = false;
  /** The word that `!?text?` found, which `%` stands for. */
  #matched = '';
  #substitution: { from: string; to: string } | undefined;

  constructor(line: string, entries: readonly string[]) {
    this.#line = line;
    this.#entries = entries;
  }

  run(): HistoryExpansion {
    const line = this.#line;
    if (line.startsWith('^')) return this.#quick();
    if (!line.includes('!')) return { kind: 'same' };
    let out = '';
    let isChanged = false;
    let quote = '';
    while (this.#at < line.length) {
      const character = line[this.#at] as string;
      if (quote !== "'" && character === '\\') {
        out += line.slice(this.#at, this.#at + 2);
        this.#at += 2;
        continue;
      }
      if (character === "'" && quote !== '"') quote = quote === "'" ? '' : "'";
      else if (character === '"' && quote !== "'") quote = quote === '"' ? '' : '"';
      if (character !== '!' || quote === "'" || !this.#isEvent(quote)) {
        out += character;
        this.#at += 1;
        continue;
      }
      isChanged = true;
      out += this.#expansion(out);
    }
    return isChanged ? { kind: 'changed', line: out, printOnly: this.#printOnly } : { kind: 'same' };
  }

  /** Whether the `!` here begins an expansion: not before a blank, `=`, `(`, nor in `$!`, `${!x}`, `[!a]`. */
  #isEvent(quote: string): boolean {
    const next = this.#line[this.#at + 1];
    if (next === undefined || ' \t\n=('.includes(next) || (next === '"' && quote === '"')) return false;
    const before = this.#line[this.#at - 1];
    return !(before === '$' || before === '[' || (before === '{' && this.#line[this.#at - 2] === '$'));
  }

  /** `^old^new^`: the last line with one thing changed. */
  #quick(): HistoryExpansion {
    const match = /^\^((?:\\.|[^^\\])*)\^((?:\\.|[^^\\])*)(?:\^([\s\S]*))?$/.exec(this.#line);
    if (match === null) return { kind: 'same' };
    const [, from, to, rest] = match as unknown as [string, string, string, string | undefined];
    const last = this.#entry(this.#entries.length, this.#line);
    const old = from.replaceAll('\\^', '^');
    if (old === '' || !last.includes(old)) throw new Missing(`${this.#line}: substitution failed`);
    return { kind: 'changed', line: last.replace(old, () => to.replaceAll('\\^', '^')) + (rest ?? ''), printOnly: false };
  }

  #entry(number: number, written: string): string {
    const entry = this.#entries[number - 1];
    if (entry === undefined) throw new Missing(`${written}: event not found`);
    return entry;
  }

  #expansion(before: string): string {
    const from = this.#at;
    this.#at += 1;
    const rest = this.#line.slice(this.#at);
    const count = this.#entries.length;
    const take = (pattern: RegExp): RegExpExecArray | undefined => {
      const match = pattern.exec(rest);
      if (match !== null) this.#at += match[0].length;
      return match ?? undefined;
    };
    const written = (): string => this.#line.slice(from, this.#at);
    let event: string;
    let found: RegExpExecArray | undefined;
    if (take(/^!/) !== undefined) event = this.#entry(count, '!!');
    else if (take(/^#/) !== undefined) event = before;
    else if ((found = take(/^-(\d+)/)) !== undefined) event = this.#entry(count + 1 - Number(found[1]), written());
    else if ((found = take(/^(\d+)/)) !== undefined) event = this.#entry(Number(found[1]), written());
    else if (/^[$^*%:]/.test(rest)) event = this.#entry(count, written());
    else if ((found = take(/^\?([^?\n]*)\??/)) !== undefined) {
      const text = found[1] as string;
      event = this.#entry(this.#entries.findLastIndex((entry) => entry.includes(text)) + 1, written());
      this.#matched = wordAt(event, event.lastIndexOf(text));
    } else {
      found = take(/^[^\s:;&()|<>"'`^$*%?]+/);
      const text = found?.[0] ?? '';
      if (text === '') throw new Missing(`${this.#line.slice(from, from + 2)}: event not found`);
      event = this.#entry(this.#entries.findLastIndex((entry) => entry.startsWith(text)) + 1, written());
    }
    return this.#modified(this.#words(event));
  }

  /** `:3`, `:2-4`, `:$`, `^`, `*`: some of the event's words. */
  #words(event: string): string {
    const match = /^(?::(?=[\d^$*%-])|(?=[$^*%]))(?:(%)|(\*)|([\d^$]+)?(?:(-)(\d+|\$)?|(\*))?)/.exec(this.#line.slice(this.#at));
    if (match === null || match[0] === '' || match[0] === ':') return event;
    const words = splitWords(event);
    const last = words.length - 1;
    const number = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : text === '^' ? 1 : text === '$' ? last : Number(text));
    this.#at += match[0].length;
    if (match[1] === '%') return this.#matched;
    if (match[2] === '*') return words.slice(1).join(' ');
    const first = number(match[3], 0);
    const end = match[6] === '*' ? last : match[4] === undefined ? first : match[5] === undefined ? last - 1 : number(match[5], last);
    if (first > last + (match[6] === '*' ? 1 : 0) || end > last || Number.isNaN(first)) throw new Missing(`${match[0]}: bad word specifier`);
    return words.slice(first, end + 1).join(' ');
  }

  #modified(text: string): string {
    let out = text;
    for (;;) {
      const match = /^:(?:([htrepqx])|(g?)s(.)|(g?)&)/.exec(this.#line.slice(this.#at));
      if (match === null) return out;
      this.#at += match[0].length;
      switch (match[1]) {
        case 'h': out = out.includes('/') ? out.slice(0, out.lastIndexOf('/')) : out; continue;
        case 't': out = out.slice(out.lastIndexOf('/') + 1); continue;
        case 'r': out = out.replace(/\.[^./]*$/, ''); continue;
        case 'e': out = /\.[^./]*$/.exec(out)?.[0] ?? out; continue;
        case 'p': this.#printOnly = true; continue;
        case 'q': out = `'${out.replaceAll("'", "'\\''")}'`; continue;
        case 'x': out = splitWords(out).map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '); continue;
      }
      if (match[3] !== undefined) this.#substitution = this.#readSubstitution(match[3]);
      const { from, to } = this.#substitution ?? { from: '', to: '' };
      if (from === '' || !out.includes(from)) throw new Missing(`${match[0]}: substitution failed`);
      const isAll = match[2] === 'g' || match[4] === 'g';
      out = isAll ? out.replaceAll(from, () => to) : out.replace(from, () => to);
    }
  }

  /** The two texts of `s/old/new/`; `&` in the second is the first. */
  #readSubstitution(delimiter: string): { from: string; to: string } {
    const parts: [string, string] = ['', ''];
    let part: 0 | 1 | 2 = 0;
    for (; this.#at < this.#line.length && part !== 2; this.#at += 1) {
      const character = this.#line[this.#at] as string;
      if (character === delimiter) part = part === 0 ? 1 : 2;
      else if (character === '\\' && (this.#line[this.#at + 1] === delimiter || this.#line[this.#at + 1] === '&')) {
        this.#at += 1;
        parts[part] += this.#line[this.#at] === '&' ? '\\&' : this.#line[this.#at];
      } else parts[part] += character;
    }
    const from = parts[0].replaceAll('\\&', '&');
    return { from, to: parts[1].replace(/\\&|&/g, (mark) => (mark === '&' ? from : '&')) };
  }
}

/** Quotes kept, operators words of their own. */
const WORD = /(?:[^\s'"`\\|&;()<>]|\\[\s\S]|'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?|`[^`]*`?)+|\|\||&&|;;|>>|<<<|<<|[|&;()<>]/g;

/** The words of a line as history counts them. */
export function splitWords(line: string): string[] {
  return line.match(WORD) ?? [];
}

/** The word that a place in the line is in. */
function wordAt(line: string, place: number): string {
  for (const { 0: word, index } of line.matchAll(WORD)) if (index <= place && place < index + word.length) return word;
  return '';
}
