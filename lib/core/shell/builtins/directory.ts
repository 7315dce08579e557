import { FsError } from '../../fs/files.ts';
import { resolvePath } from '../../fs/path.ts';
import type { Builtin } from '../builtin.ts';
import { UsageError } from '../tools/options.ts';

export const directoryBuiltins: readonly Builtin[] = [
  {
    name: 'cd',
    summary: 'Change the working directory',
    usage: 'cd [DIRECTORY | -]',
    help: 'cd notes\ncd ..\ncd -      # back to where you were\ncd        # home',
    run(shell, args) {
      const { state, run } = shell;
      const operands = args.filter((argument, index) => !(index === 0 && /^-[LPe]+$|^--$/.test(argument)));
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
        path = resolvePath(state.cwd, target);
        const stat = run.files.stat(path);
        if (stat === undefined) throw new FsError('ENOENT', path);
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
    usage: 'pwd',
    run(shell) {
      shell.print(`${shell.state.cwd}\n`);
      return 0;
    },
  },
];
