import type { Files } from '../fs/files.ts';
import { builtins } from './builtins/all.ts';
import type { ByteSink, ByteSource, CancelSignal, HistoryPort, TerminalIo } from './command.ts';
import { CommandTable, type OfferedCommand } from './command-table.ts';
import { Interrupted } from './command.ts';
import { completeLine, type Completion } from './completion.ts';
import { Cancel, drive, ShellExit } from './flow.ts';
import { Interpreter } from './interpreter.ts';
import { isUnfinished, parseScript } from './parse.ts';
import { ProcessCount, type Job, type Run } from './run.ts';
import { ShellState } from './state.ts';
import { HostInput } from './streams/input.ts';
import { HostOutputs } from './streams/host-output.ts';
import { Turn } from './turn.ts';

/**
 * The shell: `unbash` parses, our interpreter (interpreter.ts) walks the tree, pipes (streams/) join the stages.
 *
 *   run(source) ─► parse.ts ─► interpreter.ts ─► simple-command.ts ─► builtins/ (at once) or tools/ (async)
 *                                  │                   └─► expand/ (words), regex/ (patterns)
 *                                  └─► pipeline.ts: one process for each stage, bounded pipes between
 *
 * Everything runs on the page's main thread, so a turn (turn.ts) ends after a few milliseconds and Ctrl-C reaches any
 * loop. Rejected: a Worker for the whole shell (localStorage is not there), and just-bash's interpreter (no streaming,
 * never yields); its heavy tools can still be passed in as commands.
 */
export interface ShellOptions {
  files: Files;
  /** Initial exported variables; HOME, PATH, USER, PWD, TERM are set by the caller. */
  env: Record<string, string>;
  cwd: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Milliseconds, for the yielding deadline. */
  monotonic: () => number;
  /** In [0, 1), for `$RANDOM`. */
  random: () => number;
  /** Gives the event loop a turn. */
  yieldNow: () => Promise<void>;
  /** A timer, for `sleep`. Without it `sleep` gives the event loop turn after turn, which keeps a core busy. */
  delay?: (milliseconds: number) => Promise<void>;
  /** Where a name is offered twice, the last counts. */
  commands: readonly OfferedCommand[];
  history?: HistoryPort;
  /** `$0` and `$1`… */
  scriptName?: string;
  arguments?: readonly string[];
}

export interface ShellIo {
  stdin: ByteSource;
  stdout: ByteSink;
  stderr: ByteSink;
  signal: CancelSignal;
  terminal?: TerminalIo;
}

export interface Shell {
  readonly cwd: string;
  /** Runs a line or script; resolves with the exit status, never rejects. 130 after the signal fired. */
  run(source: string, io: ShellIo): Promise<number>;
  /** 'incomplete' = an open quote, heredoc, `|`, `if` …: the line editor asks for another line (PS2). */
  status(source: string): 'complete' | 'incomplete' | 'error';
  /** Completions at `cursor` (UTF-16 index): the part [start, cursor) is replaced by one of `candidates`. */
  complete(source: string, cursor: number): Completion;
  variable(name: string): string | undefined;
  /** Fetches the code of every command, so that they work offline and Tab knows their arguments. */
  prepare(): Promise<void>;
  readonly lastStatus: number;
  /** `exit` was called (terminal: starts a fresh prompt and says so). */
  readonly exited: boolean;
}

export function createShell(options: ShellOptions): Shell {
  const { files } = options;
  const state = new ShellState(options.cwd, options.random, options.now);
  for (const [name, value] of Object.entries(options.env)) {
    state.assign(name, value);
    state.writable(name).exported = true;
  }
  state.assign('PWD', options.cwd);
  state.writable('PWD').exported = true;
  state.scriptName = options.scriptName ?? 'bash';
  state.positional = [...(options.arguments ?? [])];
  const commands = new CommandTable(options.commands);
  const processes = new ProcessCount();
  const jobs = new Map<number, Job>();
  const turn = new Turn(options.monotonic, options.yieldNow);
  const inputs = new WeakMap<ByteSource, HostInput>();
  let exited = false;

  const run = async (source: string, io: ShellIo): Promise<number> => {
    const cancel = new Cancel();
    const unfollow = cancel.follow(io.signal);
    const isTerminal = io.terminal !== undefined;
    const outputs = new HostOutputs();
    let stdin = inputs.get(io.stdin);
    if (stdin === undefined) inputs.set(io.stdin, (stdin = new HostInput(io.stdin, isTerminal)));
    const environment: Run = {
      files, commands, builtins, turn, cancel, terminal: io.terminal, history: options.history, processes, jobs,
      now: options.now, monotonic: options.monotonic, delay: options.delay ?? options.yieldNow,
    };
    const shell = new Interpreter(environment, state, [
      { input: stdin },
      { output: outputs.output(io.stdout, isTerminal) },
      { output: outputs.output(io.stderr, isTerminal) },
    ]);
    state.flags.expandAliases ||= isTerminal;
    exited = false;
    turn.begin();
    let status: number;
    try {
      status = await drive(
        shell.process(function* () {
          const script = shell.parse(source);
          if (script === undefined) return 2;
          try {
            return yield* shell.script(script, source);
          } catch (error) {
            if (error instanceof ShellExit) exited = true;
            throw error;
          }
        }),
        cancel,
      );
      // Background commands still write to this run's streams; a script ends with the last of them.
      for (;;) {
        const running = [...jobs.values()].filter((job) => job.status === undefined);
        if (isTerminal || running.length === 0) break;
        await untilAborted(Promise.all(running.map((job) => job.done)), cancel);
      }
      await untilAborted(outputs.drain(), cancel);
    } catch (error) {
      status = error instanceof Interrupted ? 130 : 1;
      outputs.discard();
      if (!isTerminal) for (const job of jobs.values()) job.cancel.abort();
    } finally {
      unfollow();
    }
    state.lastStatus = status;
    state.locals = [];
    state.functionNames = [];
    state.loopDepth = 0;
    state.depth = 0;
    state.errexitIgnored = 0;
    return status;
  };

  return {
    get cwd() {
      return state.cwd;
    },
    run,
    status(source) {
      if (isUnfinished(source)) return 'incomplete';
      return parseScript(source).kind === 'ok' ? 'complete' : 'error';
    },
    complete: (source, cursor) =>
      completeLine(source, cursor, {
        files,
        cwd: state.cwd,
        home: state.get('HOME') ?? '/',
        commands: [...builtins.keys(), ...commands.names(), ...state.functions.keys(), ...state.aliases.keys()],
        variables: [...state.variables.keys()],
        verbs: (name) => commands.loaded(name)?.verbs,
      }),
    variable: (name) => state.get(name),
    async prepare() {
      await commands.loadAll();
    },
    get lastStatus() {
      return state.lastStatus;
    },
    get exited() {
      return exited;
    },
  };
}

function untilAborted<T>(promise: Promise<T>, cancel: Cancel): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Interrupted());
    if (cancel.aborted) {
      stop();
      return;
    }
    cancel.addEventListener('abort', stop);
    promise.then(resolve, reject).finally(() => cancel.removeEventListener('abort', stop));
  });
}
