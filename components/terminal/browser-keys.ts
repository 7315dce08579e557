import { appActionOf } from './app-keys.ts';

/**
 * Which key presses are not the terminal's. `copy` and `paste` are done by the browser's own events, which need no
 * permission; xterm.js would otherwise send Ctrl-C and Ctrl-V as control characters. `page`: one of app-keys.ts.
 */
export type KeyDecision = 'terminal' | 'browser' | 'copy' | 'page';

export function decideKey(event: KeyboardEvent, hasSelection: boolean): KeyDecision {
  const key = event.key.toLowerCase();
  if (appActionOf(event) !== undefined) return 'page';
  if (/^f(3|5|6|11|12)$/.test(key)) return 'browser';
  if (event.metaKey && key === 'c' && hasSelection) return 'copy';
  if (!event.ctrlKey || event.altKey) return 'terminal';
  if (key === 'c' && (hasSelection || event.shiftKey)) return 'copy';
  if (key === 'v') return 'browser';
  // Developer tools and the tabs: a page that takes these is a trap.
  if (event.shiftKey && /^[a-z]$/.test(key)) return 'browser';
  if (['tab', 'pageup', 'pagedown'].includes(key)) return 'browser';
  return 'terminal';
}
