/** Names that live in the shell here but are programs elsewhere; `type` and `enable` say what scripts expect. */
export const PROGRAMS: ReadonlySet<string> = new Set(['apropos', 'bash', 'env', 'man', 'nice', 'nohup', 'sh', 'sleep', 'status', 'timeout', 'whatis', 'which']);

/** Builtins that are also programs: switched off they can be run all the same. */
export const TWINS: ReadonlySet<string> = new Set(['[', 'echo', 'false', 'kill', 'printf', 'pwd', 'test', 'true']);

/** POSIX's special builtins, with bash's other name of `.`. */
export const SPECIAL: ReadonlySet<string> = new Set(['.', ':', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift', 'source', 'times', 'trap', 'unset']);
