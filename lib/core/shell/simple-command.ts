import type { Assignment, Command as CommandAst } from 'unbash';
import { FsError } from '../fs/files.ts';
import { BrokenPipe, Interrupted, type Command, type CommandContext } from './command.ts';
import { assignValue } from './assignments.ts';
import { expandFields, expandText } from './expand/words.ts';
import { quoteText } from './quote.ts';
import { drive, ShellError, wait, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { locate } from './locate.ts';
import { PatternError } from './regex/pattern.ts';
import type { Variable } from './state.ts';
import { BytesInput } from './streams/input.ts';
import { sinkOf } from './streams/output.ts';
import { decodeText } from './text.ts';
import { UsageError } from './tools/options.ts';
import { explainUnknown } from './unknown-command.ts';

const NO_ASSIGNMENTS: readonly Assignment[] = [];
/** These get `name=value` as a node, because they may be given a list. */
const DECLARES: ReadonlySet<string> = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);
/** `exec` keeps its redirections; these builtins apply theirs to the shell itself. */
const KEEPS_REDIRECTIONS = 'exec';

/** Assignments, words and redirections of one command; then whatever its name stands for. */
export function* runSimpleCommand(shell: Interpreter, node: CommandAst): Step<number> {
  const rest = shell.run.turn.breathe(shell.run.cancel);
  if (rest !== undefined) yield rest;
  shell.substitutionStatus = 0;
  const argv: string[] = [];
  if (node.name !== undefined) yield* expandFields(shell, node.name, argv);
  let declarations = NO_ASSIGNMENTS;
  for (const argument of node.suffix) {
    if (argument.type === 'Word') yield* expandFields(shell, argument, argv);
    else if (argument.type === 'Assignment') {
      if (DECLARES.has(argv[0] ?? '')) declarations = [...declarations, argument];
      else if (argument.value.type === 'Word') {
        argv.push(`${argument.name}${argument.append === true ? '+' : ''}=${yield* expandText(shell, argument.value, true)}`);
      } else argv.push(argument.text);
    }
  }
  const prefix = node.prefix.length === 0 ? NO_ASSIGNMENTS : node.prefix.filter((item) => item.type === 'Assignment');
  const redirects = node.redirects;
  if (redirects.length === 0) return yield* execute(shell, argv, prefix, declarations);
  if (argv[0] === KEEPS_REDIRECTIONS && argv.length === 1) return yield* keepRedirections(shell, redirects);
  return yield* shell.withRedirections(redirects, () => execute(shell, argv, prefix, declarations));
}

function* keepRedirections(shell: Interpreter, redirects: CommandAst['redirects']): Step<number> {
  let table: Interpreter['fds'] | undefined;
  // eslint-disable-next-line require-yield
  const status = yield* shell.withRedirections(redirects, function* () {
    table = shell.fds;
    for (const descriptor of table) {
      descriptor?.input?.retain();
      descriptor?.output?.retain();
    }
    return 0;
  });
  if (table !== undefined) {
    for (const descriptor of shell.fds) {
      descriptor?.input?.release();
      descriptor?.output?.release();
    }
    shell.fds = table;
  }
  return status;
}

function* execute(shell: Interpreter, argv: string[], prefix: readonly Assignment[], declarations: readonly Assignment[]): Step<number> {
  const { state } = shell;
  if (argv.length === 0) {
    for (const assignment of prefix) yield* assignValue(shell, assignment);
    if (state.flags.xtrace) for (const assignment of prefix) shell.complain(`+ ${assignment.name}=${state.get(assignment.name) ?? ''}`);
    return shell.substitutionStatus;
  }
  if (state.flags.xtrace) shell.complain(`+ ${[...argv.map(traced), ...declarations.map((item) => item.text)].join(' ')}`);
  if (prefix.length === 0) return yield* dispatch(shell, argv, declarations);
  // `name=value command`: for that command only.
  const before = new Map<string, Variable | undefined>();
  try {
    for (const assignment of prefix) {
      if (!before.has(assignment.name)) {
        const variable = state.variables.get(assignment.name);
        before.set(assignment.name, variable === undefined ? undefined : { ...variable });
      }
      yield* assignValue(shell, assignment);
      const variable = state.variables.get(assignment.name);
      if (variable !== undefined) variable.exported = true;
    }
    return yield* dispatch(shell, argv, declarations);
  } finally {
    for (const [name, variable] of before) {
      if (variable === undefined) state.variables.delete(name);
      else state.variables.set(name, variable);
    }
  }
}

const traced = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoteText(word));

/** Runs a command by name: function, builtin, tool, or a script's path. */
export function* dispatch(
  shell: Interpreter,
  argv: string[],
  declarations: readonly Assignment[] = NO_ASSIGNMENTS,
  skipFunctions = false,
): Step<number> {
  const name = argv[0] as string;
  const args = argv.slice(1);
  const body = skipFunctions ? undefined : shell.state.functions.get(name);
  if (body !== undefined) return yield* shell.callFunction(name, body, args);
  const builtin = isForTool(shell, name, args) ? undefined : shell.run.builtins.get(name);
  if (builtin !== undefined) {
    if (args.length === 1 && args[0] === '--help' && name !== 'echo' && name !== 'test' && name !== '[') {
      return yield* dispatch(shell, ['help', name]);
    }
    let status: number;
    try {
      const result = builtin.run(shell, args, declarations);
      status = typeof result === 'number' ? result : yield* result;
    } catch (error) {
      status = builtinStatus(shell, name, error);
    }
    const output = shell.fds[1]?.output;
    if (output?.full === true) yield output.drain();
    return status;
  }
  const { commands } = shell.run;
  if (commands.has(name)) {
    if (args.length === 1 && args[0] === '--help') return yield* dispatch(shell, ['help', name]);
    let command: Command;
    try {
      command = commands.loaded(name) ?? (yield* wait(commands.load(name)));
    } catch (error) {
      if (shell.run.cancel.aborted) throw error;
      shell.complain(`${name}: this command could not be fetched; go online and try again, or reload the page`);
      return 126;
    }
    return yield* runTool(shell, command, args);
  }
  if (name.includes('/')) return yield* runFile(shell, name, args);
  shell.complain(explainUnknown(shell, name));
  return 127;
}

