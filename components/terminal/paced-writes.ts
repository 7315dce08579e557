import type { TerminalWrite } from '@/lib/core/tty/flow-control.ts';
import type { HeldFrames } from './held-frames.ts';

/**
 * Gives xterm.js much output in slices, between which the page hears keys. xterm.js has slices of its own, of 12 ms, and
 * waits for a timer after each: browsers hold a timer that follows another for 4 ms, and a frame is drawn between
 * any two, which takes longer than what is parsed meanwhile. Here:
 *
 *     slice │ turn │ slice │ turn │ … DRAWN_EVERY_MS … │ frame │ slice │ turn │ …
 *     held ─────────────────────────────────── release ┘       └ held ───
 *
 * A message ends a slice, and nothing holds that up; while more waits, a frame is drawn now and then. What comes while
 * nothing waits goes through at once: a key's echo is parsed before the key's event is over.
 *
 * Rejected: longer slices, which keep a key waiting and make the one frame in which they end too long.
 */
export interface PacedWritesOptions {
  write: TerminalWrite;
  frames: HeldFrames;
  now: () => number;
  /** See page-turns.ts. */
  nextTurn: () => Promise<void>;
  /** Once the next frame is drawn; never in a page that is not seen. */
  onFrame: (work: () => void) => void;
  after: (ms: number, work: () => void) => void;
}

const SLICE_MS = 6;
const DRAWN_EVERY_MS = 100;
/** Whoever has written as much at once usually goes on, and the frame that an Enter before it has asked for would show nothing of it. */
const MUCH_BYTES = 32 * 1024;
/** Who prints in bursts is not drawn after each. */
const REST_MS = 16;

export function pacedWrites({ write, frames, now, nextTurn, onFrame, after }: PacedWritesOptions): TerminalWrite {
  const waiting: { data: string | Uint8Array; done: () => void; isOutput: boolean }[] = [];
  let isBusy = false;
  /** When the first piece of this slice was parsed. */
  let startedMs: number | undefined;
  let heldMs: number | undefined;
  /** Since frames were last held. */
  let isDrawn = true;

  const hold = () => {
    heldMs = now();
    frames.hold();
  };
  const release = () => {
    heldMs = undefined;
    isDrawn = false;
    frames.release();
    onFrame(() => { isDrawn = true; });
  };
  const rest = () => {
    isBusy = false;
    if (heldMs === undefined) return;
    after(REST_MS, () => {
      if (!isBusy && heldMs !== undefined) release();
    });
  };
  const goOn = () => {
    const piece = waiting.shift();
    if (piece === undefined) return rest();
    isBusy = true;
    // The tty's own is a prompt or an answer to a key.
    if (heldMs !== undefined && !piece.isOutput) release();
    else if (heldMs === undefined && isDrawn && piece.isOutput && piece.data.length >= MUCH_BYTES) hold();
    frames.run(() => write(piece.data, () => {
      startedMs ??= now();
      piece.done();
      if (waiting.length === 0 || now() - startedMs < SLICE_MS) return goOn();
      if (heldMs !== undefined && now() - heldMs >= DRAWN_EVERY_MS) release();
      else if (heldMs === undefined && isDrawn) hold();
      void nextTurn().then(start);
    }));
  };
  const start = () => {
    startedMs = undefined;
    goOn();
  };
  return (data, done, isOutput = false) => {
    waiting.push({ data, done, isOutput });
    if (!isBusy) start();
  };
}
