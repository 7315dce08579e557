/**
 * Which key presses stay the browser's. `copy` and `paste` are done by the browser's own events, which need no
 * permission; xterm.js would otherwise send Ctrl-C and Ctrl-V as control characters.
 */
export type KeyDecision = 'terminal' | 'browser' | 'copy';

export function decideKey(event: KeyboardEvent, hasSelection: boolean): KeyDecision {
  const key = event.key.toLowerCase();
  if (/^f(1|3|5|6|11|12)$/.test(key)) return 'browser';
  if (!event.ctrlKey || event.altKey) return 'terminal';
  if (key === 'c' && (hasSelection || event.shiftKey)) return 'copy';
  if (key === 'v') return 'browser';
  // Developer tools, zoom, and the tabs: a page that takes these is a trap.
  if (event.shiftKey && /^[a-z]$/.test(key)) return 'browser';
  if (['+', '-', '=', '0', 'tab', 'pageup', 'pagedown'].includes(key)) return 'browser';
  return 'terminal';
}
