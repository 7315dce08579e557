import { FsError } from '../../../fs/files.ts';
import { complain, openNamed } from '../files-in.ts';
import type { Steps } from './code.ts';
import type { Machine } from './machine.ts';
import { RecordReader, WAIT } from './record-reader.ts';
import { AwkError } from './syntax.ts';
import { decodeAwkEscapes } from './tokens.ts';
import type { AwkArray } from './value.ts';

/** What the program wants to be told. */
export interface InputEvents {
  /** Assigns a variable by name, for `name=value` among the operands. */
  assign(name: string, text: string): void;
  setFileName(name: string): void;
  fileBegins: (() => Steps<number>) | undefined;
  fileEnds: (() => Steps<number>) | undefined;
}

/** The records of all operands, one after another. ARGV may change until its turn comes, so it is read as late as that. */
export class MainInput {
  readonly #machine: Machine;
  readonly #argv: () => AwkArray;
  readonly #argc: () => number;
  readonly #events: InputEvents;
  #next = 1;
  #isOpened = false;
  #ended = false;
  #reader: RecordReader | undefined;

  constructor(machine: Machine, argv: () => AwkArray, argc: () => number, events: InputEvents) {
    this.#machine = machine;
    this.#argv = argv;
    this.#argc = argc;
    this.#events = events;
  }

  /** The next record if it is here already; WAIT asks for `read`. */
  poll(): string | typeof WAIT {
    return this.#reader?.next(this.#machine.separator) ?? WAIT;
  }

  get terminator(): string {
    return this.#reader?.terminator ?? '';
  }

  *read(): Steps<string | undefined> {
    while (!this.#ended) {
      this.#reader ??= yield* this.#open();
      if (this.#reader === undefined) {
        this.#ended = true;
        break;
      }
      const record = yield* this.#machine.read(this.#reader);
      if (record !== undefined) return record;
      yield* this.leaveFile();
    }
    return undefined;
  }

  /** `nextfile`, and the end of a file. */
  *leaveFile(): Steps<void> {
    if (this.#reader === undefined) return;
    this.#reader = undefined;
    if (this.#events.fileEnds !== undefined) yield* this.#events.fileEnds();
  }

  *#open(): Steps<RecordReader | undefined> {
    const machine = this.#machine;
    for (;;) {
      let name: string;
      if (this.#next < this.#argc()) {
        const value = this.#argv().get(String(this.#next));
        this.#next += 1;
        name = machine.text(value);
        if (name === '') continue;
        const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(name);
        if (assignment !== null) {
          this.#events.assign(assignment[1] as string, assignment[2] as string);
          continue;
        }
      } else if (!this.#isOpened) name = '';
      else return undefined;
      this.#isOpened = true;
      machine.fileRecordNumber = 0;
      let reader: RecordReader;
      try {
        reader = name === '' || name === '-' || name === '/dev/stdin' ? machine.streams.standardInput : new RecordReader(openNamed(machine.context, name).chunks);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        if (error.code !== 'EISDIR') throw new AwkError(`fatal: cannot open file \`${name}' for reading: ${error.message}`);
        yield machine.streams.flush();
        yield complain(machine.context, `warning: command line argument \`${name}' is a directory: skipped`);
        continue;
      }
      this.#events.setFileName(name);
      if (this.#events.fileBegins !== undefined) yield* this.#events.fileBegins();
      return reader;
    }
  }
}

/** Parses `name=value` of `-v`. @throws AwkError */
export function parseAssignment(text: string): { name: string; value: string } {
  const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(text);
  if (match === null) throw new AwkError(`fatal: \`${text}' argument to \`-v' not in \`var=value' form`);
  return { name: match[1] as string, value: decodeAwkEscapes(match[2] as string) };
}
