import type { Builtin } from '../builtin.ts';
import { Interrupted } from '../command.ts';
import { drive, later, wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { isName } from '../parse.ts';
import { parseSignal, signalStatus } from '../signals.ts';
import { dispatch } from '../simple-command.ts';
import { parseOptions, UsageError } from '../tools/options.ts';
import { parseDuration, pause } from './pause.ts';

/** `env`, `timeout`, `nohup`, `nice`: programs elsewhere, but they run another command, which only the shell can. */

function* env(shell: Interpreter, args: string[]): Step<number> {
  const child = shell.fork(shell.fds.slice());
  return yield* child.process(function* () {
    let index = 0;
    let separator = '\n';
    for (; index < args.length; index += 1) {
      const argument = args[index] as string;
      const equals = argument.indexOf('=');
      const { variables } = child.state;
      if (argument === '-i' || argument === '-' || argument === '--ignore-environment') {
        for (const [name, variable] of variables) if (variable.exported) variables.delete(name);
      } else if (argument === '-u' || argument === '--unset') {
        index += 1;
        variables.delete(args[index] ?? '');
      } else if (/^(-u.|--unset=)/.test(argument)) variables.delete(argument.replace(/^(-u|--unset=)/, ''));
      else if (argument === '-0' || argument === '--null') separator = '\0';
      else if (argument === '-S' || argument.startsWith('--split-string=')) {
        const text = argument === '-S' ? args[index + 1] ?? '' : argument.slice(15);
        args = [...args.slice(0, index), ...text.trim().split(/\s+/), ...args.slice(index + (argument === '-S' ? 2 : 1))];
        index -= 1;
      } else if (argument === '--') {
        index += 1;
        break;
      } else if (equals > 0 && !argument.startsWith('-')) {
        const name = argument.slice(0, equals);
        if (!isName(name)) throw new UsageError(`\`${name}': not a name of a variable`, 125);
        child.state.assign(name, argument.slice(equals + 1));
        child.state.writable(name).exported = true;
      } else if (argument.startsWith('-')) throw new UsageError(`invalid option -- '${argument.replace(/^-+/, '').slice(0, 1)}'\nTry 'help env' for more information.`, 125);
      else break;
    }
    if (index < args.length) return yield* later(dispatch(child, args.slice(index), [], true));
    child.print(Object.entries(child.state.exported()).map(([name, value]) => `${name}=${value}${separator}`).join(''));
    return 0;
  });
}

function* timeout(shell: Interpreter, args: string[]): Step<number> {
  const options = parseOptions(args, {
    short: 's:k:fpv', long: { signal: 's', 'kill-after': 'k', foreground: 'f', 'preserve-status': 'p', verbose: 'v' }, stopAtOperand: true, status: 125,
  });
  const [text, ...command] = options.operands;
  if (text === undefined || command.length === 0) throw new UsageError("missing operand\nTry 'help timeout' for more information.", 125);
  const limit = parseDuration(text);
  if (limit === undefined) throw new UsageError(`invalid time interval '${text}'`, 125);
  const signal = parseSignal(options.value('s') ?? 'TERM');
  if (signal === undefined) throw new UsageError(`${options.value('s')}: invalid signal`, 125);
  const killAfter = parseDuration(options.value('k') ?? '0');
  if (killAfter === undefined) throw new UsageError(`invalid time interval '${options.value('k')}'`, 125);
  const cancel = shell.run.cancel.child();
  const child = shell.fork(shell.fds.slice(), { ...shell.run, cancel });
  cancel.owner = child;
  let isLate = false;
  let isOver = false;
  const late = async (): Promise<void> => {
    if (limit === 0) return;
    await pause(shell.run, limit, () => isOver);
    if (isOver) return;
    isLate = true;
    if (options.has('v')) shell.complain(`timeout: sending signal ${signal} to command '${command[0]}'`);
    child.deliver(signal);
    if (killAfter === 0) return;
    await pause(shell.run, killAfter, () => isOver);
    if (!isOver) child.deliver('KILL');
  };
  try {
    void late();
    const status = yield* wait(drive(child.process(() => dispatch(child, command, [], true)), cancel).catch((error: unknown) => {
      if (error instanceof Interrupted && cancel.signal !== undefined) return signalStatus(cancel.signal);
      throw error;
    }));
    if (shell.run.cancel.aborted) throw new Interrupted();
    return isLate && !options.has('p') ? (cancel.signal === 'KILL' ? 137 : 124) : status;
  } finally {
    isOver = true;
    shell.run.cancel.release(cancel);
  }
}

export const programBuiltins: readonly Builtin[] = [
  {
    name: 'env',
    summary: 'Print variables, or run a command with others',
    usage: 'env [-i0] [-u NAME] [-S TEXT] [NAME=VALUE]... [COMMAND [ARGUMENT]...]',
    help: 'env\nenv LANG=C sort names.txt\nenv -i PATH=/bin sh -c env',
    options: [['-i, --ignore-environment', 'begin with none'], ['-u, --unset=NAME', 'without this one'], ['-0, --null', 'end each with NUL'], ['-S, --split-string=TEXT', 'words from one argument, for #! lines']],
    run: env,
  },
  {
    name: 'timeout',
    summary: 'End a command after a time',
    usage: 'timeout [-s SIGNAL] [-k DURATION] DURATION COMMAND [ARGUMENT]...',
    help: 'timeout 5 grep -r needle .   # 124 when it was too late\ntimeout -s INT 1m ./script',
    options: [
      ['-s, --signal=SIGNAL', 'this signal instead of TERM'], ['-k, --kill-after=DURATION', 'KILL when it still runs so long after'],
      ['--preserve-status', "answer the command's own status"], ['-v, --verbose', 'say which signal is sent'], ['--foreground', 'taken; every command here is'],
    ],
    run: timeout,
  },
  {
    name: 'nohup',
    summary: 'Run a command that a hang-up does not end',
    usage: 'nohup COMMAND [ARGUMENT]...',
    options: [],
    help: 'nohup ./long-script &   # it still ends with the page',
    *run(shell, args) {
      if (args.length === 0) throw new UsageError("missing operand\nTry 'help nohup' for more information.", 125);
      const child = shell.fork(shell.fds.slice());
      child.traps.set('HUP', '');
      return yield* child.process(() => dispatch(child, args, [], true));
    },
  },
  {
    name: 'nice',
    summary: 'Run a command; there are no priorities in a page',
    usage: 'nice [-n NUMBER] [COMMAND [ARGUMENT]...]',
    help: 'nice -n 10 ./script',
    options: [['-n NUMBER', 'taken and without effect']],
    *run(shell, args) {
      const { operands } = parseOptions(args, { short: 'n:', long: { adjustment: 'n' }, stopAtOperand: true, digits: 'n', status: 125 });
      if (operands.length === 0) {
        shell.print('0\n');
        return 0;
      }
      return yield* later(dispatch(shell, operands, [], true));
    },
  },
];
