import { EditBuffer } from './edit-buffer.ts';
import type { Key } from './keys.ts';

/**
 * One line being read, as a state machine: keys in, outcomes out; it draws nothing (`line-painter.ts` does).
 * The keys are readline's emacs set, because that is what fingers know from every other shell. Two things are
 * better than bash's: a command that is not finished stays one text that can be edited as a whole (no line is
 * out of reach once Enter was pressed), and a paste is only ever shown, never run.
 */
export interface Candidate {
  text: string;
  display: string;
  kind: 'command' | 'file' | 'directory' | 'variable';
}

export interface Completion {
  /** The part [start, cursor) is replaced. */
  start: number;
  candidates: readonly Candidate[];
}

export interface LineReaderOptions {
  /** May hold SGR sequences. */
  prompt: string;
  /** Shown before each line after the first. */
  continuation?: string;
  initial?: string;
  /** Not shown, kept nowhere. */
  secret?: boolean;
  /** Oldest first. */
  history?: readonly string[];
  complete?: (text: string, cursor: number) => Completion;
  /** Whether Enter must ask for another line. */
  isIncomplete?: (text: string) => boolean;
  /** Killed text; share one array between lines. */
  kills?: string[];
}

export type ReaderOutcome =
  | { type: 'line'; line: string }
  /** Ctrl-D: with a line of nothing it means the end. */
  | { type: 'end' }
  | { type: 'interrupt' }
  | { type: 'clear' }
  | { type: 'list'; candidates: readonly Candidate[] }
  | { type: 'bell' };

/** What the painter shows. */
export interface LineView {
  prompt: string;
  continuation: string;
  text: string;
  cursor: number;
}

interface Search {
  query: string;
  /** Index in the history; history.length = nothing found yet. */
  index: number;
  failed: boolean;
  before: { text: string; cursor: number };
}

const BELL: ReaderOutcome = { type: 'bell' };

export class LineReader {
  readonly #options: LineReaderOptions;
  readonly #buffer: EditBuffer;
  readonly #history: readonly string[];
  /** history.length = the line not sent yet. */
  #index: number;
  /** What was typed or changed at each place of the history during this read. */
  #drafts = new Map<number, string>();
  #search: Search | undefined;
  #tabs = 0;

  constructor(options: LineReaderOptions) {
    this.#options = options;
    this.#buffer = new EditBuffer(options.initial ?? '', options.secret === true ? [] : options.kills);
    this.#history = options.history ?? [];
    this.#index = this.#history.length;
  }

  get text(): string {
    return this.#buffer.text;
  }

  view(): LineView {
    const continuation = this.#options.continuation ?? '';
    if (this.#options.secret === true) return { prompt: this.#options.prompt, continuation, text: '', cursor: 0 };
    const { text, cursor } = this.#buffer;
    if (this.#search === undefined) return { prompt: this.#options.prompt, continuation, text, cursor };
    const { query, failed } = this.#search;
    return { prompt: `(${failed ? 'failed ' : ''}reverse-i-search)\`${query}': `, continuation, text, cursor };
  }

  press(key: Key): ReaderOutcome | undefined {
    if (this.#search !== undefined && this.#searchKey(key, this.#search)) return undefined;
    this.#tabs = key.type === 'key' && key.name === 'tab' ? this.#tabs + 1 : 0;
    if (key.type === 'text') {
      this.#buffer.insert(key.text);
      return undefined;
    }
    if (key.type === 'paste') {
      // One trailing line end comes with nearly every copied command; dropping it lets Enter decide.
      const text = key.text.replace(/\n$/, '');
      this.#buffer.insert(this.#options.isIncomplete === undefined ? text.replaceAll('\n', ' ') : text);
      return undefined;
    }
    return this.#named(key.name);
  }

  #named(name: string): ReaderOutcome | undefined {
    const buffer = this.#buffer;
    switch (name) {
      case 'enter': case 'ctrl-j': return this.#enter();
      case 'alt-enter': return this.#options.isIncomplete === undefined ? this.#enter() : this.#insert('\n');
      case 'ctrl-c': return { type: 'interrupt' };
      case 'ctrl-d':
        if (buffer.text === '') return { type: 'end' };
        return this.#changed(buffer.cursor < buffer.text.length, () => buffer.remove(buffer.neighbour(1)));
      case 'ctrl-l': return { type: 'clear' };
      case 'tab': return this.#tab();
      case 'left': case 'ctrl-b': return this.#moved(buffer.neighbour(-1));
      case 'right': case 'ctrl-f': return this.#moved(buffer.neighbour(1));
      case 'ctrl-left': case 'alt-left': case 'alt-b': return this.#moved(buffer.wordEdge(-1));
      case 'ctrl-right': case 'alt-right': case 'alt-f': return this.#moved(buffer.wordEdge(1));
      case 'home': case 'ctrl-a': buffer.moveTo(buffer.lineStart()); return undefined;
      case 'end': case 'ctrl-e': buffer.moveTo(buffer.lineEnd()); return undefined;
      case 'up': return this.#vertical(-1);
      case 'down': return this.#vertical(1);
      case 'ctrl-p': return this.#recall(this.#index - 1);
      case 'ctrl-n': return this.#recall(this.#index + 1);
      case 'alt-<': return this.#recall(0);
      case 'alt->': return this.#recall(this.#history.length);
      case 'backspace': case 'ctrl-h': case 'shift-backspace':
        return this.#changed(buffer.cursor > 0, () => buffer.remove(buffer.neighbour(-1)));
      case 'delete':
        return this.#changed(buffer.cursor < buffer.text.length, () => buffer.remove(buffer.neighbour(1)));
      case 'ctrl-k': buffer.kill(buffer.cursor === buffer.lineEnd() ? buffer.cursor : buffer.lineEnd()); return undefined;
      case 'ctrl-u': buffer.kill(buffer.lineStart()); return undefined;
      case 'ctrl-w': return this.#changed(buffer.cursor > 0, () => buffer.kill(buffer.blankEdge()));
      case 'alt-backspace': case 'ctrl-backspace': case 'alt-ctrl-h':
        return this.#changed(buffer.cursor > 0, () => buffer.kill(buffer.wordEdge(-1)));
      case 'alt-d': case 'ctrl-delete': case 'alt-delete': buffer.kill(buffer.wordEdge(1)); return undefined;
      case 'ctrl-y': return buffer.yank() ? undefined : BELL;
      case 'alt-y': return buffer.yankPop() ? undefined : BELL;
      case 'ctrl-t': return buffer.transpose() ? undefined : BELL;
      case 'ctrl-_': return buffer.undo() ? undefined : BELL;
      case 'ctrl-r':
        if (this.#options.history === undefined) return BELL;
        this.#search = {
          query: '', index: this.#history.length, failed: false, before: { text: buffer.text, cursor: buffer.cursor },
        };
        return undefined;
      // Escape and keys without a meaning here do nothing: a beep for each would only punish.
      default: return undefined;
    }
  }

  #enter(): ReaderOutcome | undefined {
    const { text } = this.#buffer;
    if (this.#options.isIncomplete?.(text) === true) {
      this.#buffer.moveTo(text.length);
      return this.#insert('\n');
    }
    return { type: 'line', line: text };
  }

  #insert(text: string): undefined {
    this.#buffer.insert(text);
    return undefined;
  }

