import type { Assignment, Command as CommandAst } from 'unbash';
import { FsError } from '../fs/files.ts';
import { TWINS } from './builtin-names.ts';
import { BrokenPipe, Interrupted, type Command, type CommandContext } from './command.ts';
import { assignValue } from './assignments.ts';
import { callFunction } from './call-function.ts';
import { expandFields, expandText } from './expand/words.ts';
import { drive, later, ShellError, wait, type Cancel, type Soon, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { withKeywords, type CommandParts } from './keyword-arguments.ts';
import { locate } from './locate.ts';
import { openScript, runScript } from './run-file.ts';
import { signalStatus } from './signals.ts';
import { PatternError } from './regex/pattern.ts';
import type { Variable } from './state.ts';
import { BytesInput } from './streams/input.ts';
import { sinkOf } from './streams/output.ts';
import { UsageError } from './tools/options.ts';
import { traced } from './trace.ts';
import { askedOfTool, toolVersion } from './tool-version.ts';
import { explainUnknown } from './unknown-command.ts';
import { untilAborted } from './until-aborted.ts';

const NO_ASSIGNMENTS: readonly Assignment[] = [];
/** These get `name=value` as a node, because they may be given a list. */
const DECLARES: ReadonlySet<string> = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);
/** In these an error may be one of the words or commands they expand and run, which ends the line as it does outside. */
const RUNS_OTHERS: ReadonlySet<string> = new Set([...DECLARES, 'eval', '.', 'source', 'command', 'builtin', 'exec', 'help']);
/** `exec` keeps its redirections; these builtins apply theirs to the shell itself. */
const KEEPS_REDIRECTIONS = 'exec';

/** Assignments, words and redirections of one command; then whatever its name stands for. */
export function runSimpleCommand(shell: Interpreter, node: CommandAst): Soon<number> {
  const rest = shell.run.turn.breathe(shell.run.cancel);
  if (rest !== undefined || shell.signals.any) return restAndRun(shell, node, rest);
  const status = expandAndRun(shell, node);
  return typeof status !== 'number' || shell.substitutions.hasReaders ? thenFeed(shell, status) : status;
}

function* restAndRun(shell: Interpreter, node: CommandAst, rest: Promise<void> | undefined): Step<number> {
  if (rest !== undefined) yield rest;
  if (shell.signals.any) yield* shell.handleSignals();
  return yield* thenFeed(shell, expandAndRun(shell, node));
}

function* thenFeed(shell: Interpreter, steps: Soon<number>): Step<number> {
  const status = yield* later(steps);
  if (shell.substitutions.hasReaders) yield* shell.substitutions.feed(shell);
  return status;
}

function expandAndRun(shell: Interpreter, written: CommandAst): Soon<number> {
  const node: CommandParts = shell.state.flags.keyword ? withKeywords(written) : written;
  shell.substitutionStatus = 0;
  const argv: string[] = [];
  const { name, suffix } = node;
  let steps = name === undefined ? undefined : expandFields(shell, name, argv);
  if (steps !== undefined) return expandLater(shell, node, argv, 0, steps);
  for (let at = 0; at < suffix.length; at += 1) {
    const argument = suffix[at]!;
    if (argument.type !== 'Word') return expandLater(shell, node, argv, at, undefined);
    steps = expandFields(shell, argument, argv);
    if (steps !== undefined) return expandLater(shell, node, argv, at + 1, steps);
  }
  return runExpanded(shell, node, argv, NO_ASSIGNMENTS);
}

/** Goes on after `steps` with the argument at `from`. */
function* expandLater(shell: Interpreter, node: CommandParts, argv: string[], from: number, steps: Step<void> | undefined): Step<number> {
  if (steps !== undefined) yield* steps;
  let declarations = NO_ASSIGNMENTS;
  for (const argument of node.suffix.slice(from)) {
    if (argument.type === 'Word') yield* later(expandFields(shell, argument, argv));
    else if (argument.type === 'Assignment') {
      if (DECLARES.has(argv[0] ?? '')) declarations = [...declarations, argument];
      else if (argument.value.type === 'Word') {
        argv.push(`${argument.name}${argument.append === true ? '+' : ''}=${yield* later(expandText(shell, argument.value, true))}`);
      } else argv.push(argument.text);
    }
  }
  return yield* later(runExpanded(shell, node, argv, declarations));
}

function runExpanded(shell: Interpreter, node: CommandParts, argv: string[], declarations: readonly Assignment[]): Soon<number> {
  const prefix = node.prefix.length === 0 ? NO_ASSIGNMENTS : node.prefix.filter((item) => item.type === 'Assignment');
  const { redirects } = node;
  // Before its redirections: what `2>/dev/null` hides is not the trace.
  if (shell.state.flags.xtrace && argv.length > 0 && prefix.length === 0) traceCommand(shell, argv, declarations);
  if (redirects.length === 0) return execute(shell, argv, prefix, declarations);
  if (argv[0] === KEEPS_REDIRECTIONS && argv.length === 1) return keepRedirections(shell, redirects);
  return shell.withRedirections(redirects, () => execute(shell, argv, prefix, declarations));
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
    for (const descriptor of table) shell.run.kept.watch(descriptor);
    for (const descriptor of shell.fds) {
      descriptor?.input?.release();
      descriptor?.output?.release();
    }
    shell.fds = table;
  }
  return status;
}

