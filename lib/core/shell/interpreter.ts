import type {
  AndOr, CommandNode, CompoundList, If, ParsedScript, Pipeline, PipelineNode, Redirected, Statement,
} from 'unbash';
import { FsError, type Files } from '../fs/files.ts';
import { limits } from '../limits.ts';
import { BrokenPipe, Interrupted } from './command.ts';
import { releaseAll, retainAll, type DescriptorTable } from './descriptors.ts';
import { evaluateText } from './expand/words.ts';
import { Cancel, drive, FunctionReturn, LoopExit, ShellError, ShellExit, wait, type Step } from './flow.ts';
import { expandAliases } from './aliases.ts';
import type { Place } from './locate.ts';
import { parseScript } from './parse.ts';
import { runArithmeticFor, runCase, runFor, runWhile } from './loops.ts';
import { startPipeline } from './pipeline.ts';
import { applyRedirections } from './redirections.ts';
import { PatternError } from './regex/pattern.ts';
import type { Run } from './run.ts';
import { runSimpleCommand } from './simple-command.ts';
import type { FunctionBody, ShellState } from './state.ts';
import { BytesInput } from './streams/input.ts';
import { plainOutput } from './streams/output.ts';
import { evaluateTest } from './test-expression.ts';
import { concatBytes, decodeText, encodeText } from './text.ts';
import { DEFAULT_UMASK, withUmask } from './umask.ts';

/**
 * One process of the shell: the shell itself, a subshell, a pipeline stage. It walks the parser's tree; each
 * method answers an exit status. `break`, `return` and `exit` are thrown, errors that end a command line too.
 *
 * What waits yields (see flow.ts); what does not wait runs straight through, and every command asks the turn whether
 * the page needs the thread. Rejected: compiling to closures, twice the code for a third more speed.
 */
export class Interpreter {
  readonly run: Run;
  readonly state: ShellState;
  fds: DescriptorTable;
  /** Status of the last `$(...)`, which is the status of a command that is only assignments. */
  substitutionStatus = 0;
  exitTrap: string | undefined;
  #temporaryFiles: string[] = [];

  constructor(run: Run, state: ShellState, fds: DescriptorTable) {
    this.run = run;
    this.state = state;
    this.fds = fds;
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

  /** Writes to standard output; a full pipe is waited for after the command. */
  print(text: string): void {
    const output = this.fds[1]?.output;
    if (output === undefined) throw new ShellError('write error: Bad file descriptor');
    output.put(encodeText(text));
  }

  /** One line on standard error; never fails. */
  complain(message: string): void {
    try {
      this.fds[2]?.output?.put(encodeText(`${message}\n`));
    } catch {
      // Nobody reads it any more.
    }
  }

  *statements(statements: readonly Statement[]): Step<number> {
    let status = 0;
    for (const statement of statements) status = yield* this.statement(statement);
    return status;
  }

  /** A whole script. An error ends its line and the next line goes on, as bash reads its input. */
  *script(script: ParsedScript, source: string): Step<number> {
    let status = 0;
    let skipBefore = 0;
    for (const statement of script.commands) {
      if (statement.pos < skipBefore) continue;
      try {
        status = yield* this.statement(statement);
      } catch (error) {
        if (!(error instanceof ShellError) || error.status === 127) throw error;
        this.complain(error.message);
        status = error.status;
        this.state.lastStatus = status;
        const newline = source.indexOf('\n', statement.end);
        skipBefore = newline < 0 ? Number.POSITIVE_INFINITY : newline;
      }
    }
    return status;
  }

  *statement(statement: Statement): Step<number> {
    if (statement.background === true) return this.#startJob(statement);
    const { command } = statement;
    const status = command.type === 'AndOr' ? yield* this.#andOr(command) : yield* this.#checked(command);
    this.state.lastStatus = status;
    return status;
  }

  *#andOr(node: AndOr): Step<number> {
    const last = node.commands.length - 1;
    let status = 0;
    for (let index = 0; index <= last; index += 1) {
      const operator = node.operators[index - 1];
      if (operator !== undefined && (operator === '&&') !== (status === 0)) continue;
      const command = node.commands[index] as PipelineNode;
      status = index === last ? yield* this.#checked(command) : yield* this.#ignoringErrors(this.command(command));
      this.state.lastStatus = status;
    }
    return status;
  }

