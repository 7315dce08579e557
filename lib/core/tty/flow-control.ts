import * as limits from '../limits.ts';

/** `done` is called when the terminal has parsed the data. `isOutput`: of a command, and not the tty's own drawing. */
export type TerminalWrite = (data: string | Uint8Array, done: () => void, isOutput?: boolean) => void;

type QueueWrite = (data: string | Uint8Array, done: () => void, isOutput: boolean) => void;

/**
 * Back-pressure for xterm.js: writes go through at once until `terminalHighWaterBytes` are in flight, then
 * wait until fewer than `terminalLowWaterBytes` are. Awaiting each write's callback would cost five to seven
 * times the throughput; never waiting would let `yes` fill the memory and keep Ctrl-C from showing.
 */
export class FlowControl {
  readonly #write: QueueWrite;
  #inFlight = 0;
  #lowWater: (() => void)[] = [];
  #empty: (() => void)[] = [];

  constructor(write: QueueWrite) {
    this.#write = write;
  }

  /** A promise only when the caller should wait. `isOutput`: of a command; see output-queue.ts. */
  write(data: string | Uint8Array, isOutput = false): Promise<void> | undefined {
    if (data.length === 0) return undefined;
    this.#inFlight += data.length;
    // xterm.js parses what it is given in one go, and looks at the clock only between two writes.
    for (let from = 0, to = 0; from < data.length; from = to) {
      to = endOfPiece(data, from);
      const piece = typeof data === 'string' ? data.slice(from, to) : data.subarray(from, to);
      this.#write(piece, () => this.#written(piece.length), isOutput);
    }
    if (this.#inFlight < limits.terminalHighWaterBytes) return undefined;
    return new Promise((resolve) => this.#lowWater.push(resolve));
  }

  /** Resolves when all that was written so far is on the screen's grid. */
  flushed(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#empty.push(resolve));
  }

  #written(length: number): void {
    this.#inFlight -= length;
    if (this.#inFlight < limits.terminalLowWaterBytes) for (const wake of this.#lowWater.splice(0)) wake();
    if (this.#inFlight === 0) for (const wake of this.#empty.splice(0)) wake();
  }
}

/** Behind a newline where there is one: most of what is unfinished at another place is finished there. */
function endOfPiece(data: string | Uint8Array, from: number): number {
  const most = from + limits.terminalPieceBytes;
  if (most >= data.length) return data.length;
  const newline = typeof data === 'string' ? data.lastIndexOf('\n', most - 1) : data.lastIndexOf(0x0a, most - 1);
  return newline < from ? most : newline + 1;
}
