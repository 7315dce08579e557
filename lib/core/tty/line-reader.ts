import * as limits from '../limits.ts';
import type { Candidate, CandidateMenu } from './candidate-menu.ts';
import { commonPrefix } from './common-prefix.ts';
import { EditBuffer } from './edit-buffer.ts';
import type { HistoryIndex } from './history-index.ts';
import { argumentCount, ONCE, OPPOSITE } from './key-argument.ts';
import { literalKey } from './keys.ts';
import type { Key } from './keys.ts';
import type { LineReaderOptions, Reader, ReaderOutcome } from './line-reader-options.ts';
import type { ColourSpan, LineView } from './line-view.ts';
import { nearCursor } from './near-cursor.ts';
import type { SearchList } from './search-list.ts';
import { changeWordCase, shellWords, transposeWords, withoutBlanks, wordEdge } from './word-edits.ts';

const BELL: ReaderOutcome = { type: 'bell' };

/** Half of a key of two: `ctrl-v` takes the next as it is, `ctrl-]` and `alt-ctrl-]` go to the next or last such letter. */
type FirstKey = 'ctrl-x' | 'ctrl-v' | 'ctrl-]' | 'alt-ctrl-]';

interface OpenMenu {
  list: CandidateMenu;
  start: number;
  /** The line without what is chosen. */
  before: { text: string; cursor: number };
}

/**
 * One line being read, as a state machine: keys in, outcomes out; it draws nothing (`line-painter.ts` does).
 * The keys are readline's emacs set, because that is what fingers know from every other shell. Better than bash's: a
 * command that is not finished stays one text that can be edited as a whole (no line is out of reach once Enter was
 * pressed), a paste is only ever shown, never run, and what could follow stands in grey behind the line.
 *
 * What is grey is not text: nothing but the keys that take it (`#takeSuggestion`) ever puts it into the line.
 */
export class LineReader implements Reader {
  readonly #options: LineReaderOptions;
  readonly #buffer: EditBuffer;
  #lines: readonly string[] | undefined;
  /** Where in the history; undefined, and as good as its length: the line not sent yet. */
  #place: number | undefined;
  /** What was typed or changed at each place of the history during this read. */
  #drafts = new Map<number, string>();
  #search: SearchList | undefined;
  #menu: OpenMenu | undefined;
  #tabs = 0;
  #pending: FirstKey | undefined;
  /** Digits typed with Alt. */
  #argument = '';
  /** Alt-. in a row: how far back, and what was put in. */
  #lastArgument: { back: number; start: number } | undefined;
  /** What the last key pasted, shown as such until the next. */
  #pasted: { start: number; end: number } | undefined;
  #memo: { text: string; cursor: number; spans: readonly ColourSpan[] | undefined } | undefined;
  #suggested: { text: string; line: string | undefined } | undefined;

  constructor(options: LineReaderOptions) {
    this.#options = options;
    this.#buffer = new EditBuffer(options.initial ?? '', options.secret === true ? [] : options.kills);
  }

  get text(): string {
    return this.#buffer.text;
  }

  /** Asked for when a key needs it: nobody waits for the history who only types. */
  get #history(): readonly string[] {
    const { history = [] } = this.#options;
    return (this.#lines ??= typeof history === 'function' ? history() : history);
  }

