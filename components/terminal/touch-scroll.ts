import type { Terminal } from '@xterm/xterm';

/**
 * Scrolling with a finger: xterm.js 6.0 has none. A drag moves the scrollback by whole rows; a tap stays a
 * tap, so that it still opens the keyboard. Returns the removal.
 */
export function touchScroll(terminal: Terminal, element: HTMLElement): () => void {
  let last: { y: number; rest: number } | undefined;
  const rowHeight = () => Math.max(1, element.clientHeight / terminal.rows);

  const start = ({ touches }: TouchEvent) => {
    last = touches.length === 1 ? { y: touches[0]?.clientY ?? 0, rest: 0 } : undefined;
  };
  const move = (event: TouchEvent) => {
    const touch = event.touches[0];
    if (last === undefined || touch === undefined) return;
    const moved = last.rest + (last.y - touch.clientY) / rowHeight();
    const rows = Math.trunc(moved);
    last = { y: touch.clientY, rest: moved - rows };
    if (rows === 0) return;
    // A full-screen view has no scrollback: as from a wheel, it gets arrow keys.
    if (terminal.buffer.active.type === 'alternate') terminal.input((rows > 0 ? '\x1b[B' : '\x1b[A').repeat(Math.abs(rows)));
    else terminal.scrollLines(rows);
  };
  const end = () => {
    last = undefined;
  };
  const passive = { passive: true } as const;
  element.addEventListener('touchstart', start, passive);
  element.addEventListener('touchmove', move, passive);
  element.addEventListener('touchend', end, passive);
  element.addEventListener('touchcancel', end, passive);
  return () => {
    element.removeEventListener('touchstart', start);
    element.removeEventListener('touchmove', move);
    element.removeEventListener('touchend', end);
    element.removeEventListener('touchcancel', end);
  };
}
