import type { Builtin } from '../builtin.ts';
import { PROGRAMS, SPECIAL } from '../builtin-names.ts';
import type { Interpreter } from '../interpreter.ts';
import { parseOptions, UsageError } from '../tools/options.ts';

function print(shell: Interpreter, isListed: (name: string, isOff: boolean) => boolean): void {
  const { disabled } = shell.state;
  const names = [...shell.run.builtins.keys()].filter((name) => !PROGRAMS.has(name) && isListed(name, disabled.has(name))).sort();
  shell.print(names.map((name) => `enable ${disabled.has(name) ? '-n ' : ''}${name}\n`).join(''));
}

export const enableBuiltin: Builtin = {
  name: 'enable',
  summary: "Switch the shell's own commands on and off",
  usage: 'enable [-anps] [NAME]...',
  help: 'enable -n test   # from now on the program of that name\nenable test\nenable -n        # what is off',
  options: [['-n', 'off; without names those that are off'], ['-a', 'all of them, on and off'], ['-p', 'print, to be read back'], ['-s', 'only the special ones of POSIX']],
  run(shell, args) {
    const options = parseOptions(args, { short: 'anpsdf:', status: 2, stopAtOperand: true });
    if (options.has('f')) throw new UsageError('dynamic loading not available', 1);
    const isOff = options.has('n');
    if (options.operands.length === 0 || options.has('p')) {
      print(shell, (name, off) => (!options.has('s') || SPECIAL.has(name)) && (isOff ? off : !off || options.has('a')));
      return 0;
    }
    let status = 0;
    for (const name of options.operands) {
      const isKnown = shell.run.builtins.has(name) && !PROGRAMS.has(name);
      if (!isKnown || options.has('d')) {
        shell.report(`enable: ${name}: ${isKnown ? 'not dynamically loaded' : 'not a shell builtin'}`);
        status = 1;
      } else if (isOff) shell.state.disabled.add(name);
      else shell.state.disabled.delete(name);
    }
    return status;
  },
};
