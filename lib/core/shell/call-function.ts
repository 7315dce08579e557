import { FunctionReturn, later, ShellError, type Soon, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import type { ShellFunction } from './state.ts';

/** Those that a function does not inherit unless `set -T` or `set -E` says so. */
const TRACED = [['DEBUG', 'functrace'], ['RETURN', 'functrace'], ['ERR', 'errtrace']] as const;

/** Calls a function with its own positional parameters. */
export function callFunction(shell: Interpreter, name: string, called: ShellFunction, args: string[]): Soon<number> {
  const { state } = shell;
  const { positional, loopDepth, source, position } = state;
  const { body } = called;
  shell.enter();
  state.positional = args;
  state.loopDepth = 0;
  state.frames.push({ kind: 'function', name, file: called.source.file, line: state.line(), locals: new Map(), flags: undefined });
  state.source = called.source;
  const hidden = shell.traps.size === 0 ? [] : TRACED.filter(([event, flag]) => shell.traps.has(event) && !state.flags[flag]).map(([event]) => [event, shell.traps.get(event) as string] as const);
  for (const [event] of hidden) shell.traps.delete(event);
  const leave = (): void => {
    for (const [event, action] of hidden) if (!shell.traps.has(event)) shell.traps.set(event, action);
    state.leaveFrame();
    state.positional = positional;
    state.loopDepth = loopDepth;
    state.source = source;
    state.position = position;
    state.lastArgument = args[args.length - 1] ?? name;
    state.depth -= 1;
  };
  let status: Soon<number>;
  try {
    status = body.type === 'CompoundList' ? shell.statements(body.commands) : shell.command(body);
  } catch (error) {
    try {
      status = statusOfReturn(error);
    } catch (other) {
      leave();
      throw other;
    }
  }
  if (typeof status !== 'number' || shell.traps.has('RETURN')) return finishCall(shell, status, leave);
  leave();
  return status;
}

function* finishCall(shell: Interpreter, steps: Soon<number>, leave: () => void): Step<number> {
  try {
    let status: number;
    try {
      status = yield* later(steps);
    } catch (error) {
      status = statusOfReturn(error);
    }
    if (shell.traps.has('RETURN')) yield* shell.runTrap(shell.traps.get('RETURN') as string);
    return status;
  } finally {
    leave();
  }
}

/** @throws everything but `return`. */
function statusOfReturn(error: unknown): number {
  if (error instanceof ShellError) error.wasInFunction = true;
  if (!(error instanceof FunctionReturn)) throw error;
  return error.status;
}
