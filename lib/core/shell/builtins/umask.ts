import type { Builtin } from '../builtin.ts';
import { UsageError } from '../tools/options.ts';

const LETTERS = { r: 4, w: 2, x: 1 } as const;

/** `u=rwx,g=rx,o=rx`: what the mask lets through. */
function symbolic(mask: number): string {
  const letters = (bits: number): string => (['r', 'w', 'x'] as const).filter((letter) => (bits & LETTERS[letter]) !== 0).join('');
  return `u=${letters(~mask >> 6)},g=${letters(~mask >> 3)},o=${letters(~mask)}`;
}

/** A mode such as `g-w,o=` applied to what the mask lets through; undefined when it is none. */
function parseMask(text: string, before: number): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8) & 0o777;
  let allowed = ~before & 0o777;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause);
    if (match === null) return undefined;
    const [, who = '', operator, letters = ''] = match;
    const shifts = who === '' || who.includes('a') ? [6, 3, 0] : [...who].map((name) => ({ u: 6, g: 3, o: 0 })[name as 'u' | 'g' | 'o']);
    const bits = [...letters].reduce((sum, letter) => sum | LETTERS[letter as 'r' | 'w' | 'x'], 0);
    for (const shift of shifts) {
      if (operator === '=') allowed &= ~(7 << shift);
      if (operator === '-') allowed &= ~(bits << shift);
      else allowed |= bits << shift;
    }
  }
  return ~allowed & 0o777;
}

export const umaskBuiltin: Builtin = {
  name: 'umask',
  summary: 'Show or set the bits that new files do not get',
  usage: 'umask [-S] [MODE]',
  options: [['-S', 'in letters'], ['-p', 'as a command']],
  help: 'umask\numask 077      # what you make next is yours alone\numask -S',
  run(shell, args) {
    const { state } = shell;
    const first = args.findIndex((argument) => !/^-[Sp]+$/.test(argument));
    const flags = first < 0 ? args : args.slice(0, first);
    const mode = first < 0 ? undefined : args[first];
    const octal = (): string => String(state.umask.toString(8)).padStart(4, '0');
    const isSymbolic = flags.some((flag) => flag.includes('S'));
    if (mode === undefined) {
      const prefix = flags.some((flag) => flag.includes('p')) ? (isSymbolic ? 'umask -S ' : 'umask ') : '';
      shell.print(`${prefix}${isSymbolic ? symbolic(state.umask) : octal()}\n`);
      return 0;
    }
    const mask = parseMask(mode, state.umask);
    if (mask === undefined) throw new UsageError(`${mode}: ${/^\d/.test(mode) ? 'octal number out of range' : 'invalid symbolic mode'}`, 1);
    state.umask = mask;
    if (isSymbolic) shell.print(`${symbolic(mask)}\n`);
    return 0;
  },
};