function execute(shell: Interpreter, argv: string[], prefix: readonly Assignment[], declarations: readonly Assignment[]): Soon<number> {
  const { state } = shell;
  if (argv.length === 0) {
    for (let at = 0; at < prefix.length; at += 1) {
      const steps = assignValue(shell, prefix[at] as Assignment);
      if (steps !== undefined) return assignLater(shell, prefix, at, steps);
      if (state.flags.xtrace) traceAssignment(shell, prefix[at] as Assignment);
    }
    state.lastArgument = '';
    return shell.substitutionStatus;
  }
  state.lastArgument = argv[argv.length - 1] as string;
  if (prefix.length > 0) return executeWith(shell, argv, prefix, declarations);
  return dispatch(shell, argv, declarations);
}

function traceCommand(shell: Interpreter, argv: readonly string[], declarations: readonly Assignment[]): void {
  shell.trace([...argv.map(traced), ...declarations.map((item) => item.text)].join(' '));
}

function traceAssignment(shell: Interpreter, { name, value, index, text }: Assignment): void {
  shell.trace(value.type === 'Word' && index === undefined ? `${name}=${tracedValue(shell.state.get(name) ?? '')}` : text);
}

const tracedValue = (value: string): string => (value === '' ? '' : traced(value));

function* assignLater(shell: Interpreter, assignments: readonly Assignment[], at: number, steps: Step<void>): Step<number> {
  for (let index = at; index < assignments.length; index += 1) {
    const assignment = assignments[index] as Assignment;
    if (index === at) yield* steps;
    else yield* later(assignValue(shell, assignment));
    if (shell.state.flags.xtrace) traceAssignment(shell, assignment);
  }
  return shell.substitutionStatus;
}

/** `name=value command`: for that command only. */
function* executeWith(shell: Interpreter, argv: string[], prefix: readonly Assignment[], declarations: readonly Assignment[]): Step<number> {
  const { state } = shell;
  const before = new Map<string, Variable | undefined>();
  try {
    for (const assignment of prefix) {
      if (!before.has(assignment.name)) {
        const variable = state.variables.get(assignment.name);
        before.set(assignment.name, variable === undefined ? undefined : { ...variable });
      }
      try {
        yield* later(assignValue(shell, assignment));
      } catch (error) {
        // The command runs all the same, without it.
        if (!(error instanceof ShellError) || error.status === 127) throw error;
        shell.report(error.message);
        continue;
      }
      const variable = state.variables.get(assignment.name);
      if (variable !== undefined) variable.exported = true;
      if (state.flags.xtrace) traceAssignment(shell, assignment);
    }
    if (state.flags.xtrace) traceCommand(shell, argv, declarations);
    return yield* later(dispatch(shell, argv, declarations));
  } finally {
    for (const [name, variable] of before) {
      if (variable === undefined) state.variables.delete(name);
      else state.variables.set(name, variable);
    }
  }
}

/** Runs a command by name: function, builtin, tool, or a script's path. */
export function dispatch(shell: Interpreter, argv: string[], declarations: readonly Assignment[] = NO_ASSIGNMENTS, skipFunctions = false): Soon<number> {
  const name = argv[0] as string;
  const args = argv.slice(1);
  const body = skipFunctions ? undefined : shell.state.functions.get(name);
  if (body !== undefined) return callFunction(shell, name, body, args);
  const builtin = isForTool(shell, name, args) ? undefined : shell.builtin(name) ?? (TWINS.has(name) ? shell.run.builtins.get(name) : undefined);
  if (builtin === undefined) return runOther(shell, argv, args, declarations);
  if (args.length === 1 && args[0] === '--help' && name !== 'echo' && name !== 'test' && name !== '[') return dispatch(shell, ['help', name]);
  let status: Soon<number>;
  try {
    status = builtin.run(shell, args, declarations);
  } catch (error) {
    status = builtinStatus(shell, name, error);
  }
  return typeof status !== 'number' || shell.fds[1]?.output?.full === true ? thenDrain(shell, name, status) : status;
}

function* thenDrain(shell: Interpreter, name: string, steps: Soon<number>): Step<number> {
  let status: number;
  try {
    status = yield* later(steps);
  } catch (error) {
    status = builtinStatus(shell, name, error);
  }
  const output = shell.fds[1]?.output;
  if (output?.full === true) yield output.drain();
  return status;
}

