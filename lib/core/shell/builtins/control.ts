import { FsError } from '../../fs/files.ts';
import type { Builtin } from '../builtin.ts';
import { FunctionReturn, LoopExit, ShellExit, wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { locate } from '../locate.ts';
import { dispatch, runScript } from '../simple-command.ts';
import { concatBytes, decodeText } from '../text.ts';
import { UsageError } from '../tools/options.ts';

function loopExit(kind: 'break' | 'continue'): Builtin {
  return {
    name: kind,
    summary: kind === 'break' ? 'Leave a loop' : 'Go on with the next turn of a loop',
    usage: `${kind} [LEVELS]`,
    run(shell, args) {
      const levels = Number(args[0] ?? '1');
      if (!Number.isInteger(levels)) throw new ShellExit(128);
      if (levels < 1) throw new UsageError(`${args[0]}: loop count out of range`, 1);
      if (shell.state.loopDepth === 0) {
        shell.complain(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`);
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
    shell.complain(`${name}: ${text}: numeric argument required`);
    return 2;
  }
  return Number(BigInt.asUintN(8, BigInt(text.replace(/^\+/, ''))));
}

function* source(shell: Interpreter, name: string, args: string[]): Step<number> {
  const file = args[0];
  if (file === undefined) throw new UsageError('filename argument required', 2);
  const { state } = shell;
  let text: string;
  try {
    text = decodeText(shell.files.read(locate(shell.place, file)));
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    shell.complain(`${name === '.' ? '' : `${name}: `}${file}: ${error.message}`);
    return 1;
  }
  const before = state.positional;
  if (args.length > 1) state.positional = args.slice(1);
  state.sourceDepth += 1;
  try {
    return yield* shell.evaluate(text);
  } catch (error) {
    if (error instanceof FunctionReturn) return error.status;
    throw error;
  } finally {
    state.sourceDepth -= 1;
    if (args.length > 1) state.positional = before;
  }
}

function* bash(shell: Interpreter, name: string, args: string[]): Step<number> {
  let rest = args;
  const flags: string[] = [];
  while (rest[0] !== undefined && /^[-+][a-zA-Z]*[^c]$|^-o$/.test(rest[0]) && rest[0] !== '-s') {
    flags.push(rest[0]);
    rest = rest.slice(1);
  }
  const prelude = flags.length > 0 ? `set ${flags.join(' ')}\n` : '';
  if (rest[0] !== undefined && /^-[a-z]*c$/.test(rest[0])) {
    const letters = rest[0].slice(1, -1);
    if (rest[1] === undefined) throw new UsageError('-c: option requires an argument', 2);
    return yield* runScript(shell, prelude + (letters === '' ? '' : `set -${letters}\n`) + rest[1], rest[2] ?? name, rest.slice(3));
  }
  if (rest[0] !== undefined && rest[0] !== '-s') {
    let text: string;
    try {
      text = decodeText(shell.files.read(locate(shell.place, rest[0])));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      shell.complain(`${rest[0]}: ${error.message}`);
      return error.code === 'ENOENT' ? 127 : 126;
    }
    return yield* runScript(shell, prelude + text, rest[0], rest.slice(1));
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
  return yield* runScript(shell, prelude + decodeText(concatBytes(chunks)), name, rest.slice(1));
}

const bashBuiltin = (name: string): Builtin => ({
  name,
  summary: 'Run a script in a shell of its own',
  usage: `${name} [-c COMMAND | FILE] [ARGUMENT]...`,
  run: (shell, args) => bash(shell, name, args),
});

export const controlBuiltins: readonly Builtin[] = [
  loopExit('break'),
  loopExit('continue'),
  {
    name: 'return',
    summary: 'Leave a function or sourced script',
    usage: 'return [STATUS]',
    run(shell, args) {
      if (shell.state.locals.length === 0 && shell.state.sourceDepth === 0) {
        throw new UsageError("can only `return' from a function or sourced script", 2);
      }
      throw new FunctionReturn(statusArgument(shell, 'return', args));
    },
  },
  {
    name: 'exit',
    summary: 'Leave the shell',
    usage: 'exit [STATUS]',
    run(shell, args) {
      throw new ShellExit(statusArgument(shell, 'exit', args));
    },
  },
  {
    name: 'eval',
    summary: 'Run text as a command',
    usage: 'eval [TEXT]...',
    run: (shell, args) => (args.length === 0 || args.join('').trim() === '' ? 0 : shell.evaluate(args.join(' '))),
  },
  {
    name: 'source',
    summary: 'Run a script in this shell',
    usage: 'source FILE [ARGUMENT]...',
    help: 'source ~/.profile',
    run: (shell, args) => source(shell, 'source', args),
  },
  { name: '.', summary: 'Run a script in this shell', usage: '. FILE [ARGUMENT]...', run: (shell, args) => source(shell, '.', args) },
  {
    name: 'exec',
    summary: 'Run a command instead of the shell, or keep redirections',
    usage: 'exec [COMMAND [ARGUMENT]...]',
    help: 'exec > log.txt   # everything from here on goes there',
    *run(shell, args) {
      if (args.length === 0) return 0;
      throw new ShellExit(yield* dispatch(shell, args, [], true));
    },
  },
  {
    name: 'builtin',
    summary: "Run the shell's own command of that name",
    usage: 'builtin NAME [ARGUMENT]...',
    run(shell, args) {
      const name = args[0];
      if (name === undefined) return 0;
      if (!shell.run.builtins.has(name)) throw new UsageError(`${name}: not a shell builtin`, 1);
      return dispatch(shell, args, [], true);
    },
  },
  bashBuiltin('bash'),
  bashBuiltin('sh'),
  {
    name: 'env',
    summary: 'Print variables, or run a command with others',
    usage: 'env [-i] [-u NAME] [NAME=VALUE]... [COMMAND [ARGUMENT]...]',
    help: 'env\nenv LANG=C sort names.txt',
    *run(shell, args) {
      const child = shell.fork(shell.fds.slice());
      return yield* child.process(function* () {
        let index = 0;
        for (; index < args.length; index += 1) {
          const argument = args[index] as string;
          const equals = argument.indexOf('=');
          if (argument === '-i' || argument === '-') {
            for (const [name, variable] of child.state.variables) if (variable.exported) child.state.variables.delete(name);
          } else if (argument === '-u') {
            index += 1;
            child.state.variables.delete(args[index] ?? '');
          } else if (equals > 0) {
            child.state.assign(argument.slice(0, equals), argument.slice(equals + 1));
            child.state.writable(argument.slice(0, equals)).exported = true;
          } else break;
        }
        if (index < args.length) return yield* dispatch(child, args.slice(index), [], true);
        child.print(Object.entries(child.state.exported()).map(([name, value]) => `${name}=${value}\n`).join(''));
        return 0;
      });
    },
  },
  {
    name: 'trap',
    summary: 'Run a command when the shell ends',
    usage: "trap 'COMMAND' EXIT",
    help: "trap 'rm -f /tmp/work' EXIT",
    run(shell, args) {
      const rest = args[0] === '--' ? args.slice(1) : args;
      const [action, ...events] = rest;
      if (action === undefined) return 0;
      for (const event of events) {
        if (/^(EXIT|0)$/.test(event)) shell.exitTrap = action === '-' || action === '' ? undefined : action;
        else if (!/^(SIG)?(INT|TERM|HUP|QUIT|PIPE|ERR|DEBUG|RETURN|\d+)$/.test(event)) throw new UsageError(`${event}: invalid signal specification`, 1);
      }
      return 0;
    },
  },
];
