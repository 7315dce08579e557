import type { SedPattern } from './sed-pattern.ts';
import type { Substitution } from './substitute.ts';

/** One address of GNU sed's manual, chapter 4. */
export type Address =
  | { kind: 'line'; line: number }
  /** `0,/re/`: only as the first of two. */
  | { kind: 'zero' }
  /** `first~step` */
  | { kind: 'step'; first: number; step: number }
  | { kind: 'last' }
  | { kind: 'pattern'; pattern: SedPattern }
  /** `+N` and `~N`: only as the second of two. */
  | { kind: 'more'; count: number }
  | { kind: 'multiple'; of: number };

/** What a command does, without its addresses. */
export type Action =
  | { name: '='  | 'd' | 'D' | 'F' | 'g' | 'G' | 'h' | 'H' | 'n' | 'N' | 'p' | 'P' | 'x' | 'z' }
  | { name: 'a' | 'i' | 'c'; text: string }
  | { name: 'b' | 't' | 'T'; label: string }
  | { name: 'l' | 'q' | 'Q'; number: number | undefined }
  | { name: 'r' | 'R' | 'w' | 'W'; file: string }
  | { name: 's'; substitution: Substitution }
  | { name: 'y'; map: ReadonlyMap<string, string> }
  /** The index after the matching `}` is where a line that is not selected goes on. */
  | { name: '{'; end: number }
  | { name: 'nothing' };

export interface SedCommand {
  from: Address | undefined;
  to: Address | undefined;
  negated: boolean;
  action: Action;
}

export interface SedScript {
  commands: readonly SedCommand[];
  labels: ReadonlyMap<string, number>;
  /** The script begins with `#n`. */
  quiet: boolean;
}

/** A script that cannot be run; `message` is the whole line after `sed: `. */
export class SedError extends Error {
  constructor(message: string, readonly status = 1) {
    super(message);
  }
}
