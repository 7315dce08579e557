import type { Assignment } from 'unbash';
import type { Soon } from './flow.ts';
import type { Interpreter } from './interpreter.ts';

/**
 * A command that lives in the shell itself: because it changes the shell (`cd`, `export`), or because scripts call
 * it in tight loops (`echo`, `test`). One that never waits answers its status at once, without a generator.
 */
export interface Builtin {
  name: string;
  summary: string;
  usage: string;
  help?: string;
  /** As in `Command`. */
  options?: readonly (readonly [flags: string, about: string])[];
  /** @param assignments `name=value` arguments of `export`, `local` and their like, not expanded yet. */
  run(shell: Interpreter, args: string[], assignments: readonly Assignment[]): Soon<number>;
}
