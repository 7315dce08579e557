import headless from '@xterm/headless';
import type { Terminal } from '@xterm/xterm';
import { promptMarks } from '../prompt-marks.ts';

/** For tests: the marks of a terminal that parses at once. */
export function openMarks(scrollback: number) {
  const terminal = new headless.Terminal({ cols: 20, rows: 6, scrollback, allowProposedApi: true, logLevel: 'off' }) as unknown as Terminal;
  // Without the turns that `write` leaves to the page.
  const write = (text: string) => (terminal as unknown as { _core: { writeSync(data: string): void } })._core.writeSync(text);
  return { terminal, write, marks: promptMarks(terminal) };
}
