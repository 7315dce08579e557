/**
 * Keeps xterm.js from drawing in each frame while it is given much output. It asks the window for a frame whenever it parses, and
 * draws all rows in it; that is more work than the parsing. While frames are held, what it asks is kept, and so is what it
 * asked for before and the window comes with now; all of it is asked of the window at `release()`.
 *
 * Only what xterm.js asks: the window's functions are others while it is called and in the timers that it sets then, which
 * is where it parses, and nobody else runs meanwhile. Rejected: DECSET 2026 (synchronised output), which would cut a sequence of the output
 * that is not finished, and which xterm.js 6.0 itself does not heed where rows scroll.
 */
export interface HeldFrames {
  /** Calls xterm.js. */
  run(work: () => void): void;
  hold(): void;
  release(): void;
}

export function heldFrames(view: Pick<Window, 'requestAnimationFrame' | 'setTimeout'>): HeldFrames {
  const { requestAnimationFrame: askFrame, setTimeout: askTimer } = view;
  const kept: FrameRequestCallback[] = [];
  let isHeld = false;
  const ask = (work: FrameRequestCallback) => askFrame.call(view, (time) => {
    if (isHeld) kept.push(work);
    else work(time);
  });
  const frame = (work: FrameRequestCallback) => {
    if (!isHeld) return ask(work);
    kept.push(work);
    // As good as any number that the window gives: it is only asked whether there is one.
    return -kept.length;
  };
  const timer = (work: () => void, ms?: number) => askTimer.call(view, () => run(work), ms);
  const run = (work: () => void) => {
    const { requestAnimationFrame, setTimeout } = view;
    view.requestAnimationFrame = frame;
    view.setTimeout = timer as Window['setTimeout'];
    try {
      work();
    } finally {
      view.requestAnimationFrame = requestAnimationFrame;
      view.setTimeout = setTimeout;
    }
  };
  return {
    run,
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
      for (const work of kept.splice(0)) ask(work);
    },
  };
}
