import type { Builtin } from '../builtin.ts';
import { evaluateNow } from '../expand/words.ts';
import { UsageError } from '../tools/options.ts';

export const variableBuiltins: readonly Builtin[] = [
  {
    name: 'shift',
    summary: 'Drop the first positional parameters',
    usage: 'shift [N]',
    help: 'shift\nshift 2',
    options: [],
    run(shell, args) {
      const count = Number(args[0] ?? '1');
      if (!Number.isInteger(count) || count < 0) throw new UsageError(`${args[0]}: shift count out of range`, 1);
      if (count > shell.state.positional.length) return 1;
      shell.state.positional = shell.state.positional.slice(count);
      return 0;
    },
  },
  {
    name: 'let',
    summary: 'Compute',
    usage: 'let EXPRESSION...',
    options: [],
    help: 'let "n = n * 2" i++',
    run(shell, args) {
      if (args.length === 0) throw new UsageError('expression expected', 1);
      let last = '0';
      for (const argument of args) last = evaluateNow(shell, argument);
      return last === '0' ? 1 : 0;
    },
  },
];
