import type { IMarker, Terminal } from '@xterm/xterm';

/**
 * Where each prompt stands in screen and scrollback. xterm.js's markers know it, but each of them hears of every row that
 * leaves a full scrollback, and after some thousand prompts that is most of what printing costs (four times the time
 * with 3,300 of them). So only the newest prompt has a marker; the others are numbers, counted from one marker in the
 * last row of the scrollback, which nothing but trimming moves. Where rows are laid out anew (another width) the numbers become markers
 * for as long as that takes; so they do before the alternate screen, behind which no marker can be made.
 *
 * Rejected: marks in the cells themselves, found again by looking through ten thousand rows; and forgetting old prompts.
 */
export interface PromptMarks {
  /** The newest prompt; undefined when it has left the scrollback. */
  readonly newest: IMarker | undefined;
  /** The next prompt is where the cursor is. The one before keeps its marker if `keep` says so of it. */
  add(keep: (above: IMarker) => boolean): void;
  /** Rows counted from the oldest of the scrollback, from the oldest prompt. */
  lines(): number[];
  /** Does what may lay the rows out anew. */
  across<T>(work: () => T): T;
}

/** DECSET 47, 1047, 1049. */
const ALTERNATE = new Set<number | number[]>([47, 1047, 1049]);

export function promptMarks(terminal: Pick<Terminal, 'buffer' | 'parser' | 'registerMarker'>): PromptMarks {
  let newest: IMarker | undefined;
  /** A row that stays a row as long as it is in the scrollback, and its number. */
  let anchor: { marker: IMarker | undefined; number: number } = { marker: undefined, number: 0 };
  /** The numbers of the rows of all prompts but the newest. */
  let numbers: number[] = [];
  let thawed: IMarker[] | undefined;

  const cursorLine = () => terminal.buffer.normal.baseY + terminal.buffer.normal.cursorY;
  const markerAt = (line: number) => terminal.registerMarker(line - cursorLine());
  const anchorHere = () => {
    anchor.marker?.dispose();
    const line = Math.max(0, terminal.buffer.normal.baseY - 1);
    anchor = { marker: markerAt(line), number: line };
  };
  /** Counts from the last row of the scrollback as it is now; what has left it is forgotten. */
  const settle = (rows: readonly number[]) => {
    anchorHere();
    numbers = rows.filter((line) => line >= 0);
  };
  const older = (): number[] => {
    if (thawed !== undefined) return thawed.filter((marker) => !marker.isDisposed).map(({ line }) => line);
    const { marker, number } = anchor;
    // It has left the scrollback, and so has everything above it.
    if (marker === undefined || marker.isDisposed) return [];
    return numbers.map((each) => each - number + marker.line).filter((line) => line >= 0);
  };
  const thaw = () => {
    if (thawed === undefined) thawed = older().map(markerAt).filter((marker) => marker !== undefined);
  };
  const freeze = () => {
    if (thawed === undefined) return;
    const rows = older();
    for (const marker of thawed) marker.dispose();
    thawed = undefined;
    settle(rows);
  };

  terminal.parser.registerCsiHandler({ prefix: '?', final: 'h' }, (parameters) => {
    if (parameters.some((each) => ALTERNATE.has(each)) && terminal.buffer.active.type === 'normal') thaw();
    return false;
  });
  terminal.buffer.onBufferChange(({ type }) => {
    if (type === 'normal') freeze();
  });

  return {
    get newest() { return newest?.isDisposed === true ? undefined : newest; },
    add(keep) {
      const marker = terminal.registerMarker(0);
      if (marker === undefined) return;
      const above = newest;
      newest = marker;
      const rows = older();
      if (above !== undefined && !above.isDisposed) {
        const isAbove = above.line < marker.line;
        if (isAbove) rows.push(above.line);
        if (!isAbove || !keep(above)) above.dispose();
      }
      // What stood here or below was wiped off the screen.
      settle(rows.filter((line) => line < marker.line));
    },
    lines: () => (newest?.isDisposed === false ? [...older(), newest.line] : older()),
    across(work) {
      const wasThawed = thawed !== undefined || terminal.buffer.active.type === 'alternate';
      if (!wasThawed) thaw();
      try {
        return work();
      } finally {
        if (!wasThawed) freeze();
      }
    },
  };
}
