/** The tree of a program: POSIX's grammar, and gawk's additions that people use. */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'regex'; source: string }
  | { kind: 'group'; item: Expression }
  | { kind: 'assign'; operator: string; target: Target; value: Expression }
  | { kind: 'step'; isPrefix: boolean; change: 1 | -1; target: Target }
  | { kind: 'condition'; test: Expression; yes: Expression; no: Expression }
  | { kind: 'and' | 'or' | 'concat'; left: Expression; right: Expression }
  | { kind: 'compare'; operator: string; left: Expression; right: Expression }
  | { kind: 'match'; negated: boolean; left: Expression; right: Expression }
  | { kind: 'in'; subscripts: Expression[]; array: string }
  | { kind: 'arithmetic'; operator: string; left: Expression; right: Expression }
  | { kind: 'not' | 'minus' | 'plus'; item: Expression }
  | { kind: 'call'; name: string; args: Expression[]; line: number }
  | { kind: 'builtin'; name: string; args: Expression[]; line: number }
  | { kind: 'getline'; from: 'input' | 'file' | 'command'; source: Expression | undefined; target: Target | undefined }
  | Target;

export type Target =
  | { kind: 'name'; name: string }
  | { kind: 'element'; array: string; subscripts: Expression[] }
  | { kind: 'field'; index: Expression };

export interface Redirection {
  kind: '>' | '>>' | '|';
  target: Expression;
}

export type Statement =
  | { kind: 'block'; body: Statement[] }
  | { kind: 'expression'; value: Expression }
  | { kind: 'print' | 'printf'; args: Expression[]; to: Redirection | undefined }
  | { kind: 'if'; test: Expression; yes: Statement; no: Statement | undefined }
  | { kind: 'while'; test: Expression; body: Statement }
  | { kind: 'do'; test: Expression; body: Statement }
  | { kind: 'for'; start: Statement | undefined; test: Expression | undefined; step: Statement | undefined; body: Statement }
  | { kind: 'each'; name: string; array: string; body: Statement }
  | { kind: 'switch'; value: Expression; cases: { test: Expression | undefined; body: Statement[] }[] }
  | { kind: 'break' | 'continue' | 'next' | 'nextfile' }
  | { kind: 'exit' | 'return'; value: Expression | undefined }
  | { kind: 'delete'; array: string; subscripts: Expression[] | undefined };

export type Pattern =
  | { kind: 'BEGIN' | 'END' | 'BEGINFILE' | 'ENDFILE' | 'always' }
  | { kind: 'expression'; test: Expression }
  | { kind: 'range'; from: Expression; to: Expression };

export interface Rule {
  pattern: Pattern;
  /** Without one the record is printed. */
  body: Statement | undefined;
}

export interface FunctionDefinition {
  name: string;
  parameters: string[];
  body: Statement;
}

export interface Program {
  rules: Rule[];
  functions: Map<string, FunctionDefinition>;
}

/** A program that cannot be run, or went wrong while it ran; `message` is what follows `awk: `. */
export class AwkError extends Error {
  constructor(message: string, readonly status = 2) {
    super(message);
  }
}
