import type { AndOr, CompoundList, PipelineNode, Statement } from 'unbash';
import { later, ShellExit, type Soon, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { startJob } from './start-job.ts';

/**
 * Lists of commands. Each function goes straight on while what it runs answers at once; the first command that has to be
 * waited for makes the generator that does the rest.
 */
export function runStatements(shell: Interpreter, statements: readonly Statement[]): Soon<number> {
  let status = 0;
  for (let at = 0; at < statements.length; at += 1) {
    const result = runStatement(shell, statements[at] as Statement);
    if (typeof result !== 'number') return statementsAfter(shell, result, statements, at + 1);
    status = result;
  }
  return status;
}

function* statementsAfter(shell: Interpreter, steps: Step<number>, statements: readonly Statement[], from: number): Step<number> {
  let status = yield* steps;
  for (let at = from; at < statements.length; at += 1) status = yield* later(runStatement(shell, statements[at] as Statement));
  return status;
}

export function runStatement(shell: Interpreter, statement: Statement): Soon<number> {
  const { state } = shell;
  if (state.flags.noexec && !state.isInteractive) return state.lastStatus;
  if (statement.background === true) {
    const started = startJob(shell, statement);
    state.lastStatus = started;
    return started;
  }
  const { command } = statement;
  const status = command.type === 'AndOr' ? runAndOr(shell, command, 0, 0) : runChecked(shell, command);
  if (typeof status !== 'number' || shell.signals.any) return statementAfter(shell, status);
  state.lastStatus = status;
  return status;
}

function* statementAfter(shell: Interpreter, steps: Soon<number>): Step<number> {
  const status = yield* later(steps);
  shell.state.lastStatus = status;
  if (shell.signals.any) yield* shell.handleSignals();
  return status;
}

function runAndOr(shell: Interpreter, node: AndOr, from: number, before: number): Soon<number> {
  const last = node.commands.length - 1;
  let status = before;
  for (let index = from; index <= last; index += 1) {
    const operator = node.operators[index - 1];
    if (operator !== undefined && (operator === '&&') !== (status === 0)) continue;
    const command = node.commands[index] as PipelineNode;
    const result = index === last ? runChecked(shell, command) : ignoringErrors(shell, () => shell.command(command));
    if (typeof result !== 'number') return andOrAfter(shell, result, node, index + 1);
    status = result;
    shell.state.lastStatus = status;
  }
  return status;
}

function* andOrAfter(shell: Interpreter, steps: Step<number>, node: AndOr, from: number): Step<number> {
  const status = yield* steps;
  shell.state.lastStatus = status;
  return yield* later(runAndOr(shell, node, from, status));
}

/** The list of `if` and `while`: `set -e` does not act in it. */
export function runCondition(shell: Interpreter, list: CompoundList): Soon<number> {
  return ignoringErrors(shell, () => runStatements(shell, list.commands));
}

function ignoringErrors(shell: Interpreter, body: () => Soon<number>): Soon<number> {
  const { state } = shell;
  let status: Soon<number>;
  state.errexitIgnored += 1;
  try {
    status = body();
  } finally {
    state.errexitIgnored -= 1;
  }
  return typeof status === 'number' ? status : ignoringErrorsOf(shell, status);
}

function* ignoringErrorsOf(shell: Interpreter, steps: Step<number>): Step<number> {
  shell.state.errexitIgnored += 1;
  try {
    return yield* steps;
  } finally {
    shell.state.errexitIgnored -= 1;
  }
}

/** Runs it and applies `set -e` and the trap of `ERR`. */
function runChecked(shell: Interpreter, node: PipelineNode): Soon<number> {
  const hasTrap = shell.traps.size > 0 && shell.traps.has('ERR');
  const status = shell.command(node);
  if (typeof status !== 'number') return checkedAfter(shell, status, node, hasTrap);
  return counts(shell, status, node, hasTrap) ? afterError(shell, status, hasTrap) : status;
}

function* checkedAfter(shell: Interpreter, steps: Step<number>, node: PipelineNode, hasTrap: boolean): Step<number> {
  const status = yield* steps;
  return counts(shell, status, node, hasTrap) ? yield* afterError(shell, status, hasTrap) : status;
}

/** Whether it is an error that somebody waits for. */
function counts({ state }: Interpreter, status: number, node: PipelineNode, hasTrap: boolean): boolean {
  if (status === 0 || state.errexitIgnored > 0 || (!state.flags.errexit && !hasTrap)) return false;
  const inner = node.type === 'Redirected' ? node.command : node;
  return inner.type === 'Command' || inner.type === 'Subshell' || inner.type === 'TestCommand' || inner.type === 'ArithmeticCommand' ||
    (inner.type === 'Pipeline' && !inner.prefixes.some((prefix) => prefix.type === 'Negation'));
}

function* afterError(shell: Interpreter, status: number, hasTrap: boolean): Step<number> {
  const { state } = shell;
  state.lastStatus = status;
  if (hasTrap) yield* shell.runTrap(shell.traps.get('ERR') ?? '');
  if (state.flags.errexit) throw new ShellExit(status);
  return status;
}
