import { BrokenPipe } from '../command.ts';
import * as limits from '../../limits.ts';
import { concatBytes } from '../text.ts';
import { SharedInput, type Input } from './input.ts';
import type { Output } from './output.ts';

/**
 * A pipe with a bounded buffer: `put` never waits, but a writer that finds it `full` awaits `drain()`, which
 * resolves when the reader has taken what was there. `isClosed`: no writer is left. Small puts are copied into one tail block, so that a loop
 * of `echo` costs the reader one chunk for each turn of the event loop and not one for each line.
 */
const TAIL_BYTES = 16 * 1024;

/** The most bytes that a pipe has held since it was set to 0: for tests and benchmarks. */
export const pipeFigures = { most: 0 };

export function createPipe(): { input: Input; output: Output; isClosed: () => boolean } {
  let chunks: Uint8Array[] = [];
  let tail: Uint8Array | undefined;
  let tailLength = 0;
  let size = 0;
  let writers = 0;
  let readers = 0;
  let ended = false;
  let readerGone = false;
  let wakeReader: (() => void) | undefined;
  let roomWaiters: (() => void)[] = [];

  const sealTail = (): void => {
    if (tail !== undefined && tailLength > 0) chunks.push(tail.subarray(0, tailLength));
    tail = undefined;
    tailLength = 0;
  };
  const wakeWriters = (): void => {
    const waiting = roomWaiters;
    roomWaiters = [];
    for (const wake of waiting) wake();
  };

  const output: Output = {
    isTerminal: false,
    put(bytes) {
      if (readerGone) throw new BrokenPipe();
      if (bytes.length === 0) return;
      if (bytes.length > TAIL_BYTES / 4) {
        sealTail();
        chunks.push(bytes);
      } else {
        if (tail !== undefined && tailLength + bytes.length > tail.length) sealTail();
        tail ??= new Uint8Array(TAIL_BYTES);
        tail.set(bytes, tailLength);
        tailLength += bytes.length;
      }
      size += bytes.length;
      if (size > pipeFigures.most) pipeFigures.most = size;
      wakeReader?.();
    },
    get full() {
      return size >= limits.pipeMaxBytes;
    },
    drain() {
      if (readerGone || size < limits.pipeMaxBytes) return Promise.resolve();
      return new Promise((resolve) => roomWaiters.push(resolve));
    },
    retain() {
      writers += 1;
    },
    release() {
      writers -= 1;
      if (writers === 0) {
        ended = true;
        wakeReader?.();
      }
    },
  };

  class PipeInput extends SharedInput {
    protected next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
      if (size > 0) return this.#take();
      if (ended) return undefined;
      return this.#wait();
    }

    #take(): Uint8Array {
      sealTail();
      const all = chunks.length > 8 ? concatBytes(chunks) : undefined;
      const chunk = all ?? (chunks.shift() as Uint8Array);
      if (all !== undefined) chunks = [];
      size -= chunk.length;
      if (size < limits.pipeMaxBytes) wakeWriters();
      return chunk;
    }

    async #wait(): Promise<Uint8Array | undefined> {
      while (size === 0 && !ended) {
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
        wakeReader = undefined;
      }
      return size > 0 ? this.#take() : undefined;
    }

    override retain(): void {
      readers += 1;
    }

    override release(): void {
      readers -= 1;
      if (readers > 0) return;
      readerGone = true;
      chunks = [];
      tail = undefined;
      tailLength = 0;
      size = 0;
      wakeWriters();
    }
  }

  return { input: new PipeInput(), output, isClosed: () => ended };
}
