import type {
  CommandNode, CompoundList, Coproc, ParsedScript, Pipeline, PipelineNode, Redirected, Statement,
} from 'unbash';
import type { Files } from '../fs/files.ts';
import * as limits from '../limits.ts';
import type { Builtin } from './builtin.ts';
import { Interrupted } from './command.ts';
import { releaseAll, retainAll, type DescriptorTable } from './descriptors.ts';
import { drive, Killed, later, ShellError, ShellExit, wait, type SignalOwner, type Soon, type Step } from './flow.ts';
import { JobTable } from './jobs.ts';
import type { Place } from './locate.ts';
import { PendingSignals } from './pending-signals.ts';
import { runArithmeticFor, runCase, runFor, runIf, runSelect, runWhile } from './loops.ts';
import { startPipeline } from './pipeline.ts';
import { ProcessSubstitutions } from './process-substitution.ts';
import { applyRedirections } from './redirections.ts';
import type { Process, Run } from './run.ts';
import { defaultAction, signalStatus } from './signals.ts';
import { statusOf } from './exit-status.ts';
import { runArithmetic, runTest } from './run-condition.ts';
import { runText } from './run-text.ts';
import { runSimpleCommand } from './simple-command.ts';
import { SourceText } from './source-text.ts';
import { startCoprocess } from './start-job.ts';
import type { ShellState } from './state.ts';
import { runCondition, runStatement, runStatements } from './statements.ts';
import { encodeText } from './text.ts';
import { timeReport } from './time-format.ts';
import { tracePrefix } from './trace.ts';
import { DEFAULT_UMASK, withUmask } from './umask.ts';

/**
 * One process of the shell: the shell itself, a subshell, a pipeline stage. It walks the parser's tree; each
 * method answers an exit status. `break`, `return` and `exit` are thrown, errors that end a command line too.
 *
 * What waits yields (see flow.ts); what does not wait answers at once, without a generator, and every command asks the turn
 * whether the page needs the thread. Signals come between two commands, as in bash: `deliver` notes them, `handleSignals` acts.
 * Rejected: compiling to closures, twice the code for a third more speed.
 */
export class Interpreter implements Process, SignalOwner {
  readonly run: Run;
  readonly state: ShellState;
  fds: DescriptorTable;
  /** Status of the last `$(...)`, which is the status of a command that is only assignments. */
  substitutionStatus = 0;
  /** What `trap` said, by signal or event; '' ignores it. */
  readonly traps: Map<string, string>;
  readonly jobs: JobTable;
  readonly substitutions = new ProcessSubstitutions();
  /** The signal that ended this process. */
  killedBy: string | undefined;
  /** Whether `run.cancel` is this process's alone. */
  readonly #hasOwnCancel: boolean;
  readonly signals = new PendingSignals();
  /** Ctrl-Z made a job of this line: from then on it is no shell at its prompt. */
  isJob = false;
  #trapDepth = 0;

  constructor(run: Run, state: ShellState, fds: DescriptorTable, jobs: JobTable, hasOwnCancel: boolean, traps = new Map<string, string>()) {
    this.run = run;
    this.state = state;
    this.fds = fds;
    this.jobs = jobs;
    this.#hasOwnCancel = hasOwnCancel;
    this.traps = traps;
  }

  /** The tree as this process sees it. */
  get files(): Files {
    const { umask } = this.state;
    return umask === DEFAULT_UMASK ? this.run.files : withUmask(this.run.files, umask);
  }

  /** Where the names of this process start from. */
  get place(): Place {
    return { files: this.files, cwd: this.state.cwd };
  }

  /** The builtin of that name, where it was not switched off. */
  builtin(name: string): Builtin | undefined {
    const { disabled } = this.state;
    return disabled.size > 0 && disabled.has(name) ? undefined : this.run.builtins.get(name);
  }

  /** Writes to standard output; a full pipe is waited for after the command. */
  print(text: string): void {
    const output = this.fds[1]?.output;
    if (output === undefined) throw new ShellError('write error: Bad file descriptor');
    output.put(encodeText(text));
  }

