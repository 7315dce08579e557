import type { Files } from '../fs/files.ts';
import type { Input } from './streams/input.ts';

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

/** The person's terminal, for commands that ask or take the screen; absent under `npm run shell` and in pipes. */
export interface TerminalIo {
  columns(): number;
  rows(): number;
  /** Asks for one line. `secret` is not echoed, nor kept anywhere. Rejects with `Interrupted` on Ctrl-C or Ctrl-D. */
  ask(question: string, options?: { secret?: boolean; initial?: string }): Promise<string>;
  /** Opens the editor over the terminal; resolves when the person leaves it. */
  edit(path: string): Promise<void>;
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
  /** Whether standard output goes straight to the person's screen (colours, columns). */
  isTerminalOutput: boolean;
  terminal: TerminalIo | undefined;
  /** Lines the person entered, oldest first, with 1-based numbers; for `history`. */
  history: HistoryPort | undefined;
  /** Runs another command with these streams, for `xargs` and `find -exec`; absent outside the shell. */
  execute?(argv: readonly string[], overrides?: { stdin?: Input; env?: Readonly<Record<string, string>> }): Promise<number>;
}

export interface HistoryPort {
  entries(): readonly string[];
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
  verbs?: readonly string[];
  /** Section in `help`. */
  section: 'files' | 'text' | 'shell' | 'account' | 'sync' | 'other';
  /** Exit status. Throwing `FsError` prints `name: path: words` and answers 1. */
  run(context: CommandContext): Promise<number>;
}
