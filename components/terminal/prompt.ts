import { HOME } from '@/lib/core/fs/places.ts';
import { plainText } from './plain-text.ts';

const GREEN = '\x1b[1;32m';
const BLUE = '\x1b[1;34m';
const RED = '\x1b[1;31m';
const RESET = '\x1b[0m';

/** Before each line after the first of a command that is not finished. */
export const CONTINUATION = '> ';

/** `me@selkie:~/notes$ `, the `$` in red when the last command failed. */
export function promptText(directory: string, lastStatus: number): string {
  const isHome = directory === HOME || directory.startsWith(`${HOME}/`);
  // A directory's name may hold anything that is not a slash.
  const shown = plainText(isHome ? `~${directory.slice(HOME.length)}` : directory);
  return `${GREEN}me@selkie${RESET}:${BLUE}${shown}${RESET}${lastStatus === 0 ? '$' : `${RED}$${RESET}`} `;
}