  *#ignoringErrors(step: Step<number>): Step<number> {
    this.state.errexitIgnored += 1;
    try {
      return yield* step;
    } finally {
      this.state.errexitIgnored -= 1;
    }
  }

  /** Runs it and applies `set -e`. */
  *#checked(node: PipelineNode): Step<number> {
    const status = yield* this.command(node);
    const { state } = this;
    if (status !== 0 && state.flags.errexit && state.errexitIgnored === 0) {
      const inner = node.type === 'Redirected' ? node.command : node;
      const counts = inner.type === 'Command' || inner.type === 'Subshell' || inner.type === 'TestCommand' || inner.type === 'ArithmeticCommand' ||
        (inner.type === 'Pipeline' && !inner.prefixes.some((prefix) => prefix.type === 'Negation'));
      if (counts) {
        state.lastStatus = status;
        throw new ShellExit(status);
      }
    }
    return status;
  }

  *command(node: PipelineNode): Step<number> {
    switch (node.type) {
      case 'Command': return yield* runSimpleCommand(this, node);
      case 'Pipeline': return yield* this.#pipeline(node);
      case 'Redirected': return yield* this.#redirected(node);
      case 'If': return yield* this.#if(node);
      case 'For': return yield* runFor(this, node);
      case 'While': return yield* runWhile(this, node);
      case 'ArithmeticFor': return yield* runArithmeticFor(this, node);
      case 'Case': return yield* runCase(this, node);
      case 'BraceGroup': return yield* this.statements(node.body.commands);
      case 'Subshell': return yield* this.subshell((shell) => shell.statements(node.body.commands));
      case 'TestCommand': return (yield* evaluateTest(this, node.expression)) ? 0 : 1;
      case 'ArithmeticCommand': {
        const value = yield* evaluateText(this, node.body);
        return value === '0' ? 1 : 0;
      }
      case 'Function':
        this.state.functions.set(node.name.value, node.body);
        return 0;
      default:
        throw new ShellError(`${node.type.toLowerCase()} is not available here`, 2);
    }
  }

  *#pipeline(node: Pipeline): Step<number> {
    const started = this.run.monotonic();
    const isNegated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
    let status: number;
    if (isNegated) this.state.errexitIgnored += 1;
    try {
      if (node.commands.length === 0) status = 0;
      else if (node.commands.length === 1) status = yield* this.command(node.commands[0] as CommandNode);
      else status = yield* startPipeline(this, node);
    } finally {
      if (isNegated) this.state.errexitIgnored -= 1;
    }
    if (node.prefixes.some((prefix) => prefix.type === 'Time')) {
      const seconds = (this.run.monotonic() - started) / 1000;
      this.complain(`\nreal\t${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`);
    }
    return isNegated ? (status === 0 ? 1 : 0) : status;
  }

  *#redirected(node: Redirected): Step<number> {
    return yield* this.withRedirections(node.redirects, () => this.command(node.command));
  }

  /** Runs `body` with its own descriptors; what they could not store makes the status 1. */
  *withRedirections(redirects: Redirected['redirects'], body: () => Step<number>): Step<number> {
    const outer = this.fds;
    const table = outer.slice();
    retainAll(table);
    let failed = false;
    const onStoreError = (message: string): void => {
      failed = true;
      this.fds = outer;
      this.complain(message);
    };
    let status: number;
    try {
      try {
        yield* applyRedirections(this, redirects, table, onStoreError);
      } catch (error) {
        if (!(error instanceof ShellError) || error.status === 127) throw error;
        this.complain(error.message);
        return 1;
      }
      this.fds = table;
      status = yield* body();
    } finally {
      this.fds = outer;
      releaseAll(table);
    }
    return failed ? 1 : status;
  }

  *#if(node: If): Step<number> {
    if ((yield* this.condition(node.clause)) === 0) return yield* this.statements(node.then.commands);
    for (const branch of node.elif) {
      if ((yield* this.condition(branch.clause)) === 0) return yield* this.statements(branch.then.commands);
    }
    return node.else === undefined ? 0 : yield* this.statements(node.else.commands);
  }

  /** The list of `if` and `while`: `set -e` does not act in it. */
  *condition(list: CompoundList): Step<number> {
    return yield* this.#ignoringErrors(this.statements(list.commands));
  }

  /** Calls a function with its own positional parameters. */
  *callFunction(name: string, body: FunctionBody, args: string[]): Step<number> {
    const { state } = this;
    const { positional, loopDepth } = state;
    this.enter();
    state.positional = args;
    state.loopDepth = 0;
    state.locals.push(new Map());
    state.functionNames.push(name);
    try {
      return body.type === 'CompoundList' ? yield* this.statements(body.commands) : yield* this.command(body);
    } catch (error) {
      if (error instanceof FunctionReturn) return error.status;
      throw error;
    } finally {
      for (const [local, before] of state.locals.pop()!) {
        if (before === undefined) state.variables.delete(local);
        else state.variables.set(local, before);
      }
      state.functionNames.pop();
      state.positional = positional;
      state.loopDepth = loopDepth;
      state.depth -= 1;
    }
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
    return new Interpreter(run, this.state.clone(), table);
  }

  *subshell(body: (shell: Interpreter) => Step<number>): Step<number> {
    const child = this.fork(this.fds.slice());
    return yield* child.process(() => body(child));
  }

  /** The life of a process: whatever happens in `body` becomes a status, and its descriptors are closed. */
  *process(body: () => Step<number>): Step<number> {
    try {
      let status: number;
      try {
        status = yield* body();
      } catch (error) {
        status = this.statusOf(error);
      }
      if (this.exitTrap !== undefined) {
        const trap = this.exitTrap;
        this.exitTrap = undefined;
        this.state.lastStatus = status;
        try {
          yield* this.evaluate(trap);
        } catch (error) {
          status = this.statusOf(error);
        }
      }
      return status;
    } finally {
      for (const path of this.#temporaryFiles) if (this.run.files.stat(path) !== undefined) this.run.files.remove(path);
      releaseAll(this.fds);
    }
  }

  /** The exit status that something thrown stands for; says what went wrong. @throws Interrupted as it is. */
  statusOf(error: unknown): number {
    if (error instanceof Interrupted) throw error;
    if (error instanceof ShellExit || error instanceof FunctionReturn) return error.status;
    if (error instanceof LoopExit) return 0;
    if (error instanceof BrokenPipe) return 141;
    if (error instanceof ShellError) {
      this.complain(error.message);
      return error.status;
    }
    if (error instanceof FsError) {
      this.complain(error.path === '' ? error.message : `${error.path}: ${error.message}`);
      return 1;
    }
    if (error instanceof PatternError) {
      this.complain(error.message);
      return 2;
    }
    if (error instanceof RangeError) {
      this.complain('nested too deeply; make the command simpler');
      return 1;
    }
    this.complain(`this command failed inside Selkie: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }

  /** Parses and runs text in this very process: `eval`, `source`, traps. */
  *evaluate(source: string): Step<number> {
    const outcome = this.parse(source);
    if (outcome === undefined) return 2;
    this.enter();
    try {
      return yield* this.script(outcome, source);
    } finally {
      this.state.depth -= 1;
    }
  }

  /** The tree of a script; undefined after a syntax error, which it has said. */
  parse(source: string): ParsedScript | undefined {
    const { aliases, flags } = this.state;
    const text = flags.expandAliases && aliases.size > 0 ? expandAliases(source, aliases) : source;
    const outcome = parseScript(text);
    if (outcome.kind === 'ok') return outcome.script;
    this.complain(`syntax error in line ${outcome.line}, column ${outcome.column}: ${outcome.message}`);
    return undefined;
  }

  /** `$(...)`: the output without its last newlines. */
  *substitute(script: ParsedScript | undefined): Step<string> {
    if (script === undefined) return '';
    const only = script.commands.length === 1 ? script.commands[0]?.command : undefined;
    const redirect = only?.type === 'Command' && only.name === undefined && only.prefix.length === 1 ? only.prefix[0] : undefined;
    const bytes = redirect?.type === 'Redirect' && redirect.operator === '<'
      ? yield* this.#capture(function* (shell) {
        return yield* shell.withRedirections([redirect], function* () {
          const input = shell.fds[0]?.input;
          const chunk = input?.pull();
          const content = chunk instanceof Promise ? yield* wait(chunk) : chunk;
          if (content !== undefined) shell.fds[1]?.output?.put(content);
          return 0;
        });
      })
      : yield* this.#capture((shell) => shell.statements(script.commands));
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === 10) end -= 1;
    const text = decodeText(bytes.subarray(0, end));
    return text.includes('\0') ? text.replaceAll('\0', '') : text;
  }

  *#capture(body: (shell: Interpreter) => Step<number>): Step<Uint8Array> {
    let chunks: Uint8Array[] = [];
    let size = 0;
    const table = this.fds.slice();
    table[1] = {
      output: plainOutput((bytes) => {
        size += bytes.length;
        if (size > limits.shellValueMaxUnits) throw new ShellError('$(...): the output is too long for a variable; use a file or a pipe');
        chunks.push(bytes.slice());
        if (chunks.length > 1024) chunks = [concatBytes(chunks)];
      }),
    };
    const child = this.fork(table);
    child.state.flags.errexit = false;
    this.substitutionStatus = yield* child.process(() => body(child));
    return concatBytes(chunks);
  }

  /** `<(...)`: a file with the output, removed when this process ends. */
  *substituteFile(script: ParsedScript | undefined): Step<string> {
    const bytes = yield* this.#capture((shell) => shell.statements(script?.commands ?? []));
    const path = `/tmp/.pipe-${this.state.processId}-${this.#temporaryFiles.length}-${Math.floor(this.state.random() * 1e9)}`;
    this.run.files.write(path, bytes);
    this.#temporaryFiles.push(path);
    return path;
  }

  #startJob(statement: Statement): number {
    const { run, state } = this;
    run.processes.start();
    const cancel = new Cancel();
    const table = this.fds.slice();
    table[0] = { input: new BytesInput(new Uint8Array(0)) };
    const child = this.fork(table, { ...run, cancel });
    // Those that ended are kept for `wait`, but not for ever.
    for (const job of run.jobs.values()) {
      if (run.jobs.size < limits.shellMaxProcesses) break;
      if (job.status !== undefined) run.jobs.delete(job.id);
    }
    let id = 1;
    for (const taken of run.jobs.keys()) id = Math.max(id, taken + 1);
    const processId = state.processId + id;
    const step = child.process(() => child.statement({ ...statement, type: 'Statement', command: statement.command, background: undefined }));
    const done = Promise.resolve()
      .then(() => drive(step, cancel))
      .catch(() => 130)
      .then((status) => {
        run.processes.end();
        const job = run.jobs.get(id);
        if (job !== undefined) job.status = status;
        return status;
      });
    run.jobs.set(id, { id, processId, cancel, done, status: undefined });
    state.lastJob = processId;
    if (run.terminal !== undefined) this.complain(`[${id}] ${processId}`);
    return 0;
  }
}
