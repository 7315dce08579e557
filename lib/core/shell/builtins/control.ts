import { FsError } from '../../fs/files.ts';
import type { Builtin } from '../builtin.ts';
import { FunctionReturn, later, LoopExit, ShellExit, wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { locate } from '../locate.ts';
import { runScript } from '../run-file.ts';
import { dispatch } from '../simple-command.ts';
import { concatBytes, decodeText } from '../text.ts';
import { UsageError } from '../tools/options.ts';

function loopExit(kind: 'break' | 'continue'): Builtin {
  return {
    name: kind,
    summary: kind === 'break' ? 'Leave a loop' : 'Go on with the next turn of a loop',
    usage: `${kind} [LEVELS]`,
    help: `for i in 1 2 3; do [ $i = 2 ] && ${kind}; echo $i; done\nfor i in 1 2; do for j in 1 2; do ${kind} 2; done; done`,
    options: [],
    run(shell, args) {
      const levels = Number(args[0] ?? '1');
      if (!Number.isInteger(levels)) throw new ShellExit(128);
      if (levels < 1) throw new UsageError(`${args[0]}: loop count out of range`, 1);
      if (shell.state.loopDepth === 0) {
        shell.report(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`);
        return 0;
      }
      throw new LoopExit(kind, Math.min(levels, shell.state.loopDepth));
    },
  };
}

function statusArgument(shell: Interpreter, name: string, args: readonly string[]): number {
  const text = args[0];
  if (text === undefined) return shell.state.lastStatus;
  if (!/^[-+]?\d+$/.test(text)) {
    shell.report(`${name}: ${text}: numeric argument required`);
    return 2;
  }
  return Number(BigInt.asUintN(8, BigInt(text.replace(/^\+/, ''))));
}

/** A name without a slash is looked for along `$PATH` first. */
function sourcePath(shell: Interpreter, file: string): string {
  if (file.includes('/')) return file;
  for (const directory of (shell.state.get('PATH') ?? '').split(':')) {
    const path = `${directory === '' ? '.' : directory}/${file}`;
    try {
      if (shell.files.stat(locate(shell.place, path))?.kind === 'file') return path;
    } catch {
      // A directory of PATH that is not there.
    }
  }
  return file;
}

function* source(shell: Interpreter, name: string, args: string[]): Step<number> {
  const file = args[0];
  if (file === undefined) throw new UsageError('filename argument required', 2);
  const { state } = shell;
  let text: string;
  try {
    text = decodeText(shell.files.read(locate(shell.place, sourcePath(shell, file))));
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    shell.report(`${name === '.' ? '' : `${name}: `}${file}: ${error.message}`);
    return 1;
  }
  const before = state.positional;
  const given = args.slice(1);
  if (given.length > 0) state.positional = given;
  state.frames.push({ kind: 'source', name: 'source', file, line: state.line(), locals: new Map(), flags: undefined });
  try {
    let status: number;
    try {
      status = yield* shell.evaluate(text, file);
    } catch (error) {
      if (!(error instanceof FunctionReturn)) throw error;
      status = error.status;
    }
    const trap = shell.traps.get('RETURN');
    if (trap !== undefined) yield* shell.runTrap(trap);
    return status;
  } finally {
    state.leaveFrame();
    // What the script itself set with `set --` stays.
    if (given.length > 0 && state.positional === given) state.positional = before;
  }
}

function* bash(shell: Interpreter, name: string, args: string[]): Step<number> {
  let index = 0;
  const options: string[] = [];
  let isCommand = false;
  for (; /^[-+]./.test(args[index] ?? '') && args[index] !== '-s' && args[index] !== '--'; index += 1) {
    let argument = args[index] as string;
    if (argument === '--version') {
      shell.print('Selkie: a shell of its own, which follows GNU bash, version 5.2.15(1)-release\n');
      return 0;
    }
    if (argument.startsWith('--')) {
      if (!['--norc', '--noprofile', '--login', '--posix', '--noediting', '--verbose', '--restricted'].includes(argument)) throw new UsageError(`${argument}: invalid option`, 2);
      continue;
    }
    if (argument.startsWith('-') && argument.includes('c')) {
      isCommand = true;
      argument = argument.replace('c', '');
    }
    argument = argument.replace(/(?<=^-.*)[lirs]/g, '');
    if (argument === '-' || argument === '+') continue;
    options.push(argument);
    if (argument.endsWith('o') || argument.endsWith('O')) {
      index += 1;
      const option = args[index];
      if (argument.endsWith('O')) options.pop();
      else if (option !== undefined) options.push(option);
    }
  }
  const readsInput = args[index] === '-s' || /^-[a-z]*s/.test(args[index - 1] ?? '');
  if (args[index] === '-s') index += 1;
  if (args[index] === '--') index += 1;
  const rest = args.slice(index);
  const [first] = rest;
  if (isCommand) {
    if (first === undefined) throw new UsageError('-c: option requires an argument', 2);
    return yield* runScript(shell, { text: first, name: rest[1] ?? name, args: rest.slice(2), options, isCommandString: true });
  }
  // `curl … | bash /dev/stdin ARGUMENT`
  const isNamedInput = !readsInput && first === '/dev/stdin';
  if (first !== undefined && !readsInput && !isNamedInput) {
    let text: string;
    try {
      text = decodeText(shell.files.read(locate(shell.place, first)));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      shell.report(`${name}: ${first}: ${error.message}`);
      return error.code === 'ENOENT' ? 127 : 126;
    }
    return yield* runScript(shell, { text, name: first, args: rest.slice(1), options });
  }
  const input = shell.fds[0]?.input;
  if (input === undefined || (input.isTerminal && shell.run.terminal !== undefined)) {
    throw new UsageError('this already is the shell; give a script or -c COMMAND', 2);
  }
  const chunks: Uint8Array[] = [];
  for (;;) {
    const pulled = input.pull();
    const chunk = pulled instanceof Promise ? yield* wait(pulled) : pulled;
    if (chunk === undefined) break;
    chunks.push(chunk);
  }
  return yield* runScript(shell, { text: decodeText(concatBytes(chunks)), name: isNamedInput ? first : name, args: isNamedInput ? rest.slice(1) : rest, options, isCommandString: true });
}

const bashBuiltin = (name: string): Builtin => ({
  name,
  summary: 'Run a script in a shell of its own',
  usage: `${name} [-c COMMAND | FILE] [ARGUMENT]...`,
  help: `${name} script.sh\n${name} -c 'echo $0 $1' name word`,
  options: [['-c COMMAND', 'run this line instead of a file'], ['-e', 'end at the first command that fails'], ['-u', 'a variable without a value is an error'], ['-x', 'show each command before it runs']],
  run: (shell, args) => bash(shell, name, args),
});

export const controlBuiltins: readonly Builtin[] = [
  loopExit('break'),
  loopExit('continue'),
  {
    name: 'return',
    summary: 'Leave a function or sourced script',
    usage: 'return [STATUS]',
    help: 'f() { return 3; }; f; echo $?',
    options: [],
    run(shell, args) {
      if (shell.state.frames.length === 0) {
        throw new UsageError("can only `return' from a function or sourced script", 2);
      }
      throw new FunctionReturn(statusArgument(shell, 'return', args));
    },
  },
  {
    name: 'exit',
    summary: 'Leave the shell',
    usage: 'exit [STATUS]',
    help: 'exit\nexit 3',
    options: [],
    run(shell, args) {
      throw new ShellExit(statusArgument(shell, 'exit', args));
    },
  },
  {
    name: 'eval',
    summary: 'Run text as a command',
    usage: 'eval [TEXT]...',
    help: "eval 'echo hi'\nline='ls | head -1'; eval \"$line\"",
    options: [],
    run: (shell, args) => (args.length === 0 || args.join('').trim() === '' ? 0 : shell.evaluate(args.join(' '))),
  },
  {
    name: 'source',
    summary: 'Run a script in this shell',
    usage: 'source FILE [ARGUMENT]...',
    help: 'source ~/.profile',
    options: [],
    run: (shell, args) => source(shell, 'source', args),
  },
  { name: '.', summary: 'Run a script in this shell', usage: '. FILE [ARGUMENT]...', help: '. ~/.bashrc', options: [], run: (shell, args) => source(shell, '.', args) },
  {
    name: 'exec',
    summary: 'Run a command instead of the shell, or keep redirections',
    usage: 'exec [COMMAND [ARGUMENT]...]',
    options: [],
    help: 'exec > log.txt   # everything from here on goes there',
    *run(shell, args) {
      let rest = args;
      let isClean = false;
      while (/^-[cla]+$/.test(rest[0] ?? '')) {
        isClean ||= rest[0]?.includes('c') === true;
        rest = rest.slice(rest[0]?.endsWith('a') === true ? 2 : 1);
      }
      if (rest[0] === '--') rest = rest.slice(1);
      if (rest.length === 0) return 0;
      if (isClean) for (const [name, variable] of shell.state.variables) if (variable.exported) shell.state.variables.delete(name);
      // Another program stands in the shell's place: nothing of it is left that could be trapped.
      shell.traps.clear();
      throw new ShellExit(yield* later(dispatch(shell, rest, [], true)));
    },
  },
  {
    name: 'builtin',
    summary: "Run the shell's own command of that name",
    usage: 'builtin NAME [ARGUMENT]...',
    help: 'cd() { builtin cd "$@" && ls; }',
    options: [],
    run(shell, args) {
      const name = args[0];
      if (name === undefined) return 0;
      if (shell.builtin(name) === undefined) throw new UsageError(`${name}: not a shell builtin`, 1);
      return dispatch(shell, args, [], true);
    },
  },
  bashBuiltin('bash'),
  bashBuiltin('sh'),
  {
    name: 'caller',
    summary: 'Say who called the function',
    usage: 'caller [LEVEL]',
    options: [],
    help: 'die() { echo "$(caller): $*" >&2; exit 1; }',
    run(shell, args) {
      const { state } = shell;
      const level = Number(args[0] ?? '0');
      if (!Number.isInteger(level)) throw new UsageError(`${args[0]}: invalid number`, 2);
      const frame = [...state.frames].reverse()[level];
      if (frame === undefined) return 1;
      const outer = state.frames[state.frames.indexOf(frame) - 1];
      // What the shell was given as an argument is no caller with a name.
      if (outer === undefined && state.isCommandString && args.length > 0) return 1;
      const file = outer?.file ?? (outer === undefined && !state.isCommandString ? state.scriptName : undefined);
      const shown = file ?? (state.isCommandString ? (args.length === 0 ? 'NULL' : 'environment') : 'main');
      shell.print(args.length === 0 ? `${frame.line} ${shown}\n` : `${frame.line} ${outer?.name ?? 'main'} ${shown}\n`);
      return 0;
    },
  },
];