  /** A person at the prompt is told of jobs; scripts and subshells keep theirs to themselves. */
  get tellsOfJobs(): boolean {
    return this.state.isInteractive && this.state.subshellDepth === 0;
  }

  /** One line on standard error; never fails. */
  complain(message: string): void {
    try {
      this.fds[2]?.output?.put(encodeText(`${message}\n`));
    } catch {
      // Nobody reads it any more.
    }
  }

  /** The same for a mistake of the script: in a file it says which line. */
  report(message: string): void {
    const { source } = this.state;
    this.complain(source.file === undefined ? message : `${source.file}: line ${this.state.line()}: ${message}`);
  }

  // Signals

  /** Whether Ctrl-C leaves it something to do. */
  get outlivesInterrupt(): boolean {
    return this.traps.has('INT') || this.traps.has('EXIT');
  }

  /** Ctrl-C: what runs in front ends; a trap comes after it. */
  interrupt(): void {
    const action = this.traps.get('INT');
    if (action === '') return;
    this.run.cancel.abortChildren('INT');
    this.signals.add('INT');
  }

  deliver(signal: string): void {
    const isTrappable = signal !== 'KILL' && signal !== 'STOP';
    const action = isTrappable ? this.traps.get(signal) : undefined;
    if (action === '') return;
    if (action !== undefined) {
      this.signals.add(signal);
      return;
    }
    switch (defaultAction(signal)) {
      case 'stop': if (this.#hasOwnCancel) this.run.cancel.stop(); return;
      case 'continue': if (this.#hasOwnCancel) this.run.cancel.resume(); return;
      case 'nothing': return;
    }
    // As bash's own: a shell at its prompt is not ended by `kill $$`.
    if (!this.isJob && this.state.isInteractive && this.state.subshellDepth === 0 && (signal === 'TERM' || signal === 'QUIT')) return;
    if (this.#hasOwnCancel && !this.traps.has('EXIT')) {
      this.killedBy = signal;
      this.run.cancel.abort(signal);
    } else {
      this.run.cancel.abortChildren(signal);
      this.signals.add(signal);
    }
  }

  /** Between two commands. @throws Killed */
  *handleSignals(): Step<void> {
    for (let signal = this.signals.take(); signal !== undefined; signal = this.signals.take()) {
      const action = this.traps.get(signal);
      if (action === undefined) throw new Killed(signal);
      yield* this.runTrap(action);
    }
  }

  /** `$?` is afterwards what it was. */
  *runTrap(action: string): Step<void> {
    if (action === '') return;
    const { state } = this;
    const { lastStatus, pipeStatus, position, source, trappedCommand } = state;
    this.#trapDepth += 1;
    state.trappedCommand ??= state.currentCommand;
    try {
      yield* this.evaluate(action);
    } finally {
      this.#trapDepth -= 1;
      Object.assign(state, { lastStatus, pipeStatus, position, source, trappedCommand });
    }
  }

  // Statements

  statements(statements: readonly Statement[]): Soon<number> {
    return runStatements(this, statements);
  }

  statement(statement: Statement): Soon<number> {
    return runStatement(this, statement);
  }

  /** The list of `if` and `while`: `set -e` does not act in it. */
  condition(list: CompoundList): Soon<number> {
    return runCondition(this, list);
  }

  command(node: PipelineNode): Soon<number> {
    const { state } = this;
    if (node.type !== 'Pipeline' && node.type !== 'Redirected' && node.type !== 'BraceGroup') {
      state.position = node.pos;
      if (node.type !== 'If' && node.type !== 'While' && node.type !== 'Function') {
        state.command = node;
        state.commandSource = state.source;
        if (this.traps.size > 0 && this.traps.has('DEBUG') && this.#trapDepth === 0 && node.type !== 'Subshell') return this.#debugged(node);
      }
    }
    return this.#perform(node);
  }

  *#debugged(node: PipelineNode): Step<number> {
    yield* this.runTrap(this.traps.get('DEBUG') as string);
    return yield* later(this.#perform(node));
  }

  #perform(node: PipelineNode): Soon<number> {
    const { state } = this;
    switch (node.type) {
      case 'Command': {
        const status = runSimpleCommand(this, node);
        return typeof status === 'number' ? this.#performed(status) : this.#performedLater(status);
      }
      case 'Pipeline': return this.#pipeline(node);
      case 'Redirected': return this.#redirected(node);
      case 'If': return runIf(this, node);
      case 'For': return runFor(this, node);
      case 'While': return runWhile(this, node);
      case 'ArithmeticFor': return runArithmeticFor(this, node);
      case 'Select': return runSelect(this, node);
      case 'Case': return runCase(this, node);
      case 'BraceGroup': return this.statements(node.body.commands);
      case 'Subshell': return this.subshell((shell) => shell.statements(node.body.commands));
      case 'TestCommand': return runTest(this, node);
      case 'ArithmeticCommand': return runArithmetic(this, node);
      case 'Function':
        state.functions.set(node.name.value, { body: node.body, source: state.source, position: node.pos, exported: false });
        return 0;
      case 'Coproc': return startCoprocess(this, node as Coproc);
      default:
        throw new ShellError('this is not available here', 2);
    }
  }

  #performed(status: number): number {
    this.state.pipeStatus = undefined;
    this.state.simpleStatus = status;
    return status;
  }

  *#performedLater(steps: Step<number>): Step<number> {
    return this.#performed(yield* steps);
  }

