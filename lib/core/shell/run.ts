import type { Files } from '../fs/files.ts';
import * as limits from '../limits.ts';
import type { Builtin } from './builtin.ts';
import type { HistoryPort, TerminalIo } from './command.ts';
import type { CommandTable } from './command-table.ts';
import { ShellError, type Cancel } from './flow.ts';
import type { Job } from './jobs.ts';
import type { KeptDescriptors } from './kept-descriptors.ts';
import type { Turn } from './turn.ts';

/** Whoever has a process id and can be sent a signal. */
export interface Process {
  deliver(signal: string): void;
}

/** The processes of one shell: how many there may be, their ids, and who has which. */
export class ProcessTable {
  #count = 0;
  #nextId: number;
  readonly #processes = new Map<number, Process>();

  /** @param first the process id of the shell itself. */
  constructor(first: number) {
    this.#nextId = first + 1;
  }

  /** @throws ShellError when there are too many: a fork bomb ends here. */
  start(): void {
    if (this.#count >= limits.shellMaxProcesses) throw new ShellError('fork: Resource temporarily unavailable', 254);
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
  }

  newId(): number {
    const id = this.#nextId;
    this.#nextId += 1;
    return id;
  }

  set(id: number, process: Process): void {
    this.#processes.set(id, process);
  }

  remove(id: number): void {
    this.#processes.delete(id);
  }

  get(id: number): Process | undefined {
    return this.#processes.get(id);
  }
}

/** What all processes of one `run` share; a job, a script and a group that may outlive Ctrl-C have a `cancel` of their own. */
export interface Run {
  files: Files;
  commands: CommandTable;
  builtins: ReadonlyMap<string, Builtin>;
  turn: Turn;
  cancel: Cancel;
  terminal: TerminalIo | undefined;
  /** Within a job: others may look at a file before its writer is done. */
  isBackground: boolean;
  history: HistoryPort | undefined;
  processes: ProcessTable;
  kept: KeptDescriptors;
  /** What goes on behind the line: jobs and `>(...)`. A script ends with the last of them. */
  background: Set<Promise<unknown>>;
  /** The job that `fg` waits for: Ctrl-Z stops it and not the line. */
  foreground: { job: Job | undefined };
  now: () => number;
  monotonic: () => number;
  /** Resolves after so many milliseconds, or earlier: whoever waits looks at the clock again. */
  delay: (milliseconds: number) => Promise<void>;
}
