import { FunctionReturn, ShellError, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import type { ShellFunction } from './state.ts';

/** Those that a function does not inherit unless `set -T` or `set -E` says so. */
const TRACED = [['DEBUG', 'functrace'], ['RETURN', 'functrace'], ['ERR', 'errtrace']] as const;

/** Calls a function with its own positional parameters. */
export function* callFunction(shell: Interpreter, name: string, called: ShellFunction, args: string[]): Step<number> {
  const { state } = shell;
  const { positional, loopDepth, source, position, end } = state;
  const { body } = called;
  shell.enter();
  state.positional = args;
  state.loopDepth = 0;
  state.frames.push({ kind: 'function', name, file: called.source.file, line: state.line(), locals: new Map(), flags: undefined });
  state.source = called.source;
  const hidden = shell.traps.size === 0 ? [] : TRACED.filter(([event, flag]) => shell.traps.has(event) && !state.flags[flag]).map(([event]) => [event, shell.traps.get(event) as string] as const);
  for (const [event] of hidden) shell.traps.delete(event);
  try {
    let status: number;
    try {
      status = body.type === 'CompoundList' ? yield* shell.statements(body.commands) : yield* shell.command(body);
    } catch (error) {
      if (error instanceof ShellError) error.wasInFunction = true;
      if (!(error instanceof FunctionReturn)) throw error;
      status = error.status;
    }
    if (shell.traps.has('RETURN')) yield* shell.runTrap(shell.traps.get('RETURN') as string);
    return status;
  } finally {
    for (const [event, action] of hidden) if (!shell.traps.has(event)) shell.traps.set(event, action);
    state.leaveFrame();
    Object.assign(state, { positional, loopDepth, source, position, end });
    state.depth -= 1;
  }
}
