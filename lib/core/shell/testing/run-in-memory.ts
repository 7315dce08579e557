import type { Files } from '../../fs/files.ts';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import { HOME } from '../../fs/places.ts';
import type { CancelSignal, TerminalIo } from '../command.ts';
import type { OfferedCommand } from '../command-table.ts';
import { coreCommands } from '../core-commands.ts';
import { createShell, type Shell } from '../shell.ts';
import { concatBytes, decodeText } from '../text.ts';

// `lib/core` is typed without a platform; these are what every test runner has.
declare const performance: { now(): number };
declare const setImmediate: (callback: () => void) => unknown;
declare const setTimeout: (callback: () => void, milliseconds: number) => unknown;
declare const AbortController: new () => { signal: CancelSignal };

export interface RunOptions {
  env?: Record<string, string>;
  files?: Files;
  shell?: Shell;
  stdin?: AsyncIterable<Uint8Array>;
  signal?: CancelSignal;
  terminal?: TerminalIo;
  commands?: readonly OfferedCommand[];
  /** Told about each chunk written to standard output. */
  onOutput?: (bytes: Uint8Array) => void;
}

export interface RunResult {
  stdout: Uint8Array;
  text: string;
  errors: string;
  status: number;
  files: Files;
}

/** A shell for tests: memory files, the machine's clock. */
export function createTestShell(options: RunOptions & { files: Files }): Shell {
  return createShell({
    files: options.files,
    env: { HOME, PATH: '/bin', USER: 'me', TERM: 'dumb', ...options.env },
    cwd: HOME,
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)),
    delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    commands: [...coreCommands, ...(options.commands ?? [])],
  });
}

/** Runs a script and gathers what it wrote. */
export async function runInMemory(script: string, options: RunOptions = {}): Promise<RunResult> {
  const files = options.files ?? createMemoryFiles({ now: Date.now });
  const shell = options.shell ?? createTestShell({ ...options, files });
  const out: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  const gather = (chunks: Uint8Array[], tell?: (bytes: Uint8Array) => void) => ({
    async write(bytes: Uint8Array) {
      chunks.push(bytes.slice());
      tell?.(bytes);
    },
  });
  const status = await shell.run(script, {
    stdin: options.stdin ?? { async *[Symbol.asyncIterator]() {} },
    stdout: gather(out, options.onOutput),
    stderr: gather(errors),
    signal: options.signal ?? new AbortController().signal,
    ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
  });
  const stdout = concatBytes(out);
  return { stdout, text: decodeText(stdout), errors: decodeText(concatBytes(errors)), status, files };
}
