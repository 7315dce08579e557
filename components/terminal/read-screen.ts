import type { Terminal } from '@xterm/xterm';

/**
 * Scrollback and screen as text: rows that only wrapped are joined, blanks at the right are cut, and so are
 * blank rows at the end. Tests read the terminal through it (`window.selkieScreen()`), because what lies in
 * the DOM depends on the renderer. `rows`: only those from `from` to before `to`, counted from the oldest.
 */
export function readScreen(terminal: Pick<Terminal, 'buffer'>, rows?: { from: number; to: number }): string {
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  const end = Math.min(rows?.to ?? buffer.length, buffer.length);
  for (let row = rows?.from ?? 0; row < end; row += 1) {
    const line = buffer.getLine(row);
    if (line === undefined) continue;
    // A row that goes on below is full, blanks included.
    const isContinued = buffer.getLine(row + 1)?.isWrapped === true;
    const text = line.translateToString(!isContinued);
    if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines.map((line) => line.trimEnd()).join('\n').trimEnd();
}
