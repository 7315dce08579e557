/**
 * Turns what xterm.js hands over (`onData`: characters, control codes, escape sequences, bracketed pastes)
 * into keys. xterm gives one press as one string, so a lone ESC is the Escape key and no timer is needed.
 * Names follow readline's: `ctrl-a`, `alt-b`, `ctrl-left`, `home`, `enter`.
 */
export type Key =
  | { type: 'text'; text: string }
  /** Line ends are `\n`, and NUL is gone; other control characters are text and shown as such. */
  | { type: 'paste'; text: string }
  | { type: 'key'; name: string };

const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';

const CONTROL: Readonly<Record<number, string>> = {
  0x00: 'ctrl-space', 0x09: 'tab', 0x0d: 'enter', 0x1b: 'escape', 0x1c: 'ctrl-\\', 0x1d: 'ctrl-]',
  0x1e: 'ctrl-^', 0x1f: 'ctrl-_', 0x7f: 'backspace',
};

const FINALS: Readonly<Record<string, string>> = {
  A: 'up', B: 'down', C: 'right', D: 'left', H: 'home', F: 'end', Z: 'shift-tab', P: 'f1', Q: 'f2', R: 'f3', S: 'f4',
};

const TILDES: Readonly<Record<string, string>> = {
  1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'page-up', 6: 'page-down', 7: 'home', 8: 'end',
};

/** xterm's modifier parameter is 1 + (1 shift, 2 alt, 4 ctrl, 8 meta). */
function withModifiers(name: string, parameter: string | undefined): string {
  const bits = Number(parameter ?? '1') - 1;
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 2 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}${name}`;
}

function controlName(code: number): string {
  return CONTROL[code] ?? `ctrl-${String.fromCharCode(code + 0x60)}`;
}

/** A pasted text as text: no shell can hold a NUL, and everything else is only shown (line-layout.ts), whatever it would do to a terminal. */
export function pastedText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replaceAll('\0', '');
}

/** What a key stands for as a character, for Ctrl-v; undefined for one that stands for none. */
export function literalKey(name: string): string | undefined {
  switch (name) {
    case 'enter': return '\r';
    case 'tab': return '\t';
    case 'escape': return '\x1b';
    case 'backspace': return '\x7f';
    default: {
      const letter = /^ctrl-([a-z\\\]^_])$/.exec(name)?.[1];
      return letter === undefined ? undefined : String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
    }
  }
}

/** One string of `onData` in, its keys out. Keeps a paste that arrives in pieces. */
export class KeyDecoder {
  #paste: string | undefined;

  decode(data: string): Key[] {
    const keys: Key[] = [];
    let rest = data;
    while (rest !== '') {
      if (this.#paste !== undefined) {
        // The last end mark counts: a pasted text that contains one must not break out of the brackets.
        const end = rest.lastIndexOf(PASTE_END);
        this.#paste += end === -1 ? rest : rest.slice(0, end);
        if (end === -1) return keys;
        keys.push({ type: 'paste', text: pastedText(this.#paste) });
        this.#paste = undefined;
        rest = rest.slice(end + PASTE_END.length);
      } else if (rest.startsWith(PASTE_START)) {
        this.#paste = '';
        rest = rest.slice(PASTE_START.length);
      } else {
        rest = rest.slice(decodeOne(rest, keys));
      }
    }
    return keys;
  }
}

/** Appends the first key of `data`; answers how many UTF-16 units it took. */
function decodeOne(data: string, keys: Key[]): number {
  const code = data.charCodeAt(0);
  if (code >= 0x20 && code !== 0x7f) {
    // oxlint-disable-next-line no-control-regex
    const text = /^[^\x00-\x1f\x7f]+/.exec(data)?.[0] as string;
    keys.push({ type: 'text', text });
    return text.length;
  }
  if (code !== 0x1b || data.length === 1) {
    keys.push({ type: 'key', name: controlName(code) });
    return 1;
  }
  // oxlint-disable-next-line no-control-regex
  const sequence = /^\x1b(?:\[(\d*)(?:;(\d+))?([A-Za-z~])|O([A-Za-z]))/.exec(data);
  if (sequence !== null) {
    const [whole, first, modifier, final, ss3] = sequence;
    const name = ss3 !== undefined ? FINALS[ss3] : final === '~' ? TILDES[first as string] : FINALS[final as string];
    keys.push({ type: 'key', name: name === undefined ? 'unknown' : withModifiers(name, modifier) });
    return whole.length;
  }
  const next = String.fromCodePoint(data.codePointAt(1) as number);
  const nextCode = next.charCodeAt(0);
  const isControl = nextCode < 0x20 || nextCode === 0x7f;
  keys.push({ type: 'key', name: `alt-${isControl ? controlName(nextCode) : next}` });
  return 1 + next.length;
}
