import type { Builtin } from '../builtin.ts';
import { SET_LETTERS, SET_NAMES, SHOPT_NAMES, type ShellFlags } from '../flags.ts';
import type { Interpreter } from '../interpreter.ts';
import { quoteText } from '../quote.ts';
import { UsageError } from '../tools/options.ts';
import { listValue } from '../variable-text.ts';

/** Taken and without effect here: hashing, jobs' notices. */
const IGNORED_LETTERS = 'hbtpi';

function isOn(flags: ShellFlags, flag: keyof ShellFlags | undefined, fixed: boolean | undefined): boolean {
  return flag === undefined ? fixed === true : flags[flag];
}

function printVariables(shell: Interpreter): void {
  const lines: string[] = [];
  for (const [name, variable] of [...shell.state.variables].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const list = listValue(variable);
    if (list !== undefined) lines.push(`${name}=${list}\n`);
    else if (variable.value !== undefined) lines.push(`${name}=${/^[\w@%+=:,./-]*$/.test(variable.value) ? variable.value : quoteText(variable.value)}\n`);
  }
  shell.print(lines.join(''));
}

/** `set`, and the options of a script's first line and of `bash`. */
export function setOptions(shell: Interpreter, args: readonly string[]): number {
  const { state } = shell;
  if (args.length === 0) {
    printVariables(shell);
    return 0;
  }
  let index = 0;
  for (; index < args.length; index += 1) {
    const argument = args[index] as string;
    if (argument === '--') {
      state.positional = args.slice(index + 1);
      return 0;
    }
    if (argument === '-') {
      state.flags.xtrace = false;
      state.flags.verbose = false;
      if (index + 1 < args.length) state.positional = args.slice(index + 1);
      return 0;
    }
    if (!/^[-+]./.test(argument)) break;
    const on = argument.startsWith('-');
    for (const letter of argument.slice(1)) {
      if (letter !== 'o') {
        const flag = SET_LETTERS.find(([known]) => known === letter)?.[1];
        if (flag !== undefined) state.flags[flag] = on;
        else if (!IGNORED_LETTERS.includes(letter)) throw new UsageError(`-${letter}: invalid option`, 2);
        continue;
      }
      const name = args[index + 1];
      if (name === undefined || /^[-+]/.test(name)) {
        shell.print(SET_NAMES.map(([key, flag, fixed]) => (on ? `${key.padEnd(15)}\t${isOn(state.flags, flag, fixed) ? 'on' : 'off'}\n` : `set ${isOn(state.flags, flag, fixed) ? '-' : '+'}o ${key}\n`)).join(''));
        continue;
      }
      index += 1;
      const known = SET_NAMES.find(([key]) => key === name);
      if (known === undefined) throw new UsageError(`${name}: invalid option name`, 2);
      if (known[1] !== undefined) state.flags[known[1]] = on;
    }
  }
  if (index < args.length) state.positional = args.slice(index);
  return 0;
}

function shopt(shell: Interpreter, args: readonly string[]): number {
  let letters = '';
  let index = 0;
  for (; /^-./.test(args[index] ?? ''); index += 1) letters += (args[index] as string).slice(1);
  const bad = [...letters].find((letter) => !'supqo'.includes(letter));
  if (bad !== undefined) throw new UsageError(`-${bad}: invalid option`, 2);
  const isSetting = letters.includes('s') || letters.includes('u');
  if (letters.includes('s') && letters.includes('u')) throw new UsageError('cannot set and unset shell options simultaneously', 1);
  const names = letters.includes('o') ? SET_NAMES : SHOPT_NAMES;
  const { flags } = shell.state;
  const words = args.slice(index);
  const print = (name: string, on: boolean): void => {
    if (letters.includes('q')) return;
    if (letters.includes('p')) shell.print(letters.includes('o') ? `set ${on ? '-' : '+'}o ${name}\n` : `shopt -${on ? 's' : 'u'} ${name}\n`);
    else shell.print(`${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
  };
  if (words.length === 0) {
    for (const [name, flag, fixed] of names) {
      const on = isOn(flags, flag, fixed);
      if (!isSetting || on === letters.includes('s')) print(name, on);
    }
    return 0;
  }
  let status = 0;
  for (const word of words) {
    const known = names.find(([name]) => name === word);
    if (known === undefined) {
      shell.report(`shopt: ${word}: invalid ${letters.includes('o') ? 'option' : 'shell option'} name`);
      status = 1;
      continue;
    }
    const [name, flag, fixed] = known;
    if (isSetting) {
      if (flag !== undefined) flags[flag] = letters.includes('s');
      continue;
    }
    const on = isOn(flags, flag, fixed);
    if (!on) status = 1;
    print(name, on);
  }
  return status;
}

export const setBuiltins: readonly Builtin[] = [
  {
    name: 'set',
    summary: 'Shell options and positional parameters',
    usage: 'set [-+aefknuvxCET] [-+o NAME] [--] [ARGUMENT]...',
    help: 'set -eu -o pipefail   # stop at the first mistake\nset -- one two        # $1 $2\nset -x                # show each command\nset -o                # how they all stand',
    options: [
      ['-a', 'export every variable that is set'], ['-e', 'end the shell when a command fails'], ['-f', 'no file names from * ? ['], ['-k', 'NAME=VALUE anywhere in a command is set for it'], ['-n', 'read commands, run none'],
      ['-u', 'a variable that is not set is an error'], ['-v', 'show lines as they are read'], ['-x', 'show commands as they are run'],
      ['-C', '> does not overwrite a file; >| does'], ['-E', 'functions inherit the ERR trap'], ['-T', 'functions inherit DEBUG and RETURN traps'],
      ['-o pipefail', 'a pipeline fails when any part of it does'], ['-o NAME', 'the option of that name; + instead of - takes it back'],
    ],
    run: (shell, args) => setOptions(shell, args),
  },
  {
    name: 'shopt',
    summary: 'More shell options',
    usage: 'shopt [-supqo] [NAME]...',
    help: 'shopt -s globstar; ls **/*.md\nshopt -s nullglob dotglob\nshopt extglob',
    options: [['-s', 'on'], ['-u', 'off'], ['-p', 'print, to be read back'], ['-q', 'print nothing, answer by the status'], ['-o', 'the names of `set -o`']],
    run: (shell, args) => shopt(shell, args),
  },
];
