/** What of xterm.js this needs, with a page or without. */
interface MarkingTerminal {
  readonly buffer: { readonly active: { readonly baseY: number; readonly cursorY: number } };
  registerMarker(offset: number): { readonly line: number; readonly isDisposed: boolean; dispose(): void } | undefined;
}

/** A row that is watched while the terminal lays out its rows anew. */
export interface RowMark {
  /** How many rows above the cursor it stands now (negative: below); where it has left the scrollback, the top of the screen. Ends the watch. */
  take(): number;
}

/**
 * Watches the row `rowsUp` above the cursor. xterm.js, given another width, breaks the lines around the cursor anew but not the one
 * under it, and moves its cursor by what they gained or lost, unless it stands at the top already; its own markers follow all that.
 *
 * Rejected: to compute it from the line's layout in both widths, which knows neither the rows above the line nor where the top is.
 */
export function markRow(terminal: MarkingTerminal, rowsUp: number): RowMark {
  const marker = terminal.registerMarker(-rowsUp);
  return {
    take() {
      const { baseY, cursorY } = terminal.buffer.active;
      const line = marker === undefined || marker.isDisposed ? baseY : Math.max(marker.line, baseY);
      marker?.dispose();
      return baseY + cursorY - line;
    },
  };
}
