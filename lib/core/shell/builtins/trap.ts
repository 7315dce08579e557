import type { Builtin } from '../builtin.ts';
import type { Interpreter } from '../interpreter.ts';
import { quoteText } from '../quote.ts';
import { parseSignal, SIGNAL_NAMES, signalTable, TRAP_EVENTS } from '../signals.ts';
import { UsageError } from '../tools/options.ts';

function parseEvent(text: string): string | undefined {
  if (text === '0') return 'EXIT';
  const name = text.toUpperCase();
  return TRAP_EVENTS.includes(name) ? name : parseSignal(text);
}

/** In the order of their numbers, the events where bash has them. */
const ORDER: readonly string[] = ['EXIT', ...SIGNAL_NAMES, 'DEBUG', 'ERR', 'RETURN'];

function print(shell: Interpreter, events: readonly string[]): void {
  for (const event of ORDER) {
    const action = events.includes(event) ? shell.traps.get(event) : undefined;
    if (action !== undefined) shell.print(`trap -- ${quoteText(action)} ${SIGNAL_NAMES.includes(event) ? `SIG${event}` : event}\n`);
  }
}

export const trapBuiltin: Builtin = {
  name: 'trap',
  summary: 'Run a command when a signal comes or the shell ends',
  usage: "trap [-lp] [[ACTION] SIGNAL...]",
  help: "trap 'rm -f /tmp/work' EXIT\ntrap 'echo interrupted' INT   # a second Ctrl-C within a second ends it all the same\ntrap - INT                    # as before\ntrap 'echo \"line $LINENO: $?\"' ERR",
  options: [['-l', 'list the signals'], ['-p', 'print what is trapped, to be read back']],
  run(shell, args) {
    let rest = args;
    if (rest[0] === '-l') {
      shell.print(signalTable());
      return 0;
    }
    if (rest[0] === '-p') {
      const events = rest.slice(1).map((event) => parseEvent(event) ?? '');
      print(shell, events.length === 0 ? ORDER : events);
      return 0;
    }
    if (rest[0] === '--') rest = rest.slice(1);
    if (rest.length === 0) {
      print(shell, ORDER);
      return 0;
    }
    // One word alone, or a number first, takes traps back.
    const takesBack = rest[0] === '-' || rest.length === 1 || /^\d+$/.test(rest[0] as string);
    const action = takesBack ? undefined : rest[0] as string;
    const events = rest.length === 1 || (takesBack && rest[0] !== '-') ? rest : rest.slice(1);
    if (rest.length === 1 && rest[0] === '-') throw new UsageError('usage: trap [-lp] [[ACTION] SIGNAL...]', 2);
    let status = 0;
    for (const text of events) {
      const event = parseEvent(text);
      if (event === undefined) {
        shell.report(`trap: ${text}: invalid signal specification`);
        status = 1;
      } else if (action === undefined) shell.traps.delete(event);
      else shell.traps.set(event, action);
    }
    return status;
  },
};
