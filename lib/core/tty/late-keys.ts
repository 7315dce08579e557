import type { Key } from './keys.ts';

/** Keys that complete, or bring back what was entered before. */
const LATE = /^(?:tab|up|down|page-up|page-down|ctrl-[noprs]|alt-[?=*.<>]|alt-_|alt-ctrl-y)$/;

/** Whether a key does nothing without what is fetched after the prompt: the history, and what completes. */
export function isLateKey(key: Key): boolean {
  return key.type === 'key' && LATE.test(key.name);
}
