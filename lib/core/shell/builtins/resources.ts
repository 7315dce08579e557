import type { Builtin } from '../builtin.ts';
import * as limits from '../../limits.ts';
import { parseOptions, UsageError } from '../tools/options.ts';

/** What `ulimit` knows: letter, words as in bash, value. The rest of a system's limits do not exist in a page. */
const LIMITS: readonly (readonly [letter: string, about: string, unit: string, value: string])[] = [
  ['c', 'core file size', 'blocks, -c', '0'],
  ['f', 'file size', 'blocks, -f', String(limits.fileMaxBytes / 1024)],
  ['n', 'open files', '-n', String(limits.shellMaxDescriptor + 1)],
  ['p', 'pipe size', '512 bytes, -p', String(limits.pipeMaxBytes / 512)],
  ['t', 'cpu time', 'seconds, -t', 'unlimited'],
  ['u', 'max user processes', '-u', String(limits.shellMaxProcesses)],
  ['v', 'virtual memory', 'kbytes, -v', 'unlimited'],
];

export const resourceBuiltins: readonly Builtin[] = [
  {
    name: 'ulimit',
    summary: 'Show the limits of this shell',
    usage: 'ulimit [-SH] [-a | -cfnptuv]',
    help: 'ulimit -a\nulimit -n',
    options: [['-a', 'all of them'], ...LIMITS.map(([letter, about]) => [`-${letter}`, about] as const)],
    run(shell, args) {
      const options = parseOptions(args, { short: `SHa${LIMITS.map(([letter]) => letter).join('')}`, status: 2 });
      if (options.operands.length > 0) {
        if (options.operands[0] === 'unlimited') return 0;
        throw new UsageError('limits cannot be changed here; `ulimit -a` shows them', 1);
      }
      const chosen = options.has('a') ? LIMITS : LIMITS.filter(([letter]) => options.has(letter));
      const shown = chosen.length > 0 ? chosen : LIMITS.filter(([letter]) => letter === 'f');
      for (const [, about, unit, value] of shown) shell.print(shown.length === 1 ? `${value}\n` : `${about.padEnd(24)}${`(${unit})`.padStart(18)} ${value}\n`);
      return 0;
    },
  },
  {
    name: 'times',
    summary: 'Processor time used; a page is not told',
    usage: 'times',
    options: [],
    help: 'times',
    run(shell) {
      shell.print('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
      return 0;
    },
  },
  {
    name: 'hash',
    summary: 'Remembered places of commands; nothing needs remembering here',
    usage: 'hash [-r] [NAME]...',
    help: 'hash -r',
    options: [['-r', 'forget them']],
    run(shell, args) {
      let status = 0;
      for (const name of args.filter((argument) => !argument.startsWith('-'))) {
        if (shell.run.builtins.has(name) || shell.run.commands.has(name) || shell.state.functions.has(name)) continue;
        shell.report(`hash: ${name}: not found`);
        status = 1;
      }
      return status;
    },
  },
];
