import { FsError } from '../../../fs/files.ts';
import { BrokenPipe, type CommandContext } from '../../command.ts';
import { locate } from '../../locate.ts';
import { FileOutput } from '../../streams/file-output.ts';
import { createPipe } from '../../streams/pipe.ts';
import type { Input } from '../../streams/input.ts';
import type { Output } from '../../streams/output.ts';
import { encodeText } from '../../text.ts';
import { openNamed } from '../files-in.ts';
import { RecordReader } from './record-reader.ts';
import { AwkError } from './syntax.ts';

/** What is written at once; more waits for the reader. */
const OUTPUT_A_TURN = 32_768;

type OpenOutput =
  | { kind: 'file'; file: FileOutput }
  | { kind: 'command'; output: Output; done: Promise<number> };

type OpenInput = { reader: RecordReader; input: Input | undefined; done: Promise<number> | undefined };

/**
 * Everything that a program reads and writes besides its records. `print` only gathers; who may wait calls `flush`. Commands run in the shell
 * with a pipe of its own kind, so `print | "sort"` and `"date" | getline` stream as in a pipeline.
 */
export class Streams {
  readonly #context: CommandContext;
  readonly #outputs = new Map<string, OpenOutput>();
  readonly #inputs = new Map<string, OpenInput>();
  #stdout = '';
  #stderr = '';
  #standardInput: RecordReader | undefined;

  constructor(context: CommandContext) {
    this.#context = context;
  }

  get standardInput(): RecordReader {
    return (this.#standardInput ??= new RecordReader(this.#context.stdin));
  }

  print(text: string): void {
    this.#stdout += text;
  }

  /** Something waits to be written, or a reader has to catch up. */
  get isFull(): boolean {
    if (this.#stdout.length > OUTPUT_A_TURN || this.#stderr !== '') return true;
    for (const open of this.#outputs.values()) if (open.kind === 'command' && open.output.full) return true;
    return false;
  }

  async flush(): Promise<void> {
    for (;;) {
      const [out, errors] = [this.#stdout, this.#stderr];
      this.#stdout = '';
      this.#stderr = '';
      if (out !== '') await this.#context.stdout.write(encodeText(out));
      if (errors !== '') await this.#context.stderr.write(encodeText(errors));
      if (out === '' && errors === '') break;
    }
    for (const open of this.#outputs.values()) if (open.kind === 'command' && open.output.full) await open.output.drain();
  }

  /** `print > "file"` and its like. @throws AwkError */
  printTo(kind: '>' | '>>' | '|', name: string, text: string): void {
    if (name === '/dev/stdout' || name === '-') {
      this.#stdout += text;
      return;
    }
    if (name === '/dev/stderr') {
      this.#stderr += text;
      return;
    }
    if (name === '') throw new AwkError(`fatal: expression for \`${kind}' redirection has null string value`);
    let open = this.#outputs.get(name);
    if (open === undefined) {
      open = kind === '|' ? this.#startWriter(name) : this.#openFile(name, kind === '>>');
      this.#outputs.set(name, open);
    }
    const bytes = encodeText(text);
    if (open.kind === 'file') {
      try {
        open.file.put(bytes);
      } catch (error) {
        if (error instanceof FsError) throw new AwkError(`fatal: print to "${name}" failed: ${error.message}`);
        throw error;
      }
      return;
    }
    try {
      open.output.put(bytes);
    } catch (error) {
      // A command that has read enough (`print | "head -1"`) is no mistake.
      if (!(error instanceof BrokenPipe)) throw error;
    }
  }

  #openFile(name: string, append: boolean): OpenOutput {
    try {
      const file = new FileOutput(this.#context.files, locate(this.#context, name), append ? 'append' : 'write', (error) => {
        this.#stderr += `awk: close of "${name}" failed: ${error.message}\n`;
      });
      file.retain();
      return { kind: 'file', file };
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      throw new AwkError(`fatal: can't redirect to \`${name}' (${error.message})`);
    }
  }

  #startWriter(command: string): OpenOutput {
    const { input, output } = createPipe();
    output.retain();
    const done = this.#run(command, { stdin: input });
    done.catch(() => {});
    return { kind: 'command', output, done };
  }

  async #run(command: string, streams: { stdin?: Input; stdout?: Output }): Promise<number> {
    const { execute } = this.#context;
    if (execute === undefined) throw new AwkError('fatal: commands can be run in the shell only');
    // What was printed before stands before what the command prints.
    await this.flush();
    this.store();
    return execute(['eval', command], streams);
  }

  async system(command: string): Promise<number> {
    return this.#run(command, {});
  }

  /** The reader of `getline < name`; undefined when it can't be opened. */
  fileReader(name: string): RecordReader | undefined {
    if (name === '-' || name === '/dev/stdin') return this.standardInput;
    let open = this.#inputs.get(name);
    if (open === undefined) {
      try {
        open = { reader: new RecordReader(openNamed(this.#context, name).chunks), input: undefined, done: undefined };
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        return undefined;
      }
      this.#inputs.set(name, open);
    }
    return open.reader;
  }

  /** The reader of `command | getline`. */
  commandReader(command: string): RecordReader {
    let open = this.#inputs.get(command);
    if (open === undefined) {
      const { input, output } = createPipe();
      input.retain();
      output.retain();
      const done = this.#run(command, { stdout: output }).finally(() => output.release());
      done.catch(() => {});
      open = { reader: new RecordReader(input), input, done };
      this.#inputs.set(command, open);
    }
    return open.reader;
  }

  /** Puts into their files what was printed to them so far. */
  store(): void {
    for (const open of this.#outputs.values()) if (open.kind === 'file') open.file.store();
  }

  /** `close(name)`: the command's status, 0 for a file, -1 when nothing of this name is open. */
  async close(name: string, isAtEnd = false): Promise<number> {
    const output = this.#outputs.get(name);
    const input = this.#inputs.get(name);
    this.#outputs.delete(name);
    this.#inputs.delete(name);
    let status = -1;
    // What was printed before stands before what the command prints at its end.
    if (output?.kind === 'command' && !isAtEnd) await this.flush();
    if (input !== undefined) {
      input.input?.release();
      status = (await input.done) ?? 0;
    }
    if (output?.kind === 'file') {
      output.file.release();
      status = 0;
    } else if (output !== undefined) {
      output.output.release();
      status = await output.done;
    }
    return status;
  }

  /** At the end: commands finish what they were given, then what is left is written. */
  async closeAll(): Promise<void> {
    if (this.#context.isTerminalOutput) await this.flush();
    for (const name of [...this.#outputs.keys(), ...this.#inputs.keys()]) await this.close(name, true);
    await this.flush();
  }

  /** After Ctrl-C: nobody waits for the commands. */
  abandon(): void {
    for (const open of this.#outputs.values()) {
      if (open.kind === 'file') open.file.release();
      else open.output.release();
    }
    for (const open of this.#inputs.values()) open.input?.release();
    this.#outputs.clear();
    this.#inputs.clear();
  }
}
