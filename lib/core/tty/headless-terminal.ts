import headless from '@xterm/headless';
import type { Terminal } from '@xterm/headless';
import { markRow } from './mark-row.ts';
import type { TerminalPort } from './tty.ts';
import { codePointWidth, joinState } from './width.ts';

// `lib/core` is typed without a platform; this is what every test runner has.
declare const setImmediate: (callback: () => void) => unknown;

/** For tests only: xterm.js without a page, with our width table, and its screen as text. */
export interface HeadlessTerminal {
  terminal: Terminal;
  port: TerminalPort;
  /** Always true: it has another size now. */
  resize(columns: number, rows: number): boolean;
  /** Resolves when everything written was parsed. */
  settled(): Promise<void>;
  /** The rows of the screen, trailing blanks and blank rows cut, and the cursor as `column,row`. */
  screen(): { rows: string[]; cursor: string };
  /** Scrollback and screen, wrapped rows joined, blanks at the right cut. */
  text(): string;
}

export function headlessTerminal(columns: number, rows: number): HeadlessTerminal {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true, scrollback: 1000, logLevel: 'off' });
  // As xterm.js's own `write`, which parses in a later turn, but that turn is the next one: its timer sleeps a millisecond for each key of a test.
  const core = (terminal as unknown as { _core: { writeSync(data: string | Uint8Array): void } })._core;
  const waiting: { data: string | Uint8Array; done: (() => void) | undefined }[] = [];
  const parse = () => {
    for (const { data, done } of waiting.splice(0)) {
      core.writeSync(data);
      done?.();
    }
  };
  terminal.write = (data, done) => {
    if (waiting.push({ data, done }) === 1) setImmediate(parse);
  };
  terminal.unicode.register({
    version: 'selkie',
    wcwidth: codePointWidth,
    charProperties: joinState,
  });
  terminal.unicode.activeVersion = 'selkie';
  const port: TerminalPort = {
    write: (data, done) => terminal.write(data, done),
    columns: () => terminal.cols,
    rows: () => terminal.rows,
    cursorColumn: () => Math.min(terminal.buffer.active.cursorX, terminal.cols - 1),
    isAlternateScreen: () => terminal.buffer.active.type === 'alternate',
    markRow: (rowsUp) => markRow(terminal, rowsUp),
    clear: () => terminal.clear(),
  };
  const lines = (from: number) => {
    const found: { text: string; isWrapped: boolean }[] = [];
    const buffer = terminal.buffer.active;
    for (let index = from; index < buffer.length; index += 1) {
      const line = buffer.getLine(index);
      found.push({ text: line?.translateToString(true) ?? '', isWrapped: line?.isWrapped ?? false });
    }
    while (found.length > 0 && found[found.length - 1]?.text.trim() === '') found.pop();
    return found;
  };
  return {
    terminal,
    port,
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      return true;
    },
    settled: () => new Promise((resolve) => terminal.write('', resolve)),
    screen: () => ({
      rows: lines(terminal.buffer.active.baseY).map((line) => line.text.trimEnd()),
      cursor: `${terminal.buffer.active.cursorX},${terminal.buffer.active.cursorY}`,
    }),
    text: () => lines(0).map((line, index) => (line.isWrapped || index === 0 ? '' : '\n') + line.text).join('')
      .split('\n').map((line) => line.trimEnd()).join('\n'),
  };
}
