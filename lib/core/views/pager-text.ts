import { FsError } from '../fs/files.ts';
import type { ViewScreen } from '../tty/screen/view-screen.ts';
import { LineStore } from './line-store.ts';
import { PagerModel, type PagerLook } from './pager-model.ts';
import { type Breathe, inChunks, PagerReader } from './pager-reader.ts';
import type { PagerSource } from './pager-source.ts';

/** What waits for more input before it can be done. */
export type Goal =
  | { type: 'end' | 'follow' }
  | { type: 'line'; line: number }
  /** As `line`, which is known only when all is there. */
  | { type: 'whole'; line: () => number }
  | { type: 'search'; direction: 1 | -1; from: number };

/** A source while it is open: what was read of it, what is still wanted, and what waits for that. */
export class PagerText {
  readonly source: PagerSource;
  readonly #screen: ViewScreen;
  readonly #look: PagerLook;
  readonly #breathe: Breathe;
  #model: PagerModel;
  #reader: PagerReader;
  #goal: Goal | undefined;
  #unfollow: (() => void) | undefined;
  /** Why it cannot be read, or not to its end. */
  trouble = '';

  constructor(screen: ViewScreen, source: PagerSource, look: PagerLook, breathe: Breathe) {
    this.#screen = screen;
    this.source = source;
    this.#look = look;
    this.#breathe = breathe;
    const { model, reader } = this.#open();
    this.#model = model;
    this.#reader = reader;
  }

  get model(): PagerModel {
    return this.#model;
  }

  get goal(): Goal | undefined {
    return this.#goal;
  }

  dispose(): void {
    this.#reader.stop();
    this.#unfollow?.();
  }

  /** Reads ahead of the screen. */
  wantScreen(): void {
    if (this.source.isWhole !== true) this.#reader.want(this.#model.top.line + this.#model.bodyRows * 2 + 1);
  }

  waitFor(goal: Goal): void {
    this.waitForMore(goal);
    this.#screen.wake();
  }

  /** As `waitFor`, for what has looked already: only the reader wakes it, else it would turn in a circle until there is more. */
  waitForMore(goal: Goal): void {
    this.#goal = goal;
    this.#reader.want(Number.POSITIVE_INFINITY);
  }

  stopWaiting(): void {
    this.#goal = undefined;
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.wantScreen();
  }

  /** More has come, or nothing more will: does what waited for it. Answers a search, which the caller goes on with. */
  goOn(): (Goal & { type: 'search' }) | undefined {
    const goal = this.#goal;
    const { store } = this.#model;
    const { failure } = this.#reader;
    if (failure instanceof Error) this.trouble = `Reading ended early: ${failure.message}`;
    else if (store.isFull) this.trouble = 'There is more, which is not kept; search or cut it before the pager.';
    if (goal === undefined) return undefined;
    const isOver = store.isEnded || store.isFull;
    if (goal.type === 'search') {
      this.#goal = undefined;
      return goal;
    }
    if (goal.type === 'follow') this.#model.toEnd();
    else if (goal.type === 'line' ? store.count > goal.line || isOver : isOver) {
      this.#goal = undefined;
      if (goal.type === 'line') this.#model.toLine(goal.line);
      else if (goal.type === 'whole') this.#model.toLine(goal.line());
      else this.#model.toEnd();
    }
    return undefined;
  }

  follow(): void {
    const { file } = this.source;
    this.#unfollow?.();
    this.#unfollow = file?.follow(() => {
      if (this.#model.store.isEnded) this.#readGrowth(file);
      this.#screen.wake();
    });
    this.waitFor({ type: 'follow' });
  }

  /** Opens it again. @param line where to be afterwards, once all of it is there; else where one was. */
  reload(line?: () => number): void {
    const { top, found } = this.#model;
    this.#reader.stop();
    this.trouble = '';
    const { model, reader } = this.#open();
    this.#model = model;
    this.#reader = reader;
    model.found = found;
    this.waitFor(line === undefined ? { type: 'line', line: top.line } : { type: 'whole', line });
  }

  resize(): void {
    const { top, store } = this.#model;
    const share = store.count === 0 ? 0 : top.line / store.count;
    this.#model.resize(this.#screen.columns(), this.#screen.rows());
    if (this.source.followsWidth === true) this.reload(() => Math.round(share * this.#model.store.count));
  }

  #open(): { model: PagerModel; reader: PagerReader } {
    const store = new LineStore();
    const model = new PagerModel(store, this.#look);
    model.resize(this.#screen.columns(), this.#screen.rows());
    let chunks: AsyncIterable<Uint8Array>;
    try {
      chunks = this.source.open();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.trouble = `${this.source.title}: ${error.message}`;
      chunks = inChunks(new Uint8Array(0));
    }
    const reader = new PagerReader(store, chunks, this.#breathe, () => this.#screen.wake());
    reader.want(this.source.isWhole === true ? Number.POSITIVE_INFINITY : model.bodyRows + 1);
    return { model, reader };
  }

  /** What was appended; a file that became shorter is read from its beginning. */
  #readGrowth(file: NonNullable<PagerSource['file']>): void {
    let bytes: Uint8Array;
    try {
      bytes = file.read();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.trouble = `${this.source.title}: ${error.message}`;
      return;
    }
    const { store } = this.#model;
    if (bytes.length < store.bytes) {
      this.reload();
      this.waitFor({ type: 'follow' });
      return;
    }
    store.reopen();
    store.append(bytes.subarray(store.bytes));
    store.finish();
  }
}
