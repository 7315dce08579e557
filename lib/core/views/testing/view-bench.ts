import { Interrupted } from '../../shell/command.ts';
import { headlessTerminal } from '../../tty/headless-terminal.ts';
import { runView } from '../../tty/screen/run-view.ts';
import type { ViewScreen } from '../../tty/screen/view-screen.ts';
import { Tty } from '../../tty/tty.ts';

declare const setImmediate: (callback: () => void) => unknown;

/** For tests: a view on a terminal without a page; keys go in as xterm.js gives them, the screen comes out as text. */
export function viewBench(columns = 40, rows = 8) {
  const head = headlessTerminal(columns, rows);
  let interrupts = 0;
  let writes = 0;
  const tty = new Tty({
    ...head.port,
    write(data, done) {
      writes += 1;
      head.port.write(data, done);
    },
  }, () => { interrupts += 1; });
  /** Until nothing more is drawn. */
  const rest = async (): Promise<void> => {
    for (let calm = 0, seen = writes; calm < 3; calm = seen === writes ? calm + 1 : 0) {
      seen = writes;
      await new Promise<void>((resolve) => setImmediate(resolve));
      await head.settled();
    }
  };
  return {
    head, tty, rest,
    interrupts: () => interrupts,
    /** Starts the view; the answer settles when it is over, `interrupted` after Ctrl-C. */
    async start<Result>(work: (screen: ViewScreen) => Promise<Result>): Promise<{ over: Promise<Result | 'interrupted'> }> {
      const over = runView(tty, work).catch((error: unknown) => {
        if (error instanceof Interrupted) return 'interrupted' as const;
        throw error;
      });
      // Whoever looks at `over` hears of it; nobody has to.
      over.catch(() => undefined);
      await rest();
      return { over };
    },
    async press(...keys: string[]): Promise<void> {
      for (const key of keys) {
        tty.input(key);
        await rest();
      }
    },
    async resize(newColumns: number, newRows: number): Promise<void> {
      tty.resize(() => head.resize(newColumns, newRows));
      await rest();
    },
    rows: (): string[] => head.screen().rows,
  };
}
