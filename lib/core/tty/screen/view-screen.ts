import type { Key } from '../keys.ts';
import type { CellGrid } from './cell-grid.ts';
import type { CursorPlace } from './paint-frame.ts';

/** `resize`: draw anew. `wake`: somebody called `wake`, because there is something new to draw. */
export type ViewEvent = Key | { type: 'resize' } | { type: 'wake' };

/** The whole screen and all keys, for one view at a time. */
export interface ViewScreen {
  columns(): number;
  rows(): number;
  /** Draws a frame: only what differs from the one before is sent. Without `cursor` there is none. */
  show(frame: CellGrid, cursor?: CursorPlace): void;
  /** The next event; texts come as one character each. Rejects with `Interrupted` once Ctrl-C has ended the view. */
  next(): Promise<ViewEvent>;
  /** Whether a key waits: long work stops to look at it. */
  hasKey(): boolean;
  /** Lets `next` answer `wake`; several calls before that are one. */
  wake(): void;
  /** The next frame is sent as a whole: something else was on the screen meanwhile. */
  redraw(): void;
}
