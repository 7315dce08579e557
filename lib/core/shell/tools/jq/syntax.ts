import type { Value } from './value.ts';

/** A filter that can't be compiled. */
export class JqSyntaxError extends Error {
  /** @param at where in the source, in UTF-16 units. */
  constructor(message: string, readonly at: number) {
    super(message);
  }
}

export type Binary = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Update = '=' | '|=' | '+=' | '-=' | '*=' | '/=' | '%=' | '//=';

/** What `as` takes apart. */
export type Pattern =
  | { kind: 'variable'; name: string }
  | { kind: 'array'; items: Pattern[] }
  | { kind: 'object'; entries: { key: Node; variable: string | undefined; pattern: Pattern | undefined }[] };

export interface Definition {
  name: string;
  /** With `$` in front where it is also a variable. */
  params: string[];
  body: Node;
}

export type Node =
  | { kind: 'identity' }
  | { kind: 'recurse' }
  | { kind: 'literal'; value: Value }
  | { kind: 'string'; format: string | undefined; parts: (string | Node)[] }
  | { kind: 'format'; name: string; at: number }
  | { kind: 'index'; target: Node; key: Node }
  | { kind: 'slice'; target: Node; from: Node | undefined; to: Node | undefined }
  | { kind: 'each'; target: Node }
  | { kind: 'try'; body: Node; handler: Node | undefined }
  | { kind: 'array'; body: Node | undefined }
  | { kind: 'object'; entries: { key: Node; value: Node }[] }
  | { kind: 'negate'; body: Node }
  | { kind: 'pipe' | 'comma' | 'and' | 'or' | 'alternative'; left: Node; right: Node }
  | { kind: 'binary'; operator: Binary; left: Node; right: Node }
  | { kind: 'update'; operator: Update; left: Node; right: Node }
  | { kind: 'as'; source: Node; patterns: Pattern[]; body: Node }
  | { kind: 'reduce'; source: Node; patterns: Pattern[]; start: Node; update: Node }
  | { kind: 'foreach'; source: Node; patterns: Pattern[]; start: Node; update: Node; extract: Node | undefined }
  | { kind: 'if'; test: Node; met: Node; otherwise: Node | undefined }
  | { kind: 'def'; definition: Definition; body: Node }
  | { kind: 'call'; name: string; args: Node[]; at: number }
  | { kind: 'variable'; name: string; at: number; line: number }
  | { kind: 'label'; name: string; body: Node }
  | { kind: 'break'; name: string; at: number };