/**
 * `export home.zip`, `export -` and `export --history` cannot mean a variable; a host that has a tool of this name gets
 * them. Everything else is bash's.
 */
function isForTool(shell: Interpreter, name: string, args: readonly string[]): boolean {
  return name === 'export' && shell.run.commands.has(name) && args.some((argument) => argument === '-' || argument === '--history' || /^[^=]+\.zip$/i.test(argument));
}

function builtinStatus(shell: Interpreter, name: string, error: unknown): number {
  if (error instanceof UsageError) {
    shell.complain(`${name}: ${error.message}`);
    return error.status ?? 2;
  }
  if (error instanceof FsError) {
    shell.complain(`${name}: ${error.message}`);
    return 1;
  }
  throw error;
}

/** Runs one of the asynchronous commands with what it needs. */
function* runTool(shell: Interpreter, command: Command, args: string[]): Step<number> {
  const context = contextOf(shell, command, args);
  let failure: unknown;
  try {
    const running = command.run(context);
    // After Ctrl-C nobody waits for it any more; its failure must not become an unhandled rejection.
    running.catch(() => {});
    return yield* wait(running);
  } catch (error) {
    failure = error;
  }
  const { name } = command;
  if (failure instanceof Interrupted) {
    if (shell.run.cancel.aborted) throw failure;
    return 130;
  }
  if (failure instanceof BrokenPipe) return 141;
  if (failure instanceof UsageError) {
    shell.complain(`${name}: ${failure.message}\nTry 'help ${name}' for more information.`);
    return failure.status ?? 1;
  }
  if (failure instanceof FsError) {
    shell.complain(failure.path === '' ? `${name}: ${failure.message}` : `${name}: ${failure.path}: ${failure.message}`);
    return 1;
  }
  if (failure instanceof PatternError) {
    shell.complain(`${name}: ${failure.message}`);
    return 2;
  }
  if (failure instanceof ShellError) {
    shell.complain(`${name}: ${failure.message}`);
    return failure.status;
  }
  shell.complain(`${name}: failed inside Selkie: ${failure instanceof Error ? failure.message : String(failure)}`);
  return 1;
}

function contextOf(shell: Interpreter, command: Command, args: string[]): CommandContext {
  const { run, state, fds } = shell;
  const { cancel, turn } = run;
  const sink = (number: number): CommandContext['stdout'] => {
    const output = fds[number]?.output;
    if (output === undefined) return { write: () => Promise.reject(new ShellError('write error: Bad file descriptor')) };
    const plain = sinkOf(output);
    return {
      write(bytes) {
        let due: Promise<void> | undefined;
        try {
          due = turn.breathe(cancel);
        } catch (error) {
          return Promise.reject(error as Error);
        }
        return due === undefined ? plain.write(bytes) : due.then(() => plain.write(bytes));
      },
    };
  };
  return {
    args,
    name: command.name,
    stdin: fds[0]?.input ?? new BytesInput(new Uint8Array(0)),
    stdout: sink(1),
    stderr: sink(2),
    files: shell.files,
    cwd: state.cwd,
    env: state.exported(),
    signal: cancel,
    now: run.now,
    breathe: () => turn.breathe(cancel),
    isTerminalOutput: fds[1]?.output?.isTerminal ?? false,
    terminal: run.terminal,
    history: run.history,
    execute: (argv, overrides) => {
      const table = fds.slice();
      if (overrides?.stdin !== undefined) table[0] = { input: overrides.stdin };
      const child = shell.fork(table);
      for (const [name, value] of Object.entries(overrides?.env ?? {})) {
        child.state.assign(name, value);
        child.state.writable(name).exported = true;
      }
      return drive(child.process(() => dispatch(child, [...argv])), cancel);
    },
  };
}

/** `./script` or `/path/to/script`: run in a process of its own. */
function* runFile(shell: Interpreter, name: string, args: string[]): Step<number> {
  let bytes: Uint8Array;
  try {
    const path = locate(shell.place, name);
    const stat = shell.files.stat(path);
    if (stat?.kind === 'directory') {
      shell.complain(`${name}: Is a directory`);
      return 126;
    }
    if (stat !== undefined && (stat.mode & 0o111) === 0) {
      shell.complain(`${name}: Permission denied`);
      return 126;
    }
    bytes = shell.files.read(path);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    shell.complain(`${name}: ${error.message}`);
    return error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 127 : 126;
  }
  return yield* runScript(shell, decodeText(bytes), name, args);
}

/** A script in a fresh process: exported variables, no functions, no aliases, its own parameters. */
export function* runScript(shell: Interpreter, source: string, name: string, args: string[]): Step<number> {
  const child = shell.fork(shell.fds.slice());
  const { state } = child;
  for (const [key, variable] of state.variables) if (!variable.exported) state.variables.delete(key);
  state.functions.clear();
  state.aliases.clear();
  state.scriptName = name;
  state.positional = args;
  state.locals = [];
  state.functionNames = [];
  state.errexitIgnored = 0;
  Object.assign(state.flags, { errexit: false, nounset: false, xtrace: false, noglob: false, pipefail: false, noclobber: false });
  return yield* child.process(() => child.evaluate(source));
}
