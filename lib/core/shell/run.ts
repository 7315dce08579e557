import type { Files } from '../fs/files.ts';
import type { HistoryPort, TerminalIo } from './command.ts';
import type { CommandTable } from './command-table.ts';
import type { Builtin } from './builtin.ts';
import type { Cancel } from './flow.ts';
import type { Turn } from './turn.ts';
import { limits } from '../limits.ts';
import { ShellError } from './flow.ts';

/** A command that runs in the background; see `wait`, `jobs`, `kill`. */
export interface Job {
  id: number;
  processId: number;
  cancel: Cancel;
  done: Promise<number>;
  status: number | undefined;
}

/** How many stages and jobs are under way; shared by everything in one shell. */
export class ProcessCount {
  #count = 0;

  /** @throws ShellError when there are too many: a fork bomb ends here. */
  start(): void {
    if (this.#count >= limits.shellMaxProcesses) throw new ShellError('fork: Resource temporarily unavailable', 254);
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
  }
}

/** What all processes of one `run` share. */
export interface Run {
  files: Files;
  commands: CommandTable;
  builtins: ReadonlyMap<string, Builtin>;
  turn: Turn;
  cancel: Cancel;
  terminal: TerminalIo | undefined;
  history: HistoryPort | undefined;
  processes: ProcessCount;
  jobs: Map<number, Job>;
  now: () => number;
  monotonic: () => number;
  /** Resolves after so many milliseconds, or earlier: whoever waits looks at the clock again. */
  delay: (milliseconds: number) => Promise<void>;
}
