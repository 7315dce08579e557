import { readFileSync } from 'node:fs';
import { createMemoryFiles } from '../core/fs/memory-files.ts';
import { HOME } from '../core/fs/places.ts';
import { BrokenPipe, type ByteSink, type ByteSource } from '../core/shell/command.ts';
import { coreCommands } from '../core/shell/core-commands.ts';
import { createShell } from '../core/shell/shell.ts';

/**
 * The shell core on the console, over an in-memory file system: `npm run shell -- -c 'CMD' [NAME [ARG]...]`, or the
 * script on standard input. Standard streams and exit code as from `bash -c`. The cheapest debugger of the shell.
 */
function sinkTo(stream: NodeJS.WriteStream): ByteSink {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        if (gone) {
          reject(new BrokenPipe());
          return;
        }
        stream.write(bytes, (error) => {
          if (error === null || error === undefined) resolve();
          else {
            gone = true;
            reject(new BrokenPipe());
          }
        });
      }),
  };
}

/** Opened by the first command that reads, so that a script which does not leaves the terminal alone. */
const standardInput: ByteSource = {
  async *[Symbol.asyncIterator]() {
    for await (const chunk of process.stdin) yield new Uint8Array(chunk as Buffer);
  },
};
const noInput: ByteSource = { async *[Symbol.asyncIterator]() {} };

async function main(args: readonly string[]): Promise<number> {
  let source: string;
  let rest: readonly string[] = [];
  const isCommand = args[0] === '-c';
  if (isCommand) {
    if (args[1] === undefined) {
      process.stderr.write("shell: -c needs a command, as in: npm run shell -- -c 'echo hello'\n");
      return 2;
    }
    source = args[1];
    rest = args.slice(2);
  } else if (args.length > 0) {
    process.stderr.write(`shell: '${args[0]}' is not understood; use -c 'COMMAND', or give the script on standard input\n`);
    return 2;
  } else source = readFileSync(0, 'utf8');

  const interrupt = new AbortController();
  process.on('SIGINT', () => interrupt.abort());
  process.on('SIGTERM', () => interrupt.abort());
  const shell = createShell({
    files: createMemoryFiles({ now: Date.now }),
    env: { HOME, PATH: '/bin', USER: 'me', LOGNAME: 'me', TERM: process.env.TERM ?? 'dumb', SHELL: '/bin/bash', LANG: 'C.UTF-8' },
    cwd: HOME,
    now: Date.now,
    monotonic: () => performance.now(),
    random: Math.random,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)),
    delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    commands: coreCommands,
    ...(rest[0] === undefined ? {} : { scriptName: rest[0] }),
    arguments: rest.slice(1),
  });
  return shell.run(source, {
    stdin: isCommand ? standardInput : noInput,
    stdout: sinkTo(process.stdout),
    stderr: sinkTo(process.stderr),
    signal: interrupt.signal,
  });
}

process.exit(await main(process.argv.slice(2)));
