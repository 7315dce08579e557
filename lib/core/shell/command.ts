import type { Files } from '../fs/files.ts';
import type { ViewScreen } from '../tty/screen/view-screen.ts';
import type { Input } from './streams/input.ts';
import type { Output } from './streams/output.ts';

/**
 * What a command gets and gives. Bytes flow through `ByteSource` (pulled, async iterable of chunks) and
 * `ByteSink` (a promise per write: awaiting it is the back-pressure). A sink whose reader has gone rejects
 * with `BrokenPipe`; commands let it fly, the interpreter turns it into the status of SIGPIPE (141).
 */
export type ByteSource = AsyncIterable<Uint8Array>;

export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
}

/** The reader of a pipe has gone. */
export class BrokenPipe extends Error {}

/** Thrown out of anything awaited after Ctrl-C; the interpreter turns it into status 130. */
export class Interrupted extends Error {}

/** A cancel signal; an `AbortSignal` is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A part of a piece of code, and its SGR parameters. */
export interface CodeSpan {
  text: string;
  style: string;
}

export interface AskOptions {
  secret?: boolean;
  initial?: string;
  /** Keys instead of a line: over after so many characters, or with that one. */
  keys?: { most: number; until: string | undefined };
  /** Nobody waits any more once it resolves; the answer is then empty. */
  late?: Promise<unknown>;
  /** Ctrl-D on a line of nothing; the answer is then empty. Without it that counts as Ctrl-C. */
  onEnd?: () => void;
}

/** The person's terminal, for commands that ask or take the screen; absent under `npm run shell` and in pipes. */
export interface TerminalIo {
  columns(): number;
  rows(): number;
  /** Asks for one line. `secret` is not echoed, nor kept anywhere. Rejects with `Interrupted` on Ctrl-C or Ctrl-D. */
  ask(question: string, options?: AskOptions): Promise<string>;
  /** Opens the editor over the terminal; resolves when the person leaves it. `keys`: vim's, whatever the setting. `line`: from 1. */
  edit(path: string, options?: { keys?: 'vim'; line?: number }): Promise<void>;
  /** Whether views are to be plain text, for a screen reader. */
  isPlain?(): boolean;
  /** Lends the whole screen and all keys; see `tty/screen/run-view.ts`. */
  view?<Result>(work: (screen: ViewScreen) => Promise<Result>): Promise<Result>;
  /** Shows a text, which may hold colours, in the pager, or prints it where views are plain. */
  page?(text: string, title: string): Promise<void>;
  /** Puts a text on the clipboard; answers why it could not. */
  copy?(text: string): Promise<string | undefined>;
  /** What is on the clipboard as text; `failure`: why it cannot be had. */
  paste?(): Promise<{ text: string } | { failure: string }>;
  /** Shows a picture or a PDF over the terminal; resolves when the person closes it. */
  show?(media: { name: string; type: string; bytes: Uint8Array }): Promise<void>;
  /** Opens an address of the web beside the page; answers why it could not. */
  visit?(address: string): string | undefined;
  /** Colours of a piece of code, where its language is known. */
  colourCode?(code: string, language: string): Promise<readonly CodeSpan[] | undefined>;
  /** Clears screen and scrollback. */
  clear(): void;
}

export interface CommandContext {
  /** Without the command's own name. */
  args: string[];
  name: string;
  stdin: ByteSource;
  stdout: ByteSink;
  stderr: ByteSink;
  files: Files;
  /** Absolute path of the working directory. */
  cwd: string;
  /** Exported variables; a copy. */
  env: Readonly<Record<string, string>>;
  signal: CancelSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Yields to the page when the deadline has passed; throws `Interrupted` after Ctrl-C. Call it in long loops. */
  breathe(): Promise<void> | undefined;
  /** Resolves after so many milliseconds, or earlier: whoever waits looks at the clock again. Rejects with `Interrupted` after Ctrl-C. */
  delay(milliseconds: number): Promise<void>;
  /** From 0 up to 1, as `Math.random`; in the page fit for secrets too. */
  random(): number;
  /** Whether standard output goes straight to the person's screen (colours, columns). */
  isTerminalOutput: boolean;
  terminal: TerminalIo | undefined;
  /** Lines the person entered, oldest first, with 1-based numbers; for `history`. */
  history: HistoryPort | undefined;
  /** Runs another command with these streams, for `xargs` and `find -exec`; absent outside the shell. */
  execute?(argv: readonly string[], overrides?: { stdin?: Input; stdout?: Output; env?: Readonly<Record<string, string>> }): Promise<number>;
}

/** A line that the person entered. */
export interface HistoryRecord {
  line: string;
  /** Milliseconds since the epoch; 0: not known. */
  at: number;
  /** Where it was entered; lines of an old format have none. */
  directory: string | undefined;
  /** Undefined while it runs, or where the tab ended before it did. */
  durationMs: number | undefined;
  status: number | undefined;
}

export interface HistoryPort {
  /** The lines of `records`. */
  entries(): readonly string[];
  /** Oldest first. */
  records(): readonly HistoryRecord[];
  /** Forgets these, here, in other tabs and on other devices. */
  remove(records: readonly HistoryRecord[]): void;
  clear(): void;
}

export interface Command {
  name: string;
  /** One line, for `help`. */
  summary: string;
  /** e.g. `ls [-la] [FILE]...` */
  usage: string;
  /** Shown by `help NAME`, after summary and usage: examples first. */
  help?: string;
  /** Its options with what each does, e.g. `['-n, --lines=N', 'the first N lines instead of 10']`; for `man`, `help` and Tab. */
  options?: readonly (readonly [flags: string, about: string])[];
  /** What its first argument may be, for completion; absent when it takes files. */
  verbs?: readonly (string | readonly [verb: string, about: string])[];
  /** Section in `help`. */
  section: 'files' | 'text' | 'shell' | 'account' | 'sync' | 'other';
  /** Exit status. Throwing `FsError` prints `name: path: words` and answers 1. */
  run(context: CommandContext): Promise<number>;
}
