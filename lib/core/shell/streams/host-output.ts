import * as limits from '../../limits.ts';
import type { ByteSink } from '../command.ts';
import { concatBytes } from '../text.ts';
import type { Output } from './output.ts';

/**
 * Standard output and standard error of the host behind one queue: what was put first is written first, also
 * across the two, because on a terminal they are the same screen. Puts of one turn go out as one write.
 */
export class HostOutputs {
  #queue: { sink: ByteSink; chunks: Uint8Array[] }[] = [];
  #size = 0;
  #pump: Promise<void> | undefined;
  #failures = new Map<ByteSink, unknown>();

  output(sink: ByteSink, isTerminal: boolean): Output {
    const put = (bytes: Uint8Array): void => {
      if (this.#failures.has(sink)) throw this.#failures.get(sink);
      if (bytes.length === 0) return;
      const last = this.#queue[this.#queue.length - 1];
      if (last?.sink === sink) last.chunks.push(bytes);
      else this.#queue.push({ sink, chunks: [bytes] });
      this.#size += bytes.length;
      this.#pump ??= this.#run();
    };
    const isFull = (): boolean => this.#size >= limits.pipeMaxBytes;
    return {
      put,
      get full() {
        return isFull();
      },
      drain: () => this.drain(),
      isTerminal,
      retain() {},
      release() {},
    };
  }

  /** Resolves when everything put so far has been taken by the host. */
  async drain(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump;
  }

  /** Forgets what the host has not taken yet: after Ctrl-C the person wants their prompt. */
  discard(): void {
    this.#queue = [];
    this.#size = 0;
  }

  async #run(): Promise<void> {
    await undefined;
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      const bytes = concatBytes(entry.chunks);
      try {
        await entry.sink.write(bytes);
      } catch (error) {
        this.#failures.set(entry.sink, error);
      }
      this.#size = Math.max(0, this.#size - bytes.length);
    }
    this.#size = 0;
    this.#pump = undefined;
  }
}
