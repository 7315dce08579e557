import type { Candidate } from './candidate-menu.ts';
import type { HistoryMatches } from './history-search.ts';
import type { Key } from './keys.ts';
import type { LineLists } from './line-lists.ts';
import type { ColourSpan, LineView } from './line-view.ts';

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
  /** Oldest first; not changed while the line is read. */
  history?: readonly string[] | (() => readonly string[]);
  /** What is opened under the line; undefined until its code is here, and Tab and Ctrl-R then ring. */
  lists?: () => LineLists | undefined;
  /** What a key needs and has still to be fetched; it and the keys behind it wait, all but Ctrl-C. */
  fetch?: (key: Key) => Promise<unknown> | undefined;
  /** Ctrl-R; without it the lines of `history` are searched. */
  search?: (query: string) => HistoryMatches;
  /** How times and directories are shown beside lines that were found. */
  when?: (at: number) => string;
  where?: (directory: string) => string;
  complete?: (text: string, cursor: number) => Completion;
  /** Words for who does not see the screen: what a key chose or put in that was not typed. Each takes the place of one that was not said yet. */
  say?: (words: string) => void;
  /** A whole line that begins with the text. */
  suggest?: (text: string) => string | undefined;
  /** The colours of a text that is being typed at `cursor`. */
  colour?: (text: string, cursor: number) => readonly ColourSpan[];
  /** Whether Enter must ask for another line. */
  isIncomplete?: (text: string) => boolean;
  /** Killed text; share one array between lines. */
  kills?: string[];
  /** Ctrl-x Ctrl-e: shows the text in the editor; resolves with what it is then. */
  editLine?: (text: string) => Promise<string>;
  /** Reads in another way than line by line; see key-taker.ts. */
  reader?: Reader;
}

/** Keys in, outcomes out; it draws nothing. */
export interface Reader {
  readonly text: string;
  replace(text: string): void;
  /** `isOver`: as it stays on the screen. */
  view(isOver?: boolean): LineView;
  press(key: Key): ReaderOutcome | undefined;
}

export type ReaderOutcome =
  /** `following`: the line to offer next (Ctrl-o). `rest`: typed and not used. `stays`: without a new line. `isEnd`: nothing comes behind it, finished or not. */
  | { type: 'line'; line: string; following?: string; rest?: string; stays?: boolean; isEnd?: boolean }
  /** Ctrl-D: with a line of nothing it means the end. */
  | { type: 'end' }
  | { type: 'interrupt' }
  | { type: 'clear' }
  | { type: 'edit' }
  | { type: 'bell' };
