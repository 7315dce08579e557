import { FsError } from '../fs/files.ts';
import { setOptions } from './builtins/set.ts';
import { INITIAL_FLAGS } from './flags.ts';
import { Interrupted } from './command.ts';
import type { Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { locate } from './locate.ts';
import { SourceText } from './source-text.ts';
import { decodeText } from './text.ts';

/** The interpreters of a first line `#!` that are this shell itself. */
const SHELLS = new Set(['bash', 'sh', 'dash', 'ash']);

/**
 * What `./script` or `/path/to/script` means: its first line `#!` says who runs it, else this shell does.
 * @returns the script for `runScript`, the words of another command, or the status of what cannot be run, which it has said.
 */
export function openScript(shell: Interpreter, name: string, args: string[]): ScriptRun | string[] | number {
  let bytes: Uint8Array;
  try {
    const path = locate(shell.place, name);
    const stat = shell.files.stat(path);
    if (stat?.kind === 'directory') {
      shell.report(`${name}: Is a directory`);
      return 126;
    }
    if (stat !== undefined && (stat.mode & 0o111) === 0) {
      shell.report(`${name}: Permission denied`);
      return 126;
    }
    bytes = shell.files.read(path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    shell.report(`${name}: ${error.message}`);
    return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 127 : 126;
  }
  const text = decodeText(bytes);
  const first = /^#![ \t]*([^\n]*)/.exec(text)?.[1]?.trim();
  if (first === undefined || first === '') {
    if (bytes.subarray(0, 80).includes(0)) {
      shell.report(`${name}: cannot execute binary file: Exec format error`);
      return 126;
    }
    return { text, name, args, options: [] };
  }
  const words = interpreterOf(first);
  const program = words[0] ?? '';
  if (SHELLS.has(program)) return { text, name, args, options: words.slice(1) };
  if (shell.run.commands.has(program) || shell.run.builtins.has(program)) return [program, ...words.slice(1), name, ...args];
  shell.report(`${name}: ${first.split(/\s+/)[0]}: bad interpreter: No such file or directory`);
  return 127;
}

/** `/usr/bin/env bash` is `bash`; the kernel hands everything after the program over as one word, `env -S` splits it. */
function interpreterOf(line: string): string[] {
  const at = line.search(/\s/);
  const program = baseNameOf(at < 0 ? line : line.slice(0, at));
  const rest = at < 0 ? '' : line.slice(at).trim();
  if (program !== 'env') return rest === '' ? [program] : [program, rest];
  const words = rest.replace(/^(-S\s*|--split-string=)/, '').split(/\s+/);
  return [baseNameOf(words[0] ?? ''), ...words.slice(1)];
}

const baseNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export interface ScriptRun {
  text: string;
  /** `$0`. */
  name: string;
  args: string[];
  /** For `set`, in front of the script: `-e`, `-o pipefail`. */
  options: string[];
  /** `bash -c`: the text has no file. */
  isCommandString?: boolean;
}

/** A script in a fresh process: exported variables and functions, no aliases, its own parameters and options. */
export function* runScript(shell: Interpreter, script: ScriptRun): Step<number> {
  let process: Interpreter | undefined;
  const status = yield* shell.apart((run) => {
    const child = shell.fork(shell.fds.slice(), run);
    process = child;
    const { state } = child;
    for (const [key, variable] of state.variables) if (!variable.exported) state.variables.delete(key);
    for (const [key, value] of state.functions) if (!value.exported) state.functions.delete(key);
    state.aliases.clear();
    state.scriptName = script.name;
    state.positional = script.args;
    state.frames = [];
    state.errexitIgnored = 0;
    state.subshellDepth = 0;
    state.processId = state.ownProcessId;
    state.lastJob = undefined;
    state.lastStatus = 0;
    state.optionOffset = 1;
    state.isInteractive = false;
    state.isCommandString = script.isCommandString === true;
    state.startedAt = state.now();
    state.directories = [];
    state.flags = { ...INITIAL_FLAGS };
    state.position = 0;
    const source = new SourceText(script.text, script.isCommandString === true ? undefined : script.name);
    return {
      child,
      step: child.process(function* () {
        if (script.options.length > 0) setOptions(child, script.options);
        return yield* child.script(source);
      }),
    };
  });
  // Who waits for a command that Ctrl-C ended is ended by it too.
  if (process?.killedBy === 'INT') throw new Interrupted();
  return status;
}
