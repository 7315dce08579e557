import type { Terminal } from '@xterm/xterm';

/**
 * Keeps xterm.js 6.0 from drawing all rows twice in each frame in which they scrolled: at each scroll it draws its
 * selection anew, and with it every row, also where nothing is selected. That was half of all drawing, also for a key that
 * enters a line. The API has no way to it, so this reaches into the terminal; where that looks otherwise, both are drawn as ever
 * (e2e/screen-drawing.spec.ts counts them).
 *
 * Not where the person has scrolled up: of rows that leave a full scrollback above them xterm.js tells nothing but the selection.
 */
export function drawOnce(terminal: Pick<Terminal, 'buffer'>): void {
  const selection = (terminal as { _core?: { _selectionService?: Selection } })._core?._selectionService;
  if (typeof selection?.refresh !== 'function' || typeof selection.hasSelection !== 'boolean') return;
  const refresh = selection.refresh.bind(selection);
  /** There is one on the screen, or will be in the next frame. */
  let isDrawn = true;
  selection.refresh = (isOfMouse) => {
    const { viewportY, baseY } = terminal.buffer.active;
    const { hasSelection } = selection;
    if (!hasSelection && !isDrawn && viewportY === baseY) return;
    isDrawn = hasSelection;
    refresh(isOfMouse);
  };
}

interface Selection {
  refresh(isOfMouse?: boolean): void;
  readonly hasSelection: boolean;
}
