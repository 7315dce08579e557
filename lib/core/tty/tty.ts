import * as limits from '../limits.ts';
import { Interrupted } from '../shell/command.ts';
import type { ByteSource } from '../shell/command.ts';
import { FlowControl } from './flow-control.ts';
import type { TerminalWrite } from './flow-control.ts';
import { KeyDecoder } from './keys.ts';
import type { Key } from './keys.ts';
import { LinePainter } from './line-painter.ts';
import { LineReader } from './line-reader.ts';
import type { LineReaderOptions, Reader, ReaderOutcome } from './line-reader-options.ts';
import type { RowMark } from './mark-row.ts';
import { OutputQueue } from './output-queue.ts';
import type { UnseenLines } from './unseen-lines.ts';
import { wrapWords } from './wrap-words.ts';

/**
 * What a kernel's tty does between a keyboard, a screen and the programs: one reader of lines at a time, keys
 * typed ahead kept for the next one, Ctrl-C to whoever runs, output that may come while somebody types. Keys
 * and output meet only here, so that every order of events can be replayed against @xterm/headless.
 *
 * Rejected: a raw tty with the line editor as a program on top of it. What needs raw keys says so (key-taker.ts, `screen/`), and a
 * round trip per key through streams would be felt.
 */
export interface TerminalPort {
  write: TerminalWrite;
  columns(): number;
  rows(): number;
  /** From 0; true once everything written was parsed. */
  cursorColumn(): number;
  isAlternateScreen(): boolean;
  /** See mark-row.ts. */
  markRow(rowsUp: number): RowMark;
  /** Removes screen and scrollback. */
  clear(): void;
}

/** `prompt`: the shell asks. `ask`: a command asks. `input`: a command reads its standard input. */
export type ReadKind = 'prompt' | 'ask' | 'input';

export type ReadResult =
  /** `following`: what the next prompt begins with. `isEnd`: nothing comes behind it, finished or not. */
  | { type: 'line'; line: string; following?: string; isEnd?: boolean }
  | { type: 'end' }
  | { type: 'interrupt' }
  /** Nobody waits for the line any more. */
  | { type: 'cancelled' };

/** Who has the keys and the whole screen; see `screen/run-view.ts`. */
export interface ScreenHolder {
  press(key: Key): void;
  resized(): void;
  /** The screen was taken back: Ctrl-C, or the command is over. Nothing that is written from now on is shown. */
  ended(): void;
}

export interface ScreenLease {
  columns(): number;
  rows(): number;
  write(sequence: string): Promise<void> | undefined;
  /** Gives the screen back, as it was before. */
  release(): void;
}

interface ActiveRead {
  kind: ReadKind;
  reader: Reader;
  painter: LinePainter;
  /** Output is on its way to the screen; keys wait until the line is drawn again. */
  isHidden: boolean;
  editLine: LineReaderOptions['editLine'];
  fetch: LineReaderOptions['fetch'];
  /** The first key that was typed ahead waits for what it needs. */
  isFetching: boolean;
  resolve: (result: ReadResult) => void;
}

/** DECSTR, and bracketed paste; undoes what the output of a command may have left switched on. */
const SANE = '\x1b[!p\x1b[0m\x1b[?25h\x1b[?2004h';
const LEAVE_ALTERNATE = '\x1b[?1049l';
const ENTER_ALTERNATE = '\x1b[?1049h';

export class Tty {
  readonly #port: TerminalPort;
  readonly #queue: OutputQueue;
  readonly #flow: FlowControl;
  readonly #decoder = new KeyDecoder();
  readonly #onInterrupt: () => void;
  readonly #onStop: (() => void) | undefined;
  #ahead: Key[] = [];
  #active: ActiveRead | undefined;
  /** Reads that wait for their turn, the first one possibly waiting for the screen. */
  #waiting: { kind: ReadKind; options: LineReaderOptions; resolve: (result: ReadResult) => void }[] = [];
  #isStarting = false;
  #holder: ScreenHolder | undefined;
  /** Output that came while somebody held the screen. */
  #held: { data: string | Uint8Array; shown: () => void }[] = [];
  #notices: string[] = [];
  #isDisposed = false;

  /** While no prompt of the shell is being typed at: `onInterrupt` at Ctrl-C, `onStop` at Ctrl-Z. */
  constructor(port: TerminalPort, onInterrupt: () => void, onStop?: () => void) {
    this.#port = port;
    this.#queue = new OutputQueue(port.write);
    this.#flow = new FlowControl((data, done, isOutput) => this.#queue.write(data, done, isOutput));
    this.#onInterrupt = onInterrupt;
    this.#onStop = onStop;
  }