  #moved(index: number): ReaderOutcome | undefined {
    return this.#buffer.moveTo(index) ? undefined : BELL;
  }

  #changed(isPossible: boolean, change: () => void): ReaderOutcome | undefined {
    if (!isPossible) return BELL;
    change();
    return undefined;
  }

  /** Up and Down walk the lines of a text that has several, and the history from its first and last line. */
  #vertical(direction: -1 | 1): ReaderOutcome | undefined {
    const buffer = this.#buffer;
    const start = buffer.lineStart();
    const column = buffer.cursor - start;
    if (direction === -1) {
      if (start === 0) return this.#recall(this.#index - 1);
      const previous = buffer.text.lastIndexOf('\n', start - 2) + 1;
      buffer.moveTo(Math.min(previous + column, start - 1));
    } else {
      const end = buffer.lineEnd();
      if (end === buffer.text.length) return this.#recall(this.#index + 1);
      const next = buffer.text.indexOf('\n', end + 1);
      buffer.moveTo(Math.min(end + 1 + column, next === -1 ? buffer.text.length : next));
    }
    return undefined;
  }

  #recall(index: number): ReaderOutcome | undefined {
    if (index < 0 || index > this.#history.length || index === this.#index) return BELL;
    this.#drafts.set(this.#index, this.#buffer.text);
    this.#index = index;
    this.#buffer.set(this.#drafts.get(index) ?? this.#history[index] ?? '');
    return undefined;
  }

  #tab(): ReaderOutcome | undefined {
    const buffer = this.#buffer;
    if (this.#options.complete === undefined) return this.#insert('\t');
    const { start, candidates } = this.#options.complete(buffer.text, buffer.cursor);
    const first = candidates[0];
    if (first === undefined) return BELL;
    const typed = buffer.text.slice(start, buffer.cursor);
    if (candidates.length === 1) {
      const ends = first.kind === 'directory' || /[\s/]$/.test(first.text) || buffer.text[buffer.cursor] === ' ';
      buffer.replaceBefore(start, ends ? first.text : `${first.text} `);
      this.#tabs = 0;
      return undefined;
    }
    const shared = commonPrefix(candidates.map((candidate) => candidate.text));
    if (shared.length > typed.length) {
      buffer.replaceBefore(start, shared);
      this.#tabs = 0;
      return undefined;
    }
    return this.#tabs >= 2 ? { type: 'list', candidates } : BELL;
  }

  /** Answers whether the search used the key up. */
  #searchKey(key: Key, search: Search): boolean {
    const buffer = this.#buffer;
    if (key.type === 'text' || key.type === 'paste') {
      this.#find(search, search.query + key.text.replaceAll('\n', ' '), this.#history.length);
      return true;
    }
    switch (key.name) {
      case 'ctrl-r': this.#find(search, search.query, search.index); return true;
      case 'backspace': case 'ctrl-h':
        this.#find(search, search.query.slice(0, -1), this.#history.length);
        return true;
      case 'ctrl-c': case 'ctrl-g':
        buffer.set(search.before.text, search.before.cursor);
        this.#search = undefined;
        return true;
      default: {
        // Any other key takes what was found, and then does what it always does.
        this.#search = undefined;
        return key.name === 'escape';
      }
    }
  }

  /** The newest entry older than `before` that holds `query`. */
  #find(search: Search, query: string, before: number): void {
    search.query = query;
    search.failed = false;
    if (query === '') return;
    const from = before - 1;
    for (let index = from; index >= 0; index -= 1) {
      const entry = this.#history[index] as string;
      const at = entry.indexOf(query);
      if (at !== -1 && !(before !== this.#history.length && entry === this.#buffer.text)) {
        search.index = index;
        this.#buffer.set(entry, at);
        return;
      }
    }
    search.failed = true;
  }
}

function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) {
    let length = 0;
    while (length < prefix.length && prefix[length] === text[length]) length += 1;
    prefix = prefix.slice(0, length);
  }
  // Never half of a surrogate pair.
  return /[\ud800-\udbff]$/.test(prefix) ? prefix.slice(0, -1) : prefix;
}
