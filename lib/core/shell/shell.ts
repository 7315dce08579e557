import type { Files } from '../fs/files.ts';
import { builtins } from './builtins/all.ts';
import type { ByteSink, ByteSource, CancelSignal, HistoryPort, TerminalIo } from './command.ts';
import { CommandTable, type OfferedCommand } from './command-table.ts';
import { Interrupted } from './command.ts';
import type { Completion } from '../tty/line-reader-options.ts';
import type { ColourSpan } from '../tty/line-view.ts';
import { completeLine, type CompletionKnown } from './completion.ts';
import { highlight } from './highlight.ts';
import { KEYWORDS } from './builtins/lookup.ts';
import { locate } from './locate.ts';
import { Cancel, drive, later, ShellExit, type Step } from './flow.ts';
import { Interpreter } from './interpreter.ts';
import * as limits from '../limits.ts';
import { isUnfinished, parseScript } from './parse.ts';
import { JobTable, type Job } from './jobs.ts';
import { isSet, KeptDescriptors } from './kept-descriptors.ts';
import { expandHistory, type HistoryExpansion } from './history-expansion.ts';
import { expandQuotedText } from './expand/words.ts';
import { decodePrompt, keepColours } from './prompt-string.ts';
import { ProcessTable, type Run } from './run.ts';
import { signalStatus } from './signals.ts';
import { SourceText } from './source-text.ts';
import { ShellState } from './state.ts';
import { HostInput } from './streams/input.ts';
import { untilAborted } from './until-aborted.ts';
import { HostOutputs } from './streams/host-output.ts';
import { encodeText } from './text.ts';
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
  /** What a shell does before its first prompt: runs ~/.bashrc, when there is one. Never rejects. */
  start(io: ShellIo): Promise<void>;
  /** `$PS1` as it is shown, colours and lines only, after `$PROMPT_COMMAND` has run; undefined when PS1 is not set. Never rejects. */
  prompt(io: ShellIo): Promise<string | undefined>;
  /** Whether ~/.bashrc, a `PS1=` or a `PROMPT_COMMAND=` asks for `prompt` at all. */
  readonly hasPrompt: boolean;
  /** `!!`, `!$`, `^old^new` of a line that was typed; `set +H` switches it off. */
  expandHistory(line: string): HistoryExpansion;
  /**
   * Ctrl-C, for what runs in front: a script that traps it, or cleans up after itself, goes on and this answers true.
   * Otherwise, and when it was pressed twice within a second, the caller fires the signal of `run`, which nothing withstands.
   */
  interrupt(): boolean;
  /** Ctrl-Z: what runs in front becomes a stopped job and its `run` resolves; false when nothing runs. */
  suspend(): boolean;
  /** 'incomplete' = an open quote, heredoc, `|`, `if` …: the line editor asks for another line (PS2). */
  status(source: string): 'complete' | 'incomplete' | 'error';
  /** Completions at `cursor` (UTF-16 index): the part [start, cursor) is replaced by one of `candidates`. */
  complete(source: string, cursor: number): Completion;
  /** The colours of a line that is being typed at `cursor`; -1: that was sent. */
  colours(source: string, cursor: number): ColourSpan[];
  variable(name: string): string | undefined;
  /** Fetches the code of every command, so that they work offline and Tab knows their arguments. */
  prepare(): Promise<void>;
  readonly lastStatus: number;
  /** `exit` was called (terminal: starts a fresh prompt and says so). */
  readonly exited: boolean;
}