  columns(): number {
    return this.#port.columns();
  }

  rows(): number {
    return this.#port.rows();
  }

  /** What xterm's `onData` gives. */
  input(data: string): void {
    for (const key of this.#decoder.decode(data)) {
      if (key.type === 'key' && key.name === 'ctrl-c' && this.#isForCommand()) this.#interrupt();
      else if (key.type === 'key' && key.name === 'ctrl-c' && this.#active?.isFetching === true) this.#stopFetching(this.#active, key);
      // As a terminal does: what was typed before it and waits still (the prompt is on its way, or hidden for a moment) goes.
      else if (key.type === 'key' && key.name === 'ctrl-c') this.#ahead = [key];
      else if (this.#onStop !== undefined && key.type === 'key' && key.name === 'ctrl-z' && this.#isForCommand() && this.#holder === undefined && this.#active?.kind !== 'ask') this.#stop();
      else if (this.#ahead.length < limits.terminalTypeAheadKeys) this.#ahead.push(key);
    }
    this.#drain();
  }

  /** Lends keys and screen (the alternate one); undefined while a line is being read or another view has them. */
  takeScreen(holder: ScreenHolder): ScreenLease | undefined {
    if (this.#isDisposed || this.#active !== undefined || this.#isStarting || this.#holder !== undefined) return undefined;
    this.#holder = holder;
    void this.#flow.write(ENTER_ALTERNATE);
    this.#drain();
    return {
      columns: () => this.#port.columns(),
      rows: () => this.#port.rows(),
      write: (sequence) => (this.#holder === holder ? this.#flow.write(sequence) : undefined),
      release: () => {
        if (this.#holder === holder) this.#releaseScreen();
      },
    };
  }

  /** Reads one line. Reads queue up; each is answered exactly once. */
  readLine(kind: ReadKind, options: LineReaderOptions): Promise<ReadResult> {
    if (this.#isDisposed) return Promise.resolve({ type: 'cancelled' });
    return new Promise((resolve) => {
      this.#waiting.push({ kind, options, resolve });
      void this.#startNext();
    });
  }

  /** Ends every read of a command; what was typed but not sent is kept for the next prompt. */
  cancelReads(): void {
    this.#endHolder();
    const active = this.#active;
    if (active !== undefined && active.kind !== 'prompt') {
      if (!active.isHidden) void this.#flow.write(active.painter.erase());
      if (active.kind === 'input' && active.reader.text !== '') {
        this.#ahead.unshift({ type: 'paste', text: active.reader.text });
      }
      this.#active = undefined;
      active.resolve({ type: 'cancelled' });
    }
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ type: 'cancelled' });
  }

  /** Drops the line being typed at the prompt and answers its read with `cancelled`. */
  restartPrompt(): void {
    const active = this.#active;
    if (active?.kind !== 'prompt') return;
    if (!active.isHidden) void this.#flow.write(active.painter.erase());
    this.#active = undefined;
    active.resolve({ type: 'cancelled' });
  }

  /** Output of a command. A promise when the caller should wait before writing more. */
  print(data: string | Uint8Array): Promise<void> | undefined {
    if (this.#holder !== undefined) return this.#hold(data);
    this.#hide();
    const wait = this.#flow.write(data, true);
    this.#showWhenFlushed();
    return wait;
  }

  /** A sentence above the prompt; the line being typed stays as it is. While a command runs it waits. */
  notice(sentence: string): void {
    if (this.#active?.kind === 'prompt') void this.print(noticeLine(sentence, this.#port.columns()));
    else this.#notices.push(sentence);
  }

  /** From the next prompt on at the latest, lines of output that nobody could see are not handed over. */
  leaveOut(unseen: UnseenLines): void {
    this.#queue.leaveOut(unseen);
  }

  flushed(): Promise<void> {
    return this.#flow.flushed();
  }

  /** `change` may give the terminal another size, and answers whether it did. */
  resize(change: () => boolean): void {
    const active = this.#active;
    const mark = active === undefined ? undefined : this.#port.markRow(active.painter.rowsUp);
    const isChanged = change();
    const rowsUp = mark?.take() ?? 0;
    if (!isChanged) return;
    this.#holder?.resized();
    if (active === undefined) return;
    const sequence = active.painter.resize(this.#port.columns(), this.#port.rows(), rowsUp);
    if (!active.isHidden) void this.#flow.write(sequence);
  }

  clear(): void {
    this.#endHolder();
    this.#hide();
    void this.#flow.write('\x1b[H\x1b[2J\x1b[3J');
    this.#port.clear();
    this.#showWhenFlushed();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#endHolder();
    this.#active?.resolve({ type: 'cancelled' });
    this.#active = undefined;
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ type: 'cancelled' });
  }

  #isForCommand(): boolean {
    if (this.#active !== undefined) return this.#active.kind !== 'prompt';
    return this.#waiting[0]?.kind !== 'prompt';
  }

  #interrupt(): void {
    this.#ahead = [];
    this.#queue.discard();
    const active = this.#active;
    if (this.#holder !== undefined) this.#endHolder();
    else if (active === undefined) void this.#flow.write('^C');
    else this.#finish(active, { type: 'interrupt' }, '^C');
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ type: 'interrupt' });
    this.#onInterrupt();
  }

  /** The line that a command was being typed keeps its place; what was typed of it is there at the prompt. */
  #stop(): void {
    if (this.#active === undefined) void this.#flow.write('^Z');
    this.#onStop?.();
  }

  /** Kept until the screen is given back; past `viewHeldOutputBytes` the writer waits for that. */
  #hold(data: string | Uint8Array): Promise<void> | undefined {
    const before = this.#held.reduce((sum, { data: { length } }) => sum + length, 0);
    if (before < limits.viewHeldOutputBytes) {
      this.#held.push({ data, shown: () => undefined });
      return undefined;
    }
    return new Promise((resolve) => this.#held.push({ data, shown: resolve }));
  }

  #releaseScreen(): void {
    this.#holder = undefined;
    void this.#flow.write(`\x1b[0m\x1b[?25h${LEAVE_ALTERNATE}`);
    for (const { data, shown } of this.#held.splice(0)) {
      const wait = this.print(data);
      if (wait === undefined) shown();
      else void wait.then(shown);
    }
    if (this.#waiting.length > 0) void this.#startNext();
  }

  #endHolder(): void {
    const holder = this.#holder;
    if (holder === undefined) return;
    this.#releaseScreen();
    holder.ended();
  }

  async #startNext(): Promise<void> {
    if (this.#isStarting || this.#active !== undefined || this.#holder !== undefined) return;
    this.#isStarting = true;
    await this.#flow.flushed();
    const next = this.#waiting[0];
    if (next?.kind === 'prompt') {
      const isAlternate = this.#port.isAlternateScreen();
      void this.#flow.write(`${isAlternate ? LEAVE_ALTERNATE : ''}${SANE}`);
      this.#queue.restored();
      await this.#flow.flushed();
      if (this.#port.cursorColumn() > 0) void this.#flow.write('\r\n');
      for (const sentence of this.#notices.splice(0)) void this.#flow.write(noticeLine(sentence, this.#port.columns()));
    }
    this.#isStarting = false;
    // The read may have been cancelled meanwhile, and another one come.
    if (this.#isDisposed || this.#waiting[0] !== next || next === undefined) {
      if (this.#waiting.length > 0) void this.#startNext();
      return;
    }
    this.#waiting.shift();
    const column = next.kind === 'prompt' ? 0 : this.#port.cursorColumn();
    const reader = next.options.reader ?? new LineReader(next.options);
    const painter = new LinePainter(this.#port.columns(), this.#port.rows(), column);
    this.#active = { kind: next.kind, reader, painter, isHidden: false, editLine: next.options.editLine, fetch: next.options.fetch, isFetching: false, resolve: next.resolve };
    void this.#flow.write(painter.paint(reader.view()));
    this.#drain();
  }

  #drain(): void {
    while (this.#holder !== undefined) {
      const key = this.#ahead.shift();
      if (key === undefined) return;
      this.#holder.press(key);
    }
    let isStale = false;
    while (this.#active !== undefined && !this.#active.isHidden && !this.#active.isFetching) {
      const active = this.#active;
      const key = this.#ahead.shift();
      // Drawn once for all keys that are there: typed ahead, or handed over in one piece.
      if (key === undefined) {
        if (isStale) void this.#flow.write(active.painter.paint(active.reader.view()));
        return;
      }
      const fetched = active.fetch?.(key);
      if (fetched !== undefined) {
        this.#ahead.unshift(key);
        if (isStale) void this.#flow.write(active.painter.paint(active.reader.view()));
        this.#fetch(active, fetched);
        return;
      }
      this.#press(active, key);
      isStale = true;
    }
  }

  /** Where it cannot be had, the key does what it does without it. */
  #fetch(active: ActiveRead, fetched: Promise<unknown>): void {
    active.isFetching = true;
    const goOn = () => {
      if (!active.isFetching) return;
      active.isFetching = false;
      active.fetch = undefined;
      this.#drain();
    };
    fetched.then(goOn, goOn);
  }

  /** Ctrl-C waits for nothing, and what waits before it goes. */
  #stopFetching(active: ActiveRead, key: Key): void {
    active.isFetching = false;
    this.#ahead = [key];
  }

  /** The line is drawn by whoever calls, when no key is left. */
  #press(active: ActiveRead, key: Key): void {
    const { reader, painter } = active;
    const outcome: ReaderOutcome | undefined = reader.press(key);
    switch (outcome?.type) {
      case 'line':
        if (outcome.rest !== undefined && outcome.rest !== '') this.#ahead.unshift({ type: 'text', text: outcome.rest });
        if (outcome.stays === true) this.#leave(active, outcome);
        else this.#finish(active, outcome);
        return;
      case 'end':
        this.#finish(active, outcome, active.kind === 'input' ? '' : undefined);
        return;
      case 'interrupt':
        this.#finish(active, outcome, '^C');
        return;
      case 'clear':
        void this.#flow.write('\x1b[H\x1b[2J');
        painter.startAt(0);
        return;
      case 'edit':
        this.#editLine(active);
        return;
      case 'bell':
      case undefined:
    }
  }

  /** The line is gone while it is in the editor; keys wait. */
  #editLine(active: ActiveRead): void {
    const { reader, editLine } = active;
    if (editLine === undefined) return;
    this.#hide();
    void editLine(reader.text).then((text) => reader.replace(text), () => undefined).then(() => {
      if (this.#active === active) this.#showWhenFlushed();
    });
  }

  #finish(active: ActiveRead, result: ReadResult, mark = ''): void {
    const { painter, reader } = active;
    void this.#flow.write(painter.paint(reader.view(true)) + (mark === '' ? painter.finish() : `${mark}\r\n`));
    this.#end(active, result);
  }

  /** The cursor stays behind what was typed. */
  #leave(active: ActiveRead, result: ReadResult): void {
    void this.#flow.write(active.painter.paint(active.reader.view(true)));
    this.#end(active, result);
  }

  #end(active: ActiveRead, result: ReadResult): void {
    this.#active = undefined;
    active.resolve(result);
    if (this.#waiting.length > 0) void this.#startNext();
  }

  #hide(): void {
    const active = this.#active;
    if (active === undefined || active.isHidden) return;
    void this.#flow.write(active.painter.erase());
    active.isHidden = true;
  }

  #showWhenFlushed(): void {
    const active = this.#active;
    if (active === undefined) return;
    void this.#flow.flushed().then(() => {
      if (this.#active !== active || !active.isHidden) return;
      active.isHidden = false;
      let column = this.#port.cursorColumn();
      if (active.kind === 'prompt' && column > 0) {
        void this.#flow.write('\r\n');
        column = 0;
      }
      active.painter.startAt(column);
      void this.#flow.write(active.painter.paint(active.reader.view()));
      this.#drain();
    });
  }
}

