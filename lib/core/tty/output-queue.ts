import { begunCharacterLength } from '../begun-character.ts';
import * as limits from '../limits.ts';
import type { TerminalWrite } from './flow-control.ts';
import type { UnseenLines } from './unseen-lines.ts';

/**
 * Output on its way to xterm.js, in order, a little at a time, so that of what waits the lines that nobody can ever see can
 * be left out (unseen-lines.ts, whose code comes with the shell's).
 *
 * It also keeps characters whole: xterm.js loses some of those that two writes share (the 。 that comes as e3 80 and 82).
 */
export interface QueuedOutput {
  data: string | Uint8Array;
  done: () => void;
  isOutput: boolean;
  newlines: number;
}

const NOTHING = new Uint8Array(0);
/** As much as comes between two looks is on its way besides what can be seen. */
const LOOK_EVERY_BYTES = 256 * 1024;

export class OutputQueue {
  readonly #write: TerminalWrite;
  #unseen: UnseenLines | undefined;
  #scan: ReturnType<UnseenLines['scan']> | undefined;
  /** The beginning of a character whose end is still to come. */
  #begun = NOTHING;
  /** No output came since the terminal was set to rights. */
  #isFresh = true;
  #entries: QueuedOutput[] = [];
  /** How many of them, counted from the end, are output of which lines may be left out. */
  #run = 0;
  #runLines = 0;
  /** Bytes that came since it was last looked for lines to leave out: not at each of many small pieces, but before any is handed over. */
  #unlooked = 0;
  #handedOver = 0;

  constructor(write: TerminalWrite) {
    this.#write = write;
  }

  /** From now on, or where output is under way from the next `restored()` on. */
  leaveOut(unseen: UnseenLines): void {
    this.#unseen = unseen;
    if (this.#isFresh) this.#scan = unseen.scan();
  }

  /** `isOutput`: of a command, and not the tty's own drawing. `done` once it was parsed or left out. */
  write(data: string | Uint8Array, done: () => void, isOutput: boolean): void {
    const whole = isOutput && typeof data !== 'string' ? this.#whole(data) : data;
    if (isOutput) this.#isFresh = false;
    const lines = isOutput ? this.#scan?.read(whole) : undefined;
    this.#entries.push({ data: whole, done, isOutput, newlines: lines ?? 0 });
    if (lines === undefined || typeof whole === 'string') {
      this.#run = 0;
      this.#runLines = 0;
    } else {
      this.#run += 1;
      this.#runLines += lines;
      this.#unlooked += whole.length;
      if (this.#unlooked >= LOOK_EVERY_BYTES) this.#look();
    }
    this.#handOver();
  }

  /** Forgets output that the terminal does not have yet, as a tty does at Ctrl-C. */
  discard(): void {
    const dropped = this.#entries.filter(({ isOutput }) => isOutput);
    this.#entries = this.#entries.filter(({ isOutput }) => !isOutput);
    this.#run = 0;
    this.#runLines = 0;
    for (const { done } of dropped) done();
  }

  /** The terminal was set to rights: whatever it was told before has no effect on what comes. */
  restored(): void {
    this.#isFresh = true;
    this.#scan = this.#unseen?.scan();
    this.#begun = NOTHING;
  }

  #handOver(): void {
    while (this.#handedOver < limits.terminalHandedOverBytes) {
      if (this.#unlooked > 0) this.#look();
      const entry = this.#entries.shift();
      if (entry === undefined) return;
      if (this.#run > this.#entries.length) {
        this.#run -= 1;
        this.#runLines -= entry.newlines;
      }
      const { data: { length }, done, isOutput } = entry;
      this.#handedOver += length;
      this.#write(entry.data, () => {
        this.#handedOver -= length;
        done();
        this.#handOver();
      }, isOutput);
    }
  }

  #look(): void {
    this.#unlooked = 0;
    const kept = this.#unseen?.leaveOut(this.#entries.slice(this.#entries.length - this.#run), this.#runLines);
    if (kept === undefined) return;
    this.#entries.splice(this.#entries.length - this.#run, this.#run, ...kept.entries);
    this.#run = kept.entries.length;
    this.#runLines = kept.entries.reduce((sum, { newlines }) => sum + newlines, 0);
    for (const { done } of kept.leftOut) done();
  }

  /** Up to the end of the last character that is there whole, what was begun before it in front. */
  #whole(bytes: Uint8Array): Uint8Array {
    let all = bytes;
    if (this.#begun.length > 0) {
      all = new Uint8Array(this.#begun.length + bytes.length);
      all.set(this.#begun);
      all.set(bytes, this.#begun.length);
    }
    const end = all.length - begunCharacterLength(all);
    this.#begun = all.slice(end);
    return all.subarray(0, end);
  }
}
