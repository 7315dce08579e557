import type { LineStore } from './line-store.ts';

/** Gives way to the page; see `CommandContext.breathe`. */
export type Breathe = () => Promise<void> | undefined;

/** Pieces in which a file that is whole in memory is handed over. */
const CHUNK_BYTES = 64 * 1024;

export async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) yield bytes.subarray(from, from + CHUNK_BYTES);
}

/**
 * Reads ahead of the pager, and no further: a pipe is asked only while fewer lines than wanted are there, so `yes | less` takes
 * the memory of a screen. Asking for the end reads all, up to what the store holds.
 */
export class PagerReader {
  readonly #store: LineStore;
  readonly #breathe: Breathe;
  readonly #onMore: () => void;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  #wanted = 0;
  #isReading = false;
  #isStopped = false;
  /** Why reading ended early. */
  failure: unknown;

  constructor(store: LineStore, chunks: AsyncIterable<Uint8Array>, breathe: Breathe, onMore: () => void) {
    this.#store = store;
    this.#breathe = breathe;
    this.#onMore = onMore;
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** At least so many lines; `onMore` is called for each piece that comes, and at the end. */
  want(lines: number): void {
    this.#wanted = lines;
    void this.#read();
  }

  stop(): void {
    this.#isStopped = true;
    // Not awaited: a pipe that is silent may never answer what was asked last.
    void this.#iterator?.return?.()?.catch(() => undefined);
    this.#iterator = undefined;
  }

  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (!this.#isStopped && this.#iterator !== undefined && this.#store.count < this.#wanted && !this.#store.isFull) {
        const { done, value } = await this.#iterator.next();
        if (this.#isStopped) return;
        if (done === true) {
          this.#iterator = undefined;
          this.#store.finish();
        } else {
          this.#store.append(value);
        }
        await this.#breathe();
        this.#onMore();
      }
    } catch (error) {
      this.failure = error;
      this.#iterator = undefined;
      this.#store.finish();
      this.#onMore();
    } finally {
      this.#isReading = false;
    }
  }
}