function noticeLine(sentence: string, columns: number): string {
  // A sentence may name a file, and a file's name may hold anything.
  // oxlint-disable-next-line no-control-regex
  const lines = wrapWords(`● ${sentence.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ')}`, columns);
  return `\x1b[36m${lines.join('\r\n')}\x1b[0m\r\n`;
}

/**
 * Standard input of a command in the foreground: a line for each pull. As at any tty, Ctrl-D ends what reads
 * now, and who reads after it (`cat; cat`) is asked again.
 */
export function terminalInput(tty: Tty): ByteSource {
  const encoder = new TextEncoder();
  return {
    [Symbol.asyncIterator]() {
      let isOver = false;
      return {
        async next(): Promise<IteratorResult<Uint8Array>> {
          if (isOver) return { done: true, value: undefined };
          const result = await tty.readLine('input', { prompt: '' });
          if (result.type === 'line') return { done: false, value: encoder.encode(`${result.line}\n`) };
          if (result.type === 'end') return { done: true, value: undefined };
          isOver = true;
          if (result.type === 'interrupt') throw new Interrupted();
          return { done: true, value: undefined };
        },
        async return(): Promise<IteratorResult<Uint8Array>> {
          isOver = true;
          return { done: true, value: undefined };
        },
      };
    },
  };
}
