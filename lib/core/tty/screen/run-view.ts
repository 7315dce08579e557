import { FsError } from '../../fs/files.ts';
import { Interrupted } from '../../shell/command.ts';
import type { Key } from '../keys.ts';
import type { Tty } from '../tty.ts';
import { clusters } from '../width.ts';
import type { CellGrid } from './cell-grid.ts';
import { paintFrame } from './paint-frame.ts';
import type { ViewEvent, ViewScreen } from './view-screen.ts';

/**
 * Full-screen views. The tty lends keys and the alternate screen to one holder at a time and takes them back by itself at
 * Ctrl-C, when the command is over, and when its files make way for another person's: so no view, whatever it does or throws,
 * can keep the screen. A view is an async function that draws a grid and asks for the next event; what it shows is worked out
 * by pure models in `lib/core/views`.
 *
 * Rejected: widgets with callbacks. A view is a program with a loop, as it would be on any terminal, and its state is the
 * state of its local variables. Rejected too: the DOM. Then copying, colours, widths and screen readers would come twice.
 *
 * @throws Interrupted after Ctrl-C; FsError EBUSY when the screen is not to be had: a command in the background has none.
 */
export async function runView<Result>(tty: Pick<Tty, 'takeScreen'>, work: (screen: ViewScreen) => Promise<Result>): Promise<Result> {
  const events: ViewEvent[] = [];
  let waiting: { resolve: (event: ViewEvent) => void; reject: (error: Interrupted) => void } | undefined;
  let isOver = false;
  let shown: CellGrid | undefined;
  /** Frames are on their way to the screen, more than it takes at once. */
  let behind: Promise<void> | undefined;

  const tell = (event: ViewEvent): void => {
    const waiter = waiting;
    waiting = undefined;
    if (waiter === undefined) events.push(event);
    else waiter.resolve(event);
  };
  const tellOnce = (type: 'resize' | 'wake'): void => {
    if (!events.some((event) => event.type === type)) tell({ type });
  };
  const lease = tty.takeScreen({
    press(key: Key) {
      if (key.type !== 'text') tell(key);
      else for (const { text } of clusters(key.text)) tell({ type: 'text', text });
    },
    resized() {
      shown = undefined;
      tellOnce('resize');
    },
    ended() {
      isOver = true;
      waiting?.reject(new Interrupted());
      waiting = undefined;
    },
  });
  if (lease === undefined) throw new FsError('EBUSY', 'screen', 'the prompt or another view has it; bring the command to the front with fg');

  const screen: ViewScreen = {
    columns: lease.columns,
    rows: lease.rows,
    show(frame, cursor) {
      if (isOver) return;
      behind = lease.write(paintFrame(shown, frame, cursor));
      shown = frame;
    },
    async next() {
      await behind;
      if (isOver) throw new Interrupted();
      const event = events.shift();
      if (event !== undefined) return event;
      return new Promise<ViewEvent>((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    hasKey: () => isOver || events.some(({ type }) => type !== 'wake' && type !== 'resize'),
    wake: () => tellOnce('wake'),
    redraw() {
      shown = undefined;
    },
  };
  try {
    return await work(screen);
  } finally {
    lease.release();
  }
}
