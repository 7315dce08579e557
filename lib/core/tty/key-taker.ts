import { pastedText, type Key } from './keys.ts';
import type { LineView } from './line-view.ts';
import type { Reader, ReaderOutcome } from './line-reader-options.ts';

/**
 * Keys as they come, for `read -n`, `-N` and `-d`: what a terminal gives without its line discipline (termios(3), non-canonical
 * mode), so no history, no completion, and an arrow is the bytes of its sequence. It ends with so many characters or with one of
 * them; what a key has beyond that is for whoever reads next: `read -rsn1 k` gets the escape, `read -rsn2 rest` the `[A`.
 */
export interface KeyTakerOptions {
  prompt: string;
  /** Not shown. */
  secret: boolean;
  /** So many characters are enough. */
  most: number;
  /** The character that ends it; undefined: none does. */
  until: string | undefined;
}

export class KeyTaker implements Reader {
  readonly #options: KeyTakerOptions;
  #taken: string[] = [];

  constructor(options: KeyTakerOptions) {
    this.#options = options;
  }

  get text(): string {
    return this.#taken.join('');
  }

  replace(text: string): void {
    this.#taken = Array.from(text);
  }

  view(): LineView {
    const { prompt, secret } = this.#options;
    const text = secret ? '' : this.text;
    return { prompt, continuation: '', text, cursor: text.length };
  }

  press(key: Key): ReaderOutcome | undefined {
    const { most, until } = this.#options;
    if (key.type === 'key' && key.name === 'ctrl-d') return this.#taken.length === 0 ? { type: 'end' } : this.#over('');
    // Without it a slip of the finger in a code of six digits could not be mended; the first key is taken as it is.
    if (key.type === 'key' && key.name === 'backspace' && this.#taken.length > 0) {
      this.#taken.pop();
      return undefined;
    }
    const characters = Array.from(charactersOf(key));
    for (const [index, character] of characters.entries()) {
      const rest = characters.slice(index + 1).join('');
      if (character === until) return this.#over(rest, until === '\n');
      this.#taken.push(character);
      if (this.#taken.length >= most) return this.#over(rest);
    }
    return characters.length === 0 ? { type: 'bell' } : undefined;
  }

  #over(rest: string, isNewLine = false): ReaderOutcome {
    return { type: 'line', line: this.text, rest, stays: !isNewLine };
  }
}

const SEQUENCES: Readonly<Record<string, string>> = {
  enter: '\n', tab: '\t', escape: '\x1b', backspace: '\x7f', 'shift-tab': '\x1b[Z', 'ctrl-space': '\0', 'ctrl-\\': '\x1c', 'ctrl-]': '\x1d', 'ctrl-^': '\x1e', 'ctrl-_': '\x1f',
  up: '\x1b[A', down: '\x1b[B', right: '\x1b[C', left: '\x1b[D', home: '\x1b[H', end: '\x1b[F',
  insert: '\x1b[2~', delete: '\x1b[3~', 'page-up': '\x1b[5~', 'page-down': '\x1b[6~', f1: '\x1bOP', f2: '\x1bOQ', f3: '\x1bOR', f4: '\x1bOS',
};

function charactersOf(key: Key): string {
  if (key.type === 'text') return key.text;
  if (key.type === 'paste') return pastedText(key.text);
  const known = SEQUENCES[key.name];
  if (known !== undefined) return known;
  const control = /^ctrl-([a-z])$/.exec(key.name)?.[1];
  if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 0x60);
  const alt = /^alt-(.)$/u.exec(key.name)?.[1];
  return alt === undefined ? '' : `\x1b${alt}`;
}
