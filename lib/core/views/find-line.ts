import { Matcher } from '../shell/regex/matcher.ts';
import { PatternError } from '../shell/regex/pattern.ts';
import { parsePosix } from '../shell/regex/posix.ts';
import type { PagerModel } from './pager-model.ts';

/** Lines that are looked at before the page and the keys have their turn. */
const SLICE_LINES = 500;

/** What a person searches for, an extended regular expression; a sentence when it is none. `ignoresCase` counts unless it has capitals. */
export function compileSearch(pattern: string, ignoresCase: boolean): Matcher | string {
  try {
    return new Matcher(parsePosix(pattern, true).pattern, ignoresCase && !/\p{Lu}/u.test(pattern));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `That is no pattern: ${error.message}.`;
  }
}

/**
 * The next line from `from` on that matches, among those that were read; else where the search goes on once there are
 * more. `pause` is asked now and then and answers whether to stop.
 */
export async function findLine(model: PagerModel, direction: 1 | -1, from: number, pause: () => Promise<boolean>): Promise<number | { goesOnAt: number } | 'stopped'> {
  let line = from;
  for (let step = 1; line >= 0 && line < model.store.count; line += direction, step += 1) {
    if (model.matches(line)) return line;
    if (step % SLICE_LINES === 0 && (await pause())) return 'stopped';
  }
  return { goesOnAt: line };
}
