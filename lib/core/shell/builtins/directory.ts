import { FsError } from '../../fs/files.ts';
import { resolvePath } from '../../fs/path.ts';
import type { Builtin } from '../builtin.ts';
import type { Interpreter } from '../interpreter.ts';
import { leadsInCircle, locate } from '../locate.ts';
import { UsageError } from '../tools/options.ts';

export const directoryBuiltins: readonly Builtin[] = [
  {
    name: 'cd',
    summary: 'Change the working directory',
    usage: 'cd [-L|-P] [DIRECTORY | -]',
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
      try {
        path = isPhysical ? run.files.realPath(locate(shell.place, target)) : byLetters(shell, target);
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
      if (isBack) shell.print(`${path}\n`);
      return 0;
    },
  },
  {
    name: 'pwd',
    summary: 'Print the working directory',
    usage: 'pwd [-LP]',
    help: 'pwd\npwd -P   # with every symbolic link followed',
    run(shell, args) {
      const { cwd } = shell.state;
      shell.print(`${parseWay(args, 'LP').isPhysical ? shell.run.files.realPath(cwd) : cwd}\n`);
      return 0;
    },
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
