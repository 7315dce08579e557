import type { ByteSink } from '../command.ts';

/**
 * Where a file descriptor writes. `put` is synchronous so that a loop of builtins needs no await for each
 * line; who has put enough asks `full` and awaits `drain()`: that is the back-pressure.
 * @throws BrokenPipe from `put` when the reader has gone, `FsError` when a file would grow past its limit.
 */
export interface Output {
  put(bytes: Uint8Array): void;
  readonly full: boolean;
  drain(): Promise<void>;
  /** Whether this is the person's screen (colours, columns). */
  readonly isTerminal: boolean;
  /** One more descriptor refers to it; `release` undoes that, and the last one closes it. */
  retain(): void;
  release(): void;
}

const DONE = Promise.resolve();

/** The face that commands see: a promise per write. */
export function sinkOf(output: Output): ByteSink {
  return {
    write(bytes) {
      try {
        output.put(bytes);
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
      return output.full ? output.drain() : DONE;
    },
  };
}

/** An output that takes everything at once: `/dev/null`, a capture, a closed descriptor. */
export function plainOutput(put: (bytes: Uint8Array) => void): Output {
  return { put, full: false, drain: () => DONE, isTerminal: false, retain() {}, release() {} };
}

/** `/dev/null` */
export const nullOutput: Output = plainOutput(() => {});