  /** The line of `set -x`. */
  trace(text: string): void {
    this.complain(tracePrefix(this) + text);
  }

  *#pipeline(node: Pipeline): Step<number> {
    const started = this.run.monotonic();
    const isNegated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
    let status: number;
    if (isNegated) this.state.errexitIgnored += 1;
    try {
      if (node.commands.length === 0) status = 0;
      else if (node.commands.length === 1) status = yield* later(this.command(node.commands[0] as CommandNode));
      else status = yield* startPipeline(this, node);
    } finally {
      if (isNegated) this.state.errexitIgnored -= 1;
    }
    const time = node.prefixes.find((prefix) => prefix.type === 'Time');
    if (time !== undefined) {
      const report = timeReport(time.posix === undefined ? this.state.get('TIMEFORMAT') : 'real %2R\nuser %2U\nsys %2S', this.run.monotonic() - started);
      if (report !== '') this.complain(report);
    }
    return isNegated ? (status === 0 ? 1 : 0) : status;
  }

  *#redirected(node: Redirected): Step<number> {
    this.state.position = node.pos;
    return yield* this.withRedirections(node.redirects, () => this.command(node.command));
  }

  /** Runs `body` with its own descriptors; what they could not store makes the status 1. */
  *withRedirections(redirects: Redirected['redirects'], body: () => Soon<number>): Step<number> {
    const outer = this.fds;
    const table = outer.slice();
    retainAll(table);
    let failed = false;
    const onStoreError = (message: string): void => {
      failed = true;
      this.fds = outer;
      this.report(message);
    };
    const mark = this.substitutions.mark();
    let status: number;
    try {
      try {
        yield* applyRedirections(this, redirects, table, onStoreError);
      } catch (error) {
        if (!(error instanceof ShellError) || error.status === 127) throw error;
        // Told where the redirections before it lead: `2>&1 1>&9`.
        this.fds = table;
        this.report(error.message);
        return 1;
      }
      this.fds = table;
      status = yield* later(body());
    } finally {
      this.fds = outer;
      releaseAll(table);
    }
    yield* this.substitutions.settle(mark);
    return failed ? 1 : status;
  }

  /** One level deeper; the caller decrements `state.depth` when it leaves. */
  enter(): void {
    if (this.state.depth >= limits.shellMaxDepth) {
      throw new ShellError(`functions and substitutions are nested more than ${limits.shellMaxDepth} deep; look for one that calls itself without end`);
    }
    this.state.depth += 1;
  }

  /** A copy of this process, with the descriptors of `table` (retained here, released when it ends). */
  fork(table: DescriptorTable, run: Run = this.run): Interpreter {
    if (this.state.depth >= limits.shellMaxDepth) this.enter();
    retainAll(table);
    const state = this.state.clone();
    state.ownProcessId = this.run.processes.newId();
    const child = new Interpreter(run, state, table, this.jobs.size === 0 ? new JobTable() : this.jobs.clone(), run.cancel !== this.run.cancel);
    // What is ignored stays ignored; what is trapped is not.
    for (const [event, action] of this.traps) {
      if (action === '' || (event === 'ERR' && state.flags.errtrace) || ((event === 'DEBUG' || event === 'RETURN') && state.flags.functrace)) child.traps.set(event, action);
    }
    return child;
  }

  /** A command that already has a process to itself: parentheses around it make no second one. */
  *whole(node: PipelineNode): Step<number> {
    return yield* later(node.type === 'Subshell' ? this.statements(node.body.commands) : this.command(node));
  }

  *subshell(body: (shell: Interpreter) => Soon<number>): Step<number> {
    const table = this.fds.slice();
    if (!this.outlivesInterrupt) {
      const child = this.fork(table);
      return yield* child.process(() => body(child));
    }
    return yield* this.apart((run) => {
      const child = this.fork(table, run);
      return { child, step: child.process(() => body(child)) };
    });
  }

  /** Runs a child that Ctrl-C or `kill` can end without ending this process. */
  *apart(start: (run: Run) => { child: Interpreter; step: Step<number> }): Step<number> {
    const cancel = this.run.cancel.child();
    const { child, step } = start({ ...this.run, cancel });
    cancel.owner = child;
    try {
      return yield* wait(drive(step, cancel).catch((error: unknown) => {
        if (error instanceof Interrupted && cancel.signal !== undefined) return signalStatus(cancel.signal);
        throw error;
      }));
    } finally {
      this.run.cancel.release(cancel);
    }
  }

  /**
   * The life of a process: whatever happens in `body` becomes a status, and its descriptors are closed. A line typed at a
   * prompt is not the whole life of its shell: `goesOn` keeps the trap of `EXIT` for `exit`, and what `exec` opened.
   */
  *process(body: () => Soon<number>, goesOn = false): Step<number> {
    const host = this.fds;
    let hasExited = !goesOn;
    const { processes } = this.run;
    const id = this.state.ownProcessId;
    processes.set(id, this);
    try {
      let status: number;
      try {
        status = yield* later(body());
        if (this.signals.any) yield* this.handleSignals();
      } catch (error) {
        hasExited ||= error instanceof ShellExit;
        status = statusOf(this, error);
      }
      const trap = this.traps.get('EXIT');
      if (hasExited && trap !== undefined && trap !== '') {
        this.traps.delete('EXIT');
        this.state.lastStatus = status;
        this.state.trappedCommand ??= this.state.currentCommand;
        this.state.unwind();
        try {
          yield* this.evaluate(trap);
        } catch (error) {
          status = statusOf(this, error);
        }
      }
      return status;
    } finally {
      processes.remove(id);
      if (goesOn) this.run.kept.keep(this.fds, host);
      releaseAll(this.fds);
      this.substitutions.dispose(this);
    }
  }

  // Text

  /** Parses and runs text in this very process: `eval`, traps; with `file`, `source`. */
  *evaluate(text: string, file?: string): Step<number> {
    const { state } = this;
    const { source, position, command, commandSource } = state;
    this.enter();
    state.textDepth += 1;
    try {
      return yield* this.script(file === undefined ? new SourceText(text, source.file, Math.max(1, state.line())) : new SourceText(text, file));
    } finally {
      Object.assign(state, { source, position, command, commandSource });
      state.depth -= 1;
      state.textDepth -= 1;
    }
  }

  /** A whole script; see run-text.ts. */
  script(source: SourceText): Step<number> {
    return runText(this, source);
  }

  /** The statements of a script inside a word; in backticks its positions count in a text of its own. */
  *nested(script: ParsedScript | undefined): Step<number> {
    if (script === undefined) return 0;
    if (script.source !== undefined) this.state.source = new SourceText(script.source, this.state.source.file, this.state.line());
    return yield* later(this.statements(script.commands));
  }
}