/** What is neither a function nor a builtin. */
function* runOther(shell: Interpreter, argv: string[], args: string[], declarations: readonly Assignment[]): Step<number> {
  const name = argv[0] as string;
  const { commands } = shell.run;
  if (commands.has(name)) {
    if (args.length === 1 && args[0] === '--help') return yield* later(dispatch(shell, ['help', name]));
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
  if (name.includes('/')) {
    // What `command -v` answers may be called by that name.
    const program = programAt(shell, name);
    if (program !== undefined) return yield* later(dispatch(shell, [program, ...args], declarations, true));
    if (shell.state.flags.autocd && isDirectory(shell, name)) return yield* later(dispatch(shell, ['cd', '--', name]));
    return yield* runFile(shell, name, args);
  }
  const found = findOnPath(shell, name);
  if (found !== undefined) return yield* runFile(shell, found, args);
  if (shell.state.flags.autocd && isDirectory(shell, name)) return yield* later(dispatch(shell, ['cd', '--', name]));
  const handler = shell.state.functions.get('command_not_found_handle');
  if (handler !== undefined) return yield* later(callFunction(shell, 'command_not_found_handle', handler, argv));
  shell.report(explainUnknown(shell, name));
  return 127;
}

function* runFile(shell: Interpreter, name: string, args: string[]): Step<number> {
  const opened = openScript(shell, name, args);
  if (typeof opened === 'number') return opened;
  return yield* later(Array.isArray(opened) ? dispatch(shell, opened, [], true) : runScript(shell, opened));
}

/** `/bin/ls`, `/usr/bin/env`: the command of that name, where no file stands there. */
export function programAt(shell: Interpreter, path: string): string | undefined {
  const name = /^\/(?:usr\/)?(?:local\/)?bin\/([^/]+)$/.exec(path)?.[1];
  if (name === undefined || !(shell.run.commands.has(name) || shell.run.builtins.has(name))) return undefined;
  return shell.files.stat(path) === undefined ? name : undefined;
}

/** The script of that name in a directory of `$PATH`. */
export function findOnPath(shell: Interpreter, name: string): string | undefined {
  if (name === '') return undefined;
  for (const directory of (shell.state.get('PATH') ?? '').split(':')) {
    const path = `${directory === '' ? '.' : directory}/${name}`;
    try {
      const stat = shell.files.stat(locate(shell.place, path));
      if (stat?.kind === 'file' && (stat.mode & 0o111) !== 0) return path;
    } catch {
      // A directory of PATH that is not there.
    }
  }
  return undefined;
}

function isDirectory(shell: Interpreter, name: string): boolean {
  try {
    return shell.files.stat(locate(shell.place, name))?.kind === 'directory';
  } catch {
    return false;
  }
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
    shell.report(`${name}: ${error.message}`);
    return error.status ?? 2;
  }
  if (error instanceof FsError) {
    shell.report(`${name}: ${error.message}`);
    return 1;
  }
  if (error instanceof ShellError && error.status !== 127 && !RUNS_OTHERS.has(name)) {
    shell.report(error.message.endsWith(': readonly variable') ? error.message : `${name}: ${error.message}`);
    return error.status;
  }
  throw error;
}

/** Runs one of the asynchronous commands with what it needs. */
function* runTool(shell: Interpreter, command: Command, args: string[]): Step<number> {
  const { run } = shell;
  run.kept.store();
  const cancel = shell.outlivesInterrupt ? run.cancel.child() : run.cancel;
  const context = contextOf(shell, command, args, cancel);
  let failure: unknown;
  try {
    const running = command.run(context);
    // After Ctrl-C nobody waits for it any more; its failure must not become an unhandled rejection.
    running.catch(() => {});
    return yield* wait(cancel === run.cancel ? running : untilAborted(cancel, running));
  } catch (error) {
    failure = error;
  } finally {
    if (cancel !== run.cancel) run.cancel.release(cancel);
  }
  const { name } = command;
  if (failure instanceof Interrupted) {
    if (run.cancel.aborted) throw failure;
    return cancel.signal === undefined ? 130 : signalStatus(cancel.signal);
  }
  if (failure instanceof BrokenPipe) return 141;
  if (failure instanceof UsageError) {
    const asked = askedOfTool(failure.message);
    if (asked === 'help') return yield* later(dispatch(shell, ['help', name]));
    if (asked === 'version') {
      shell.print(`${toolVersion(name)}\n`);
      return 0;
    }
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

function contextOf(shell: Interpreter, command: Command, args: string[], cancel: Cancel): CommandContext {
  const { run, state, fds } = shell;
  const { turn } = run;
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
    delay: async (milliseconds) => {
      await run.delay(milliseconds);
      await turn.breathe(cancel);
    },
    random: () => state.random(),
    isTerminalOutput: fds[1]?.output?.isTerminal ?? false,
    terminal: run.terminal,
    history: run.history,
    execute: (argv, overrides) => {
      const table = fds.slice();
      if (overrides?.stdin !== undefined) table[0] = { input: overrides.stdin };
      if (overrides?.stdout !== undefined) table[1] = { output: overrides.stdout };
      const child = shell.fork(table, cancel === run.cancel ? run : { ...run, cancel });
      for (const [name, value] of Object.entries(overrides?.env ?? {})) {
        child.state.assign(name, value);
        child.state.writable(name).exported = true;
      }
      return drive(child.process(() => dispatch(child, [...argv])), cancel);
    },
  };
}

