import { headlessTerminal } from '../headless-terminal.ts';
import { lineLists } from '../line-lists.ts';
import type { LineReaderOptions } from '../line-reader-options.ts';
import { Tty } from '../tty.ts';
import type { ReadResult, TerminalPort } from '../tty.ts';

const PROMPT = '\x1b[1;32mme\x1b[0m$ ';

/** For tests: a tty on a headless terminal, and a person who types. */
export function setUpTty(columns = 20, rows = 6) {
  const head = headlessTerminal(columns, rows);
  const interrupts: string[] = [];
  let writes = 0;
  const port: TerminalPort = {
    ...head.port,
    write(data, done) {
      writes += 1;
      head.port.write(data, done);
    },
  };
  const tty = new Tty(port, () => interrupts.push('interrupt'));
  const prompt = (options: Partial<LineReaderOptions> = {}): Promise<ReadResult> =>
    tty.readLine('prompt', { prompt: PROMPT, history: [], lists: () => lineLists, isIncomplete: () => false, ...options });
  /** Lets every flush and repaint come to rest. */
  const rest = async () => {
    for (let seen = -1; seen !== writes; ) {
      seen = writes;
      await head.settled();
      await tty.flushed();
    }
  };
  const type = async (...keys: string[]) => {
    for (const key of keys) {
      tty.input(key);
      await rest();
    }
  };
  return { head, tty, interrupts, prompt, type, rest };
}
