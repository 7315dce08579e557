import type { ParsedScript } from 'unbash';
import * as limits from '../limits.ts';
import { drive, ShellError, wait, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { BytesInput, type Input } from './streams/input.ts';
import { createPipe } from './streams/pipe.ts';
import { plainOutput, type Output } from './streams/output.ts';
import { concatBytes } from './text.ts';

/**
 * `<(...)` and `>(...)`. After `<` and `>` they are pipes and stream. As an argument they are a file in /tmp that holds
 * the whole output, or whose content is read once the command has ended: tools open files by name and at once, and there
 * is no name of a pipe that they could open. Rejected: a Files that answers `/dev/fd/63`; a read from it would have to wait.
 */
export class ProcessSubstitutions {
  #files: string[] = [];
  /** `>(...)` as arguments: what runs when the command has ended. */
  #readers: { path: string; script: ParsedScript | undefined }[] = [];
  /** `>(...)` after `>`: done once all writers have closed. */
  #pipes: { isClosed(): boolean; done: Promise<unknown> }[] = [];

  /** The path of a file with the output of `script`. */
  *inputFile(shell: Interpreter, script: ParsedScript | undefined): Step<string> {
    const chunks: Uint8Array[] = [];
    const table = shell.fds.slice();
    let size = 0;
    table[1] = {
      output: plainOutput((bytes) => {
        size += bytes.length;
        if (size > limits.memoryFileMaxBytes) throw new ShellError('<(...): the output is too long for a file; use < <(...) or a pipe');
        chunks.push(bytes.slice());
      }),
    };
    const child = shell.fork(table);
    yield* child.process(() => child.nested(script));
    return this.#file(shell, concatBytes(chunks));
  }

  /** The path of a file that `script` will read. */
  outputFile(shell: Interpreter, script: ParsedScript | undefined): string {
    const path = this.#file(shell, new Uint8Array(0));
    this.#readers.push({ path, script });
    return path;
  }

  #file(shell: Interpreter, bytes: Uint8Array): string {
    const path = `/tmp/.pipe-${shell.state.processId}-${this.#files.length}-${Math.floor(shell.state.random() * 1e9)}`;
    shell.run.files.write(path, bytes);
    this.#files.push(path);
    return path;
  }

  /** `< <(...)` */
  inputPipe(shell: Interpreter, script: ParsedScript | undefined): Input {
    const pipe = createPipe();
    const table = shell.fds.slice();
    table[1] = { output: pipe.output };
    this.#start(shell, table, script);
    return pipe.input;
  }

  /** `> >(...)` */
  outputPipe(shell: Interpreter, script: ParsedScript | undefined): Output {
    const pipe = createPipe();
    const table = shell.fds.slice();
    table[0] = { input: pipe.input };
    const done = this.#start(shell, table, script);
    this.#pipes.push({ isClosed: pipe.isClosed, done });
    return pipe.output;
  }

  #start(shell: Interpreter, table: Interpreter['fds'], script: ParsedScript | undefined): Promise<unknown> {
    const { run } = shell;
    run.processes.start();
    const child = shell.fork(table);
    const ended = Promise.resolve().then(() => drive(child.process(() => child.nested(script)), run.cancel)).catch(() => undefined).finally(() => run.processes.end());
    run.background.add(ended);
    void ended.then(() => run.background.delete(ended));
    return ended;
  }

  /** What `settle` compares with. */
  mark(): number {
    return this.#pipes.length;
  }

  /** After a command: what was begun since `mark` ends with it, so that its output stands before the next command's. */
  *settle(mark: number): Step<void> {
    for (const { isClosed, done } of this.#pipes.splice(mark)) if (isClosed()) yield* wait(done);
  }

  get hasReaders(): boolean {
    return this.#readers.length > 0;
  }

  /** After a command: hands what it wrote to its `>(...)`. */
  *feed(shell: Interpreter): Step<void> {
    for (const { path, script } of this.#readers.splice(0)) {
      const table = shell.fds.slice();
      table[0] = { input: new BytesInput(shell.run.files.read(path)) };
      const child = shell.fork(table);
      yield* child.process(() => child.nested(script));
    }
  }

  dispose(shell: Interpreter): void {
    for (const path of this.#files.splice(0)) if (shell.run.files.stat(path) !== undefined) shell.run.files.remove(path);
  }
}
