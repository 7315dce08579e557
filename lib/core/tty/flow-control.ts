import { limits } from '../limits.ts';

/** `done` is called when the terminal has parsed the data. */
export type TerminalWrite = (data: string | Uint8Array, done: () => void) => void;

/**
 * Back-pressure for xterm.js: writes go through at once until `terminalHighWaterBytes` are in flight, then
 * wait until fewer than `terminalLowWaterBytes` are. Awaiting each write's callback would cost five to seven
 * times the throughput; never waiting would let `yes` fill the memory and keep Ctrl-C from showing.
 */
export class FlowControl {
  readonly #write: TerminalWrite;
  #inFlight = 0;
  #lowWater: (() => void)[] = [];
  #empty: (() => void)[] = [];

  constructor(write: TerminalWrite) {
    this.#write = write;
  }

  /** A promise only when the caller should wait. */
  write(data: string | Uint8Array): Promise<void> | undefined {
    if (data.length === 0) return undefined;
    this.#inFlight += data.length;
    // xterm.js parses what it is given in one go, and looks at the clock only between two writes.
    for (let from = 0; from < data.length; from += limits.terminalPieceBytes) {
      const piece = data.length <= limits.terminalPieceBytes ? data : typeof data === 'string'
        ? data.slice(from, from + limits.terminalPieceBytes) : data.subarray(from, from + limits.terminalPieceBytes);
      this.#write(piece, () => this.#written(piece.length));
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
