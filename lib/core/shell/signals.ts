/** Linux's numbers (x86, ARM); what `kill -l` and `trap -l` list. */
const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1, INT: 2, QUIT: 3, ILL: 4, TRAP: 5, ABRT: 6, BUS: 7, FPE: 8, KILL: 9, USR1: 10, SEGV: 11, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15,
  STKFLT: 16, CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, TTIN: 21, TTOU: 22, URG: 23, XCPU: 24, XFSZ: 25, VTALRM: 26, PROF: 27, WINCH: 28, IO: 29,
  PWR: 30, SYS: 31,
};

/** Their names without `SIG`, by number; 0 stands for "is it there?" and, in `trap`, for the end of the shell. */
export const SIGNAL_NAMES: readonly string[] = Object.keys(NUMBERS);

/** The events of `trap` that are no signals. */
export const TRAP_EVENTS: readonly string[] = ['EXIT', 'DEBUG', 'RETURN', 'ERR'];

/** Those that end nothing where nobody asked for them. */
const HARMLESS = new Set(['CHLD', 'CONT', 'URG', 'WINCH']);

/** `INT`, `SIGINT`, `sigint` or `2` as `INT`; undefined when there is no such signal. */
export function parseSignal(text: string): string | undefined {
  if (/^\d+$/.test(text)) return SIGNAL_NAMES[Number(text) - 1];
  const name = text.toUpperCase().replace(/^SIG/, '');
  return Object.hasOwn(NUMBERS, name) ? name : undefined;
}

/** The number of a name from `parseSignal`. */
export function signalNumber(name: string): number {
  return NUMBERS[name] ?? 0;
}

/** What `$?` is after a command that this signal ended. */
export function signalStatus(name: string): number {
  return 128 + signalNumber(name);
}

/** What a signal does to a process that did not trap it. */
export function defaultAction(name: string): 'end' | 'stop' | 'continue' | 'nothing' {
  if (name === 'STOP' || name === 'TSTP' || name === 'TTIN' || name === 'TTOU') return 'stop';
  if (name === 'CONT') return 'continue';
  return HARMLESS.has(name) ? 'nothing' : 'end';
}

/** What `kill -l` and `trap -l` show: five on a line. */
export function signalTable(): string {
  return SIGNAL_NAMES.map((name, index) => `${String(index + 1).padStart(2)}) SIG${name}${index % 5 === 4 ? '\n' : '\t'}`).join('').replace(/\t$/, '\n');
}
