import * as limits from '../limits.ts';
import { lastingStyle } from './lasting-style.ts';
import type { QueuedOutput } from './output-queue.ts';
import { NEWLINE, OutputScan } from './output-scan.ts';

/**
 * Who prints faster than a terminal parses prints mostly what nobody can ever see: a file of 5 MB has ten times the
 * lines that can be scrolled back to. Of what waits those are left out:
 *
 *     handed over │ … line⏎ │ left out, but for the colours that last │ line⏎ … at least `keptLines` of them
 *
 * only where screen and scrollback come out the same to the last cell: where all output since the last prompt, at which
 * the terminal was set to rights, was text, tabs, returns, newlines and colours. With the first other byte (a bell, a
 * cursor that moves, rows that scroll for themselves) everything is handed over, until the next prompt.
 *
 * Rejected: to hand over everything and draw seldom (xterm's jump scrolling), which still parses each byte; and to leave
 * out lines of output that moves the cursor, which would need a second terminal to know what is lost.
 */
export interface UnseenLines {
  /** What comes after a terminal was set to rights. */
  scan(): OutputScan;
  /** `run`: output that follows each other and waits, with `lines` newlines. Undefined when all of it may be seen. */
  leaveOut(run: readonly QueuedOutput[], lines: number): { entries: QueuedOutput[]; leftOut: QueuedOutput[] } | undefined;
}

/** Less is sooner parsed. */
const LEFT_OUT_MIN_BYTES = 32 * 1024;

/** `keptLines`: what can be scrolled back to and the rows of the screen. */
export function unseenLines(keptLines: number = limits.terminalKeptLines): UnseenLines {
  return {
    scan: () => new OutputScan(),
    /** From behind the first newline that waits to behind the last one that has `keptLines` more after it. */
    leaveOut(run, lines) {
      if (lines <= keptLines) return undefined;
      const from = run.findIndex(({ newlines }) => newlines > 0);
      let to = run.length - 1;
      let after = 0;
      for (; to > from && after + (run[to]?.newlines ?? 0) <= keptLines; to -= 1) after += run[to]?.newlines ?? 0;
      const [first, last] = [run[from], run[to]];
      if (first === undefined || last === undefined || to <= from) return undefined;
      const [start, end] = [first.data as Uint8Array, last.data as Uint8Array];
      const startAt = start.indexOf(NEWLINE) + 1;
      const endAt = behindNewline(end, keptLines - after);
      const leftOut = run.slice(from + 1, to);
      const lost = [start.subarray(startAt), ...leftOut.map(({ data }) => data as Uint8Array), end.subarray(0, endAt)];
      if (lost.reduce((sum, { length }) => sum + length, 0) < LEFT_OUT_MIN_BYTES) return undefined;
      const style = lastingStyle(lost);
      if (style === undefined) return undefined;
      const entries: QueuedOutput[] = [
        ...run.slice(0, from),
        { ...first, data: start.subarray(0, startAt), newlines: 1 },
        { data: style, done: () => undefined, isOutput: true, newlines: 0 },
        { ...last, data: end.subarray(endAt), newlines: keptLines - after },
        ...run.slice(to + 1),
      ];
      return { entries, leftOut };
    },
  };
}

/** Where the text begins that has `count` newlines to the end; there is one more before it. */
function behindNewline(bytes: Uint8Array, count: number): number {
  let at = bytes.length;
  for (let left = count; left >= 0; at -= 1) if (bytes[at - 1] === NEWLINE) left -= 1;
  return at + 1;
}
