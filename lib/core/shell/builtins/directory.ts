import { FsError } from '../../fs/files.ts';
import { resolvePath } from '../../fs/path.ts';
import type { Builtin } from '../builtin.ts';
import type { Interpreter } from '../interpreter.ts';
import { leadsInCircle, locate } from '../locate.ts';
import { UsageError } from '../tools/options.ts';

/** `~` for the home directory, as `dirs` shows it. */
function tilde(shell: Interpreter, path: string): string {
  const home = shell.state.get('HOME') ?? '/';
  return home !== '/' && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

const stackLine = (shell: Interpreter): string => `${[shell.state.cwd, ...shell.state.directories].map((path) => tilde(shell, path)).join(' ')}\n`;

/** `+N` counts from the left, `-N` from the right; undefined for a directory's name. */
function stackIndex(argument: string, size: number): number | undefined {
  const match = /^([-+])(\d+)$/.exec(argument);
  if (match === null) return undefined;
  const index = match[1] === '+' ? Number(match[2]) : size - 1 - Number(match[2]);
  if (index < 0 || index >= size) throw new UsageError(`${argument}: directory stack index out of range`, 1);
  return index;
}

function go(shell: Interpreter, path: string): void {
  const found = byLetters(shell, path);
  const stat = shell.run.files.stat(found);
  if (stat?.kind !== 'directory') throw new UsageError(`${path}: ${stat === undefined ? 'No such file or directory' : 'Not a directory'}`, 1);
  shell.state.set('OLDPWD', shell.state.cwd);
  shell.state.cwd = found;
  shell.state.set('PWD', found);
}

function pushd(shell: Interpreter, args: string[]): number {
  const { state } = shell;
  const stays = args[0] === '-n';
  const [target] = (stays ? args.slice(1) : args).filter((argument) => argument !== '--');
  const stack = [state.cwd, ...state.directories];
  if (target === undefined) {
    const [next] = state.directories;
    if (next === undefined) throw new UsageError('no other directory', 1);
    const before = state.cwd;
    go(shell, next);
    state.directories = [before, ...state.directories.slice(1)];
  } else {
    const index = stackIndex(target, stack.length);
    if (index !== undefined) {
      const turned = [...stack.slice(index), ...stack.slice(0, index)];
      if (!stays) go(shell, turned[0] as string);
      state.directories = turned.slice(1);
    } else if (stays) state.directories = [target, ...state.directories];
    else {
      const before = state.cwd;
      go(shell, target);
      state.directories = [before, ...state.directories];
    }
  }
  shell.print(stackLine(shell));
  return 0;
}

function popd(shell: Interpreter, args: string[]): number {
  const { state } = shell;
  const stays = args[0] === '-n';
  const [target] = stays ? args.slice(1) : args;
  const stack = [state.cwd, ...state.directories];
  if (stack.length === 1) throw new UsageError('directory stack empty', 1);
  const index = target === undefined ? (stays ? 1 : 0) : stackIndex(target, stack.length);
  if (index === undefined) throw new UsageError(`${target}: invalid argument`, 2);
  const rest = stack.filter((_, at) => at !== index);
  if (index === 0) go(shell, rest[0] as string);
  state.directories = rest.slice(1);
  shell.print(stackLine(shell));
  return 0;
}

function dirs(shell: Interpreter, args: string[]): number {
  const { state } = shell;
  const letters = args.filter((argument) => /^-[clpv]+$/.test(argument)).join('');
  if (letters.includes('c')) {
    state.directories = [];
    return 0;
  }
  const shown = [state.cwd, ...state.directories].map((path) => (letters.includes('l') ? path : tilde(shell, path)));
  const chosen = args.find((argument) => /^[-+]\d+$/.test(argument));
  if (chosen !== undefined) shell.print(`${shown[stackIndex(chosen, shown.length) as number]}\n`);
  else if (letters.includes('v')) shell.print(shown.map((path, index) => `${String(index).padStart(2)}  ${path}\n`).join(''));
  else shell.print(letters.includes('p') ? shown.map((path) => `${path}\n`).join('') : `${shown.join(' ')}\n`);
  return 0;
}

export const directoryBuiltins: readonly Builtin[] = [
  {
    name: 'cd',
    summary: 'Change the working directory',
    usage: 'cd [-L|-P] [DIRECTORY | -]',
    options: [['-P', 'the real directory, links followed'], ['-L', 'as the names say, which is the default']],
    help: 'cd notes\ncd ..\ncd -      # back to where you were\ncd        # home',
    run(shell, args) {
      const { state, run } = shell;
      const { isPhysical, operands } = parseWay(args, 'LPe');
      if (operands.length > 1) throw new UsageError('too many arguments', 1);
      let target = operands[0];
      if (target === undefined) {
        target = state.get('HOME');
        if (target === undefined) throw new UsageError('HOME not set', 1);
      }
      const isBack = target === '-';
      if (isBack) {
        target = state.get('OLDPWD');
        if (target === undefined) throw new UsageError('OLDPWD not set', 1);
      }
      if (target === '') return 0;
      let path: string;
      let isShown = false;
      try {
        const along = alongCdPath(shell, target);
        if (along !== undefined) {
          target = along;
          isShown = true;
        }
        path = isPhysical || state.flags.physical ? run.files.realPath(locate(shell.place, target)) : byLetters(shell, target);
        const stat = run.files.stat(path);
        if (stat === undefined) throw new FsError(leadsInCircle(run.files, path) ? 'ELOOP' : 'ENOENT', path);
        if (stat.kind !== 'directory') throw new FsError('ENOTDIR', path);
      } catch (error) {
        if (error instanceof FsError) throw new UsageError(`${target}: ${error.message}`, 1);
        throw error;
      }
      state.set('OLDPWD', state.cwd);
      state.cwd = path;
      state.set('PWD', path);
      if (isBack || isShown) shell.print(`${path}\n`);
      return 0;
    },
  },
  {
    name: 'pwd',
    summary: 'Print the working directory',
    usage: 'pwd [-LP]',
    options: [['-P', 'the real directory, links followed'], ['-L', 'as the names say, which is the default']],
    help: 'pwd\npwd -P   # with every symbolic link followed',
    run(shell, args) {
      const { cwd } = shell.state;
      shell.print(`${parseWay(args, 'LP').isPhysical ? shell.run.files.realPath(cwd) : cwd}\n`);
      return 0;
    },
  },
  {
    name: 'pushd',
    summary: 'Go to a directory and remember this one',
    usage: 'pushd [-n] [DIRECTORY | +N | -N]',
    help: 'pushd notes   # popd leads back\npushd         # to and fro',
    options: [['-n', 'only remember, do not go'], ['+N, -N', 'turn the stack so that this one is on top']],
    run: pushd,
  },
  { name: 'popd', summary: 'Go back to the directory that pushd remembered', usage: 'popd [-n] [+N | -N]', help: 'popd', options: [['-n', 'only forget, do not go'], ['+N, -N', 'this one']], run: popd },
  {
    name: 'dirs',
    summary: 'Show the directories that pushd remembers',
    usage: 'dirs [-clpv] [+N | -N]',
    help: 'dirs -v',
    options: [['-c', 'forget all'], ['-l', 'whole paths'], ['-p', 'one on a line'], ['-v', 'with numbers']],
    run: dirs,
  },
];

/** `-L` (by the letters, the default) and `-P` (links followed); the last one counts. */
function parseWay(args: readonly string[], letters: string): { isPhysical: boolean; operands: string[] } {
  let at = 0;
  let isPhysical = false;
  for (; at < args.length; at += 1) {
    const argument = args[at] as string;
    if (argument === '--') {
      at += 1;
      break;
    }
    if (argument === '-' || !argument.startsWith('-')) break;
    for (const letter of argument.slice(1)) {
      if (!letters.includes(letter)) throw new UsageError(`-${letter}: invalid option`, 2);
      if (letter !== 'e') isPhysical = letter === 'P';
    }
  }
  return { isPhysical, operands: args.slice(at) };
}

/** A name that is no path is looked for in the directories of `$CDPATH`. */
function alongCdPath(shell: Interpreter, target: string): string | undefined {
  const cdPath = shell.state.get('CDPATH');
  if (cdPath === undefined || cdPath === '' || /^(\/|\.\.?(\/|$))/.test(target)) return undefined;
  for (const directory of cdPath.split(':')) {
    if (directory === '' || directory === '.') {
      if (shell.run.files.stat(resolvePath(shell.state.cwd, target))?.kind === 'directory') return undefined;
      continue;
    }
    const path = `${directory}/${target}`;
    if (shell.run.files.stat(resolvePath(shell.state.cwd, path))?.kind === 'directory') return path;
  }
  return undefined;
}

/** As POSIX's `cd -L`: `..` takes the name before it away, after a look whether that is a directory; else the way is walked. */
function byLetters(shell: Interpreter, target: string): string {
  const { files } = shell.run;
  const path = resolvePath(shell.state.cwd, target);
  const before = /^(.*?[^/])\/+\.\.(\/|$)/.exec(target)?.[1];
  if (before !== undefined && !/(^|\/)\.\.$/.test(before)) {
    const kind = files.stat(resolvePath(shell.state.cwd, before))?.kind;
    if (kind !== 'directory') throw new FsError(kind === undefined ? 'ENOENT' : 'ENOTDIR', path);
  }
  return files.stat(path) === undefined ? locate(shell.place, target) : path;
}
