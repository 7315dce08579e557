import { HOME } from '@/lib/core/fs/places.ts';
import { plainText } from './plain-text.ts';

const GREEN = '\x1b[1;32m';
const BLUE = '\x1b[1;34m';
const RED = '\x1b[1;31m';
const RESET = '\x1b[0m';

/** Before each line after the first of a command that is not finished. */
export const CONTINUATION = '> ';

/** `~/notes`; a directory's name may hold anything that is not a slash. */
export function directoryText(directory: string): string {
  const isHome = directory === HOME || directory.startsWith(`${HOME}/`);
  return plainText(isHome ? `~${directory.slice(HOME.length)}` : directory);
}

const DAY_MS = 86_400_000;

/** When a line was entered, beside it in a list: the time of today, else the day. */
export function whenText(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return then.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return then.toLocaleDateString([], Math.abs(now - at) < 300 * DAY_MS ? { day: 'numeric', month: 'short' } : { day: 'numeric', month: 'short', year: 'numeric' });
}

/** `me@selkie:~/notes$ `, the `$` in red when the last command failed. */
export function promptText(directory: string, lastStatus: number): string {
  return `${GREEN}me@selkie${RESET}:${BLUE}${directoryText(directory)}${RESET}${lastStatus === 0 ? '$' : `${RED}$${RESET}`} `;
}