export function createShell(options: ShellOptions): Shell {
  const { files } = options;
  let state = new ShellState(options.cwd, options.random, options.now);
  for (const [name, value] of Object.entries(options.env)) {
    state.assign(name, value);
    state.writable(name).exported = true;
  }
  for (const [name, value] of Object.entries({ IFS: ' \t\n', OPTIND: '1', PS4: '+ ', BASH_VERSION: '5.2.15(1)-release' })) state.assign(name, value);
  state.assign('PWD', options.cwd);
  state.writable('PWD').exported = true;
  state.assign('SHLVL', '1');
  state.writable('SHLVL').exported = true;
  state.scriptName = options.scriptName ?? 'bash';
  state.positional = [...(options.arguments ?? [])];
  const commands = new CommandTable(options.commands);
  const processes = new ProcessTable(state.processId);
  const jobs = new JobTable();
  const traps = new Map<string, string>();
  const kept = new KeptDescriptors();
  const turn = new Turn(options.monotonic, options.yieldNow);
  const inputs = new WeakMap<ByteSource, HostInput>();
  /** What runs in front, for Ctrl-C and Ctrl-Z. */
  let front: { cancel: Cancel; run: Run; onStop: () => void } | undefined;
  let currentStdin: ByteSource | undefined;
  let interruptedAt = Number.NEGATIVE_INFINITY;
  let exited = false;

  const begin = (io: ShellIo): void => {
    exited = false;
    currentStdin = io.stdin;
    if (io.terminal === undefined || state.isInteractive) return;
    state.isInteractive = true;
    // `extglob` as in every bash that has loaded its distribution's completions.
    Object.assign(state.flags, { expandAliases: true, monitor: true, history: true, histexpand: true, extglob: true });
  };

  /** Runs `body` as a line of the shell; resolves with its status. */
  const perform = async (io: ShellIo, text: string, body: (shell: Interpreter) => Step<number>): Promise<number> => {
    begin(io);
    const cancel = new Cancel();
    const unfollow = cancel.follow(io.signal);
    const isTerminal = io.terminal !== undefined;
    const outputs = new HostOutputs();
    let stdin = inputs.get(io.stdin);
    if (stdin === undefined) inputs.set(io.stdin, (stdin = new HostInput(io.stdin, isTerminal, cancel, () => currentStdin)));
    const run: Run = {
      files, commands, builtins, turn, cancel, terminal: io.terminal, history: options.history, processes, kept,
      isBackground: false, background: new Set(), foreground: { job: undefined },
      now: options.now, monotonic: options.monotonic, delay: options.delay ?? options.yieldNow,
    };
    const mine = state;
    const shell = new Interpreter(run, mine, kept.over([
      { input: stdin },
      { output: outputs.output(io.stdout, isTerminal) },
      { output: outputs.output(io.stderr, isTerminal) },
    ]), jobs, true, traps);
    cancel.owner = shell;
    let becameJob = false;
    let stopped = (): void => {};
    const untilStopped = new Promise<void>((resolve) => (stopped = resolve));
    front = { cancel, run, onStop: () => stopped() };
    turn.begin();
    const work = drive(
      shell.process(function* () {
        try {
          return yield* body(shell);
        } catch (error) {
          if (error instanceof ShellExit) exited = !becameJob;
          throw error;
        }
      }, isTerminal),
      cancel,
    );
    const finish = async (): Promise<number> => {
      let status: number;
      try {
        status = await work;
        // Background commands still write to this run's streams; a script ends with the last of them.
        while (!isTerminal && run.background.size > 0) await untilAborted(cancel, Promise.all(run.background));
        await untilAborted(cancel, outputs.drain());
        if (shell.killedBy !== undefined && cancel.aborted) status = signalStatus(shell.killedBy);
      } catch (error) {
        status = error instanceof Interrupted ? signalStatus(cancel.signal ?? shell.killedBy ?? 'INT') : 1;
        outputs.discard();
        if (!isTerminal) for (const job of jobs.all()) job.cancel.abort('HUP');
      }
      return status;
    };
    const finished = finish();
    const first = await Promise.race([finished, untilStopped.then(() => undefined)]);
    front = undefined;
    unfollow();
    if (first === undefined) {
      becameJob = true;
      state = mine.cloneForPrompt();
      return stopAsJob(shell, cancel, text, finished, outputs);
    }
    mine.unwind();
    Object.assign(mine, { lastStatus: first, depth: 0, errexitIgnored: 0 });
    if (isTerminal) reportJobs(io);
    return first;
  };

  const stopAsJob = (shell: Interpreter, cancel: Cancel, text: string, finished: Promise<number>, outputs: HostOutputs): number => {
    const job: Job = {
      id: jobs.nextId(), processId: shell.state.processId === state.processId ? processes.newId() : shell.state.ownProcessId, text, cancel, status: undefined, isOwn: true, isReported: false,
      done: finished.then((status) => {
        job.status = status;
        processes.remove(job.processId);
        return status;
      }),
    };
    jobs.add(job);
    shell.isJob = true;
    processes.set(job.processId, shell);
    shell.complain(`\n${jobs.describe(job).trimEnd()}`);
    void outputs.drain();
    state.lastStatus = signalStatus('TSTP');
    return state.lastStatus;
  };

  /** As bash before a prompt: which jobs have ended since the last one. */
  const reportJobs = (io: ShellIo): void => {
    for (const job of jobs.all()) {
      if (job.status === undefined || job.isReported) continue;
      void io.stderr.write(encodeText(jobs.describe(job)));
      jobs.remove(job);
    }
  };

  const run = (source: string, io: ShellIo): Promise<number> =>
    perform(io, source.trim().replace(/\s*\n\s*/g, '; '), (shell) => shell.script(new SourceText(source, undefined)));

  const names = (): string[] => [...builtins.keys(), ...commands.names(), ...state.functions.keys(), ...state.aliases.keys()];
  const completionKnown = (): CompletionKnown => ({
    files,
    cwd: state.cwd,
    home: state.get('HOME') ?? '/',
    commands: names(),
    variables: [...state.variables.keys()],
    functions: [...state.functions.keys()],
    aliases: [...state.aliases.keys()],
    jobs: jobs.running().map(({ id, text }) => ({ id, text })),
    summary: (name) => builtins.get(name)?.summary ?? commands.loaded(name)?.summary,
    describe(name) {
      const builtin = builtins.get(name);
      if (builtin !== undefined) return builtin;
      // So that the next Tab knows; a page that is offline and incomplete goes without.
      if (commands.has(name) && commands.loaded(name) === undefined) commands.load(name).catch(() => undefined);
      return commands.loaded(name);
    },
  });
  /** Whether a word, as it is without its quotes, names something in the tree. */
  const isHere = (word: string): boolean => {
    const home = state.get('HOME') ?? '/';
    try {
      return files.stat(locate({ files, cwd: state.cwd }, word === '~' ? home : word.startsWith('~/') ? home + word.slice(1) : word)) !== undefined;
    } catch {
      return false;
    }
  };
  const commandKind = (name: string): 'known' | 'beginning' | 'unknown' => {
    if (name.includes('/')) return isHere(name) ? 'known' : 'unknown';
    if (builtins.has(name) || commands.has(name) || state.functions.has(name) || state.aliases.has(name)) return 'known';
    return [...names(), ...KEYWORDS].some((known) => known.startsWith(name)) ? 'beginning' : 'unknown';
  };

  return {
    get cwd() {
      return state.cwd;
    },
    run,
    async start(io) {
      const path = `${state.get('HOME') ?? '/'}/.bashrc`;
      begin(io);
      if (files.stat(path) === undefined) return;
      const status = await perform(io, '. ~/.bashrc', (shell) => shell.evaluate('. ~/.bashrc'));
      if (exited) void io.stderr.write(encodeText('~/.bashrc: it called `exit`; the rest of it did not run\n'));
      else if (status === 130) void io.stderr.write(encodeText('~/.bashrc: stopped; the rest of it did not run\n'));
      exited = false;
      state.lastStatus = 0;
    },
    get hasPrompt() {
      return isSet(state, 'PS1') || isSet(state, 'PROMPT_COMMAND');
    },
    async prompt(io) {
      const { lastStatus } = state;
      let text: string | undefined;
      const late = new Cancel();
      const unfollow = late.follow(io.signal);
      let isOver = false;
      // Whatever a prompt runs, the person gets to type.
      const limit = async (): Promise<void> => {
        const until = options.monotonic() + limits.shellPromptMs;
        for (let left = until - options.monotonic(); left > 0 && !isOver; left = until - options.monotonic()) {
          await options.delay?.(left);
          await options.yieldNow();
        }
        if (!isOver) late.abort();
      };
      if (options.delay !== undefined) void limit();
      const status = await perform({ ...io, signal: late }, 'PS1', function* (shell) {
        for (const command of shell.state.elements('PROMPT_COMMAND')) {
          shell.state.lastStatus = lastStatus;
          yield* shell.evaluate(command);
        }
        shell.state.lastStatus = lastStatus;
        if (isSet(shell.state, 'PS1')) text = yield* later(expandQuotedText(shell, decodePrompt(shell, shell.state.get('PS1') as string, (options.history?.entries().length ?? 0) + 1)));
        return 0;
      });
      isOver = true;
      unfollow();
      state.lastStatus = lastStatus;
      exited = false;
      return status !== 0 || text === undefined ? undefined : keepColours(text);
    },
    expandHistory: (line) => (state.isInteractive && !state.flags.histexpand ? { kind: 'same' } : expandHistory(line, options.history?.entries() ?? [])),
    interrupt() {
      if (front === undefined) return false;
      const now = options.monotonic();
      const isSecond = now - interruptedAt < 1000;
      interruptedAt = now;
      if (isSecond) return false;
      if (front.run.foreground.job !== undefined) return front.run.foreground.job.cancel.interrupt() || true;
      return front.cancel.interrupt();
    },
    suspend() {
      if (front === undefined) return false;
      const { job } = front.run.foreground;
      if (job !== undefined) job.cancel.stop();
      else {
        front.cancel.stop();
        front.onStop();
      }
      return true;
    },
    status(source) {
      if (isUnfinished(source)) return 'incomplete';
      return parseScript(source).kind === 'ok' ? 'complete' : 'error';
    },
    complete: (source, cursor) => completeLine(source, cursor, completionKnown()),
    colours: (source, cursor) => highlight(source, cursor, { command: commandKind, isPath: isHere }),
    variable: (name) => state.get(name),
    async prepare() {
      // One after the other: each runs in a task of its own, and keys come in between.
      for (const name of commands.names()) await commands.load(name);
    },
    get lastStatus() {
      return state.lastStatus;
    },
    get exited() {
      return exited;
    },
  };
}
