import type { Builtin } from '../builtin.ts';
import type { Interpreter } from '../interpreter.ts';
import { isName } from '../parse.ts';
import { UsageError } from '../tools/options.ts';

/** One option of the arguments for each call (POSIX 2018, `getopts`); where it stands is in `OPTIND` and `state.optionOffset`. */
function getopts(shell: Interpreter, args: string[]): number {
  const [letters, name, ...given] = args;
  if (letters === undefined || name === undefined) throw new UsageError('usage: getopts OPTIONS NAME [ARGUMENT]...', 2);
  if (!isName(name)) throw new UsageError(`\`${name}': not a valid identifier`, 1);
  const { state } = shell;
  const words = given.length > 0 ? given : state.positional;
  const isSilent = letters.startsWith(':');
  let index = Number(state.get('OPTIND') ?? '1');
  if (!Number.isInteger(index) || index < 1) index = 1;
  let offset = state.optionOffset;
  const setIndex = (next: number, nextOffset: number): void => {
    state.assign('OPTIND', String(next));
    state.optionOffset = nextOffset;
  };
  const word = words[index - 1];
  if (offset === 1 && (word === undefined || word === '-' || !word.startsWith('-') || word === '--')) {
    setIndex(word === '--' ? index + 1 : index, 1);
    state.assign(name, '?');
    state.unset('OPTARG');
    return 1;
  }
  const letter = word?.[offset] ?? '?';
  offset += 1;
  const isLast = offset >= (word?.length ?? 0);
  const position = letter === ':' ? -1 : letters.indexOf(letter, isSilent ? 1 : 0);
  if (position < 0) {
    setIndex(isLast ? index + 1 : index, isLast ? 1 : offset);
    state.assign(name, '?');
    if (isSilent) state.assign('OPTARG', letter);
    else {
      state.unset('OPTARG');
      if (state.get('OPTERR') !== '0') shell.complain(`${state.scriptName}: illegal option -- ${letter}`);
    }
    return 0;
  }
  if (letters[position + 1] !== ':') {
    setIndex(isLast ? index + 1 : index, isLast ? 1 : offset);
    state.assign(name, letter);
    state.unset('OPTARG');
    return 0;
  }
  const value = isLast ? words[index] : (word as string).slice(offset);
  setIndex(isLast ? index + 2 : index + 1, 1);
  if (value === undefined) {
    setIndex(index + 1, 1);
    state.assign(name, isSilent ? ':' : '?');
    if (isSilent) state.assign('OPTARG', letter);
    else {
      state.unset('OPTARG');
      if (state.get('OPTERR') !== '0') shell.complain(`${state.scriptName}: option requires an argument -- ${letter}`);
    }
    return 0;
  }
  state.assign(name, letter);
  state.assign('OPTARG', value);
  return 0;
}

export const getoptsBuiltin: Builtin = {
  name: 'getopts',
  summary: 'Take the options of a script or function one by one',
  usage: 'getopts OPTIONS NAME [ARGUMENT]...',
  options: [],
  help: 'while getopts "vo:" option; do case $option in v) verbose=1;; o) out=$OPTARG;; *) exit 2;; esac; done; shift $((OPTIND - 1))',
  run: getopts,
};
