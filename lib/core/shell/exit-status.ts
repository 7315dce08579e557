import { FsError } from '../fs/files.ts';
import { BrokenPipe, Interrupted } from './command.ts';
import { FunctionReturn, Killed, LoopExit, ShellError, ShellExit } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { PatternError } from './regex/pattern.ts';
import { signalStatus } from './signals.ts';

/** The exit status that something thrown stands for; says what went wrong. @throws Interrupted as it is. */
export function statusOf(shell: Interpreter, error: unknown): number {
  if (error instanceof Interrupted) throw error;
  if (error instanceof ShellExit || error instanceof FunctionReturn) return error.status;
  if (error instanceof Killed) {
    shell.killedBy = error.signal;
    return signalStatus(error.signal);
  }
  if (error instanceof LoopExit) return 0;
  if (error instanceof BrokenPipe) return 141;
  if (error instanceof ShellError) {
    shell.report(error.message);
    // What ends the shell is 127 only where the shell itself was given a line to run.
    const { state } = shell;
    return error.status === 127 && (state.subshellDepth > 0 || !state.isCommandString || state.isInteractive || error.wasInFunction) ? 1 : error.status;
  }
  if (error instanceof FsError) {
    shell.report(error.path === '' ? error.message : `${error.path}: ${error.message}`);
    return 1;
  }
  if (error instanceof PatternError) {
    shell.report(error.message);
    return 2;
  }
  if (error instanceof RangeError) {
    shell.report('nested too deeply; make the command simpler');
    return 1;
  }
  shell.report(`this command failed inside Selkie: ${error instanceof Error ? error.message : String(error)}`);
  return 1;
}