  get #index(): number {
    return this.#place ?? this.#history.length;
  }

  /** Puts another text in the place of this one, as one step that can be undone. */
  replace(text: string): void {
    this.#buffer.set(text);
  }

  /** `isOver`: as it stays on the screen, without what only helps while typing. */
  view(isOver = false): LineView {
    const { prompt, secret = false, continuation = '' } = this.#options;
    if (secret) return { prompt, continuation, text: '', cursor: 0 };
    const search = this.#search;
    const chosen = search?.chosen;
    const { text, cursor } = chosen === undefined ? this.#buffer : { text: chosen.record.line, cursor: chosen.positions[0] ?? 0 };
    const view: LineView = {
      prompt: search !== undefined ? `(${search.isFailed ? 'failed ' : ''}reverse-i-search)\`${search.shownQuery}': `
        : this.#argument !== '' ? `(arg: ${this.#argument}) ` : prompt,
      continuation, text, cursor: isOver ? text.length : cursor,
    };
    const spans = this.#spans(text, cursor, isOver);
    if (spans !== undefined && spans.length > 0) view.spans = spans;
    if (isOver) return nearCursor(view);
    const suggestion = this.#suggestion();
    if (suggestion !== undefined) view.suggestion = suggestion;
    if (search !== undefined) view.below = (columns, rows) => search.rows(columns, rows);
    else if (this.#menu !== undefined) view.below = this.#menu.list.rows.bind(this.#menu.list);
    return nearCursor(view);
  }

  press(key: Key): ReaderOutcome | undefined {
    if (this.#search !== undefined && this.#searchKey(key, this.#search)) return undefined;
    this.#pasted = undefined;
    const name = key.type === 'key' ? key.name : '';
    if (this.#menu !== undefined) {
      const used = this.#menuKey(name, this.#menu);
      if (used) return undefined;
    }
    if (this.#pending !== undefined) return this.#second(key, this.#pending);
    this.#tabs = name === 'tab' ? this.#tabs + 1 : 0;
    if (name !== 'alt-.' && name !== 'alt-_') this.#lastArgument = undefined;
    const digit = /^alt-([0-9]|-)$/.exec(name)?.[1] ?? (this.#argument !== '' && key.type === 'text' && /^[0-9]$/.test(key.text) ? key.text : undefined);
    if (digit !== undefined) {
      this.#argument = digit === '-' ? '-' : this.#argument + digit;
      return undefined;
    }
    const argument = this.#argument;
    this.#argument = '';
    if (key.type === 'text') return this.#insert(argument === '' ? key.text : key.text.repeat(Math.max(0, argumentCount(argument))));
    if (key.type === 'paste') return this.#paste(key.text);
    if (argument === '') return this.#named(name, undefined);
    return this.#repeated(name, argumentCount(argument));
  }

  #paste(pasted: string): ReaderOutcome | undefined {
    // One trailing line end comes with nearly every copied command; dropping it lets Enter decide.
    const text = pasted.replace(/\n$/, '');
    const start = this.#buffer.cursor;
    if (!this.#buffer.insert(this.#options.isIncomplete === undefined ? text.replaceAll('\n', ' ') : text)) return BELL;
    this.#pasted = { start, end: this.#buffer.cursor };
    return undefined;
  }

  #repeated(name: string, times: number): ReaderOutcome | undefined {
    if (ONCE.test(name)) return this.#named(name, times);
    const key = times < 0 ? OPPOSITE[name] : name;
    if (key === undefined) return BELL;
    let outcome: ReaderOutcome | undefined;
    for (let turn = 0; turn < Math.abs(times); turn += 1) {
      outcome = this.#named(key, undefined);
      if (outcome !== undefined) break;
    }
    return outcome;
  }

  #named(name: string, argument: number | undefined): ReaderOutcome | undefined {
    const buffer = this.#buffer;
    switch (name) {
      case 'enter': case 'ctrl-j': return this.#enter();
      case 'alt-enter': return this.#options.isIncomplete === undefined ? this.#enter() : this.#insert('\n');
      case 'ctrl-o': return this.#enter(this.#history[this.#index + 1]);
      case 'ctrl-c': return { type: 'interrupt' };
      case 'ctrl-d':
        if (buffer.text === '') return { type: 'end' };
        // On a line of nothing it ends what is not finished, as the end of its input does in any shell.
        if (buffer.text.endsWith('\n') && buffer.cursor === buffer.text.length) return { type: 'line', line: buffer.text.slice(0, -1), isEnd: true };
        return this.#changed(buffer.cursor < buffer.text.length, () => buffer.remove(buffer.neighbour(1)));
      case 'ctrl-l': return { type: 'clear' };
      case 'tab': return this.#tab();
      case 'alt-?': case 'alt-=': return this.#openMenu();
      case 'alt-*': return this.#insertAll();
      case 'left': case 'ctrl-b': return this.#moved(buffer.neighbour(-1));
      case 'right': case 'ctrl-f': return this.#takeSuggestion('all') ? undefined : this.#moved(buffer.neighbour(1));
      case 'ctrl-left': case 'alt-left': case 'alt-b': return this.#moved(buffer.wordEdge(-1));
      case 'ctrl-right': case 'alt-right': case 'alt-f': return this.#takeSuggestion('word') ? undefined : this.#moved(buffer.wordEdge(1));
      case 'home': case 'ctrl-a': buffer.moveTo(buffer.lineStart()); return undefined;
      case 'end': case 'ctrl-e':
        if (!this.#takeSuggestion('all')) buffer.moveTo(buffer.lineEnd());
        return undefined;
      case 'up': return this.#vertical(-1);
      case 'down': return this.#vertical(1);
      case 'ctrl-p': return this.#recall(this.#index - 1);
      case 'ctrl-n': return this.#recall(this.#index + 1);
      case 'page-up': return this.#recallBeginning(-1);
      case 'page-down': return this.#recallBeginning(1);
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
      case 'alt-t': return bellUnless(buffer.change(transposeWords(buffer.text, buffer.cursor)));
      case 'alt-u': return bellUnless(buffer.change(changeWordCase(buffer.text, buffer.cursor, 'upper')));
      case 'alt-l': return bellUnless(buffer.change(changeWordCase(buffer.text, buffer.cursor, 'lower')));
      case 'alt-c': return bellUnless(buffer.change(changeWordCase(buffer.text, buffer.cursor, 'capital')));
      case 'alt-\\': return bellUnless(buffer.change(withoutBlanks(buffer.text, buffer.cursor)));
      case 'alt-#': buffer.set(`#${buffer.text.replaceAll('\n', '\n#')}`); return { type: 'line', line: buffer.text };
      case 'alt-.': return this.#insertArgument(argument);
      case 'alt-ctrl-y': return this.#insertWord(argument ?? 1);
      case 'ctrl-_': return bellUnless(buffer.undo());
      case 'alt-_': return bellUnless(buffer.redo());
      case 'alt-r': return bellUnless(buffer.revert());
      case 'ctrl-space': case 'alt- ': buffer.setMark(); return undefined;
      case 'ctrl-v': case 'ctrl-q': this.#pending = 'ctrl-v'; return undefined;
      case 'ctrl-]': case 'alt-ctrl-]':
        this.#pending = (argument ?? 1) > 0 ? name : name === 'ctrl-]' ? 'alt-ctrl-]' : 'ctrl-]';
        return undefined;
      case 'ctrl-x': this.#pending = 'ctrl-x'; return undefined;
      case 'ctrl-r': case 'ctrl-s': return this.#openSearch();
      // Escape and keys without a meaning here do nothing: a beep for each would only punish.
      default: return undefined;
    }
  }

  /** The second key of two. */
  #second(key: Key, first: FirstKey): ReaderOutcome | undefined {
    this.#pending = undefined;
    const buffer = this.#buffer;
    if (first === 'ctrl-v') {
      const text = key.type === 'key' ? literalKey(key.name) : key.text;
      return text === undefined ? BELL : this.#insert(text);
    }
    if (first !== 'ctrl-x') {
      if (key.type !== 'text') return key.type === 'key' && key.name === 'ctrl-c' ? { type: 'interrupt' } : BELL;
      const letter = String.fromCodePoint(key.text.codePointAt(0) as number);
      const at = first === 'ctrl-]' ? buffer.text.indexOf(letter, buffer.cursor + 1) : buffer.cursor === 0 ? -1 : buffer.text.lastIndexOf(letter, buffer.cursor - 1);
      return at === -1 ? BELL : this.#moved(at);
    }
    switch (key.type === 'key' ? key.name : '') {
      case 'ctrl-u': return bellUnless(buffer.undo());
      case 'ctrl-r': return bellUnless(buffer.redo());
      case 'ctrl-x': buffer.swapMark(); return undefined;
      case 'ctrl-e': return this.#options.editLine === undefined ? BELL : { type: 'edit' };
      case 'ctrl-c': return { type: 'interrupt' };
      case 'backspace': buffer.kill(buffer.lineStart()); return undefined;
      default: return BELL;
    }
  }

  #enter(following?: string): ReaderOutcome | undefined {
    const { text } = this.#buffer;
    if (this.#options.isIncomplete?.(text) === true) {
      this.#buffer.moveTo(text.length);
      return this.#insert('\n');
    }
    return following === undefined ? { type: 'line', line: text } : { type: 'line', line: text, following };
  }

  #insert(text: string): ReaderOutcome | undefined {
    return text === '' || this.#buffer.insert(text) ? undefined : BELL;
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
    this.#place = index;
    this.#buffer.set(this.#drafts.get(index) ?? this.#history[index] ?? '');
    return undefined;
  }

  /** The next older or newer line that begins with what stands before the cursor. */
  #recallBeginning(direction: -1 | 1): ReaderOutcome | undefined {
    const { text, cursor } = this.#buffer;
    const beginning = text.slice(0, cursor);
    for (let index = this.#index + direction; index >= 0 && index < this.#history.length; index += direction) {
      const line = this.#history[index] as string;
      if (!line.startsWith(beginning) || line === text) continue;
      this.#recall(index);
      this.#buffer.moveTo(cursor);
      return undefined;
    }
    return BELL;
  }

  /** Alt-.: the last word of the line before; again: of the one before that. A number asks for another word, from 0. */
  #insertArgument(number: number | undefined): ReaderOutcome | undefined {
    const buffer = this.#buffer;
    let back = this.#lastArgument?.back ?? 0;
    const start = this.#lastArgument?.start ?? buffer.cursor;
    for (;;) {
      back += 1;
      const line = this.#history[this.#history.length - back];
      if (line === undefined) return BELL;
      const word = shellWords(line).at(number ?? -1);
      if (word === undefined) continue;
      buffer.replaceBefore(start, word);
      this.#lastArgument = { back, start };
      return undefined;
    }
  }

  #insertWord(number: number): ReaderOutcome | undefined {
    const word = shellWords(this.#history[this.#history.length - 1] ?? '').at(number);
    return word === undefined ? BELL : this.#insert(word);
  }

  #suggestion(): string | undefined {
    const { text, cursor } = this.#buffer;
    if (this.#options.suggest === undefined || cursor !== text.length || text.trim() === '' || text.length > limits.lineShownMaxUnits
      || this.#search !== undefined || this.#menu !== undefined || this.#argument !== '') return undefined;
    if (this.#suggested?.text !== text) this.#suggested = { text, line: this.#options.suggest(text) };
    const { line } = this.#suggested;
    return line !== undefined && line.length > text.length && line.startsWith(text) ? line.slice(text.length) : undefined;
  }

  /** Answers false where nothing is suggested: then the key does what it always does. */
  #takeSuggestion(much: 'all' | 'word'): boolean {
    const suggestion = this.#suggestion();
    if (suggestion === undefined) return false;
    const { text } = this.#buffer;
    this.#buffer.insert(much === 'all' ? suggestion : suggestion.slice(0, Math.max(1, wordEdge(text + suggestion, text.length, 1) - text.length)));
    return true;
  }

  #tab(): ReaderOutcome | undefined {
    const buffer = this.#buffer;
    if (this.#options.complete === undefined) return this.#insert('\t');
    const { start, candidates } = this.#options.complete(buffer.text, buffer.cursor);
    const first = candidates[0];
    if (first === undefined) return BELL;
    if (candidates.length === 1) {
      this.#put(start, first, true);
      this.#options.say?.(first.text);
      this.#tabs = 0;
      return undefined;
    }
    const typed = buffer.text.slice(start, buffer.cursor);
    const shared = commonPrefix(candidates.map((candidate) => candidate.text));
    if (shared.length > typed.length && shared.toLowerCase().startsWith(typed.toLowerCase())) {
      buffer.replaceBefore(start, shared);
      this.#options.say?.(shared);
      return undefined;
    }
    return this.#tabs >= 2 ? this.#openMenu() : BELL;
  }

  #put(start: number, candidate: Candidate, isWhole: boolean): void {
    const buffer = this.#buffer;
    const ends = !isWhole || candidate.kind === 'directory' || /[\s/=]$/.test(candidate.text) || buffer.text[buffer.cursor] === ' ';
    buffer.replaceBefore(start, ends ? candidate.text : `${candidate.text} `);
  }

  #insertAll(): ReaderOutcome | undefined {
    const { start, candidates } = this.#options.complete?.(this.#buffer.text, this.#buffer.cursor) ?? { start: 0, candidates: [] };
    if (candidates.length === 0) return BELL;
    this.#buffer.replaceBefore(start, `${candidates.map(({ text }) => text).join(' ')} `);
    return undefined;
  }

  #openMenu(): ReaderOutcome | undefined {
    const { text, cursor } = this.#buffer;
    const { start, candidates } = this.#options.complete?.(text, cursor) ?? { start: cursor, candidates: [] };
    const lists = this.#options.lists?.();
    if (candidates.length === 0 || lists === undefined) return BELL;
    this.#menu = { list: new lists.CandidateMenu(candidates), start, before: { text, cursor } };
    this.#options.say?.(`${candidates.length} candidates`);
    return undefined;
  }

  /** Answers whether the menu used the key up; any other key takes what is chosen, and then does what it always does. */
  #menuKey(name: string, { list, start, before }: OpenMenu): boolean {
    const to = ({
      'tab': 'next', 'down': 'next', 'ctrl-n': 'next', 'shift-tab': 'previous', 'up': 'previous', 'ctrl-p': 'previous', 'right': 'right', 'left': 'left',
      'page-down': 'page-down', 'page-up': 'page-up',
    } as const)[name];
    const { chosen } = list;
    if (to !== undefined) {
      list.move(to);
      const text = list.chosen?.text ?? '';
      this.#options.say?.(list.spoken);
      this.#buffer.show(before.text.slice(0, start) + text + before.text.slice(before.cursor), start + text.length);
      return true;
    }
    this.#menu = undefined;
    this.#tabs = 0;
    this.#buffer.show(before.text, before.cursor);
    if (name === 'escape' || name === 'ctrl-g') return true;
    if (chosen === undefined) return false;
    this.#put(start, chosen, name === 'enter');
    return name === 'enter';
  }

  #openSearch(): ReaderOutcome | undefined {
    const lists = this.#options.lists?.();
    if (this.#options.history === undefined || lists === undefined) return BELL;
    let index: HistoryIndex | undefined;
    const find = this.#options.search ?? ((query: string) => (index ??= lists.HistoryIndex.of(this.#history)).find(query));
    this.#search = new lists.SearchList({ find, when: this.#options.when ?? (() => ''), where: this.#options.where ?? ((directory) => directory) });
    return undefined;
  }

  /** Answers whether the search used the key up. */
  #searchKey(key: Key, search: SearchList): boolean {
    if (key.type === 'text' || key.type === 'paste') {
      search.ask(search.query + key.text.replaceAll('\n', ' '));
      this.#options.say?.(search.spoken);
      return true;
    }
    switch (key.name) {
      case 'ctrl-r': case 'down': case 'ctrl-n': search.move(1); break;
      case 'ctrl-s': case 'up': case 'ctrl-p': search.move(-1); break;
      case 'backspace': case 'ctrl-h': search.ask(search.query.replace(/.$/su, '')); break;
      case 'ctrl-u': search.ask(''); return true;
      case 'escape': case 'ctrl-c': case 'ctrl-g': this.#search = undefined; return true;
      default: {
        // Any other key takes what was found, and then does what it always does.
        const { chosen } = search;
        this.#search = undefined;
        if (chosen !== undefined) this.#buffer.set(chosen.record.line, key.name === 'tab' || key.name === 'right' ? chosen.record.line.length : chosen.positions[0] ?? 0);
        return key.name === 'tab' || key.name === 'right';
      }
    }
    this.#options.say?.(search.spoken);
    return true;
  }

  #spans(text: string, cursor: number, isOver: boolean): readonly ColourSpan[] | undefined {
    const { colour } = this.#options;
    // Enter was pressed: nothing is being typed any more.
    const at = isOver ? -1 : cursor;
    let spans: readonly ColourSpan[] | undefined;
    if (colour !== undefined && text.length <= limits.lineShownMaxUnits) {
      if (this.#memo?.text !== text || this.#memo.cursor !== at) this.#memo = { text, cursor: at, spans: colour(text, at) };
      ({ spans } = this.#memo);
    }
    const pasted = this.#pasted;
    if (pasted === undefined || isOver || this.#search !== undefined) return spans;
    return [...(spans ?? []).filter(({ end }) => end <= pasted.start), { ...pasted, colour: 'pasted' as const }, ...(spans ?? []).filter(({ start }) => start >= pasted.end)];
  }
}

function bellUnless(isDone: boolean): ReaderOutcome | undefined {
  return isDone ? undefined : BELL;
}
