import type { Assignment } from 'unbash';
import { assignValue } from '../assignments.ts';
import type { Builtin } from '../builtin.ts';
import { evaluateNow, expandText } from '../expand/words.ts';
import { quoteText } from '../quote.ts';
import { ShellError, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { isName } from '../parse.ts';
import type { ShellFlags, Variable } from '../state.ts';
import { UsageError } from '../tools/options.ts';

const inQuotes = (value: string): string =>
  // eslint-disable-next-line no-control-regex
  /[\x00-\x1f\x7f]/.test(value) ? quoteText(value) : `"${value.replace(/["$`\\]/g, '\\$&')}"`;

function described(name: string, variable: Variable): string {
  const letters = `${variable.list ? 'a' : ''}${variable.map ? 'A' : ''}${variable.integer ? 'i' : ''}${variable.readonly ? 'r' : ''}${variable.exported ? 'x' : ''}`;
  const entries = variable.list !== undefined
    ? Object.keys(variable.list).map((key) => `[${key}]=${inQuotes(variable.list![Number(key)]!)}`)
    : variable.map !== undefined ? [...variable.map].map(([key, value]) => `[${key}]=${inQuotes(value)}`) : undefined;
  const value = entries !== undefined ? `=(${entries.join(' ')}${variable.map && entries.length > 0 ? ' ' : ''})` : variable.value === undefined ? '' : `=${inQuotes(variable.value)}`;
  return `declare -${letters || '-'} ${name}${value}\n`;
}

interface Attributes {
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  list?: boolean;
  map?: boolean;
  /** Shadows the variable until the function ends. */
  local: boolean;
}

/** `declare`, `local`, `export`, `readonly`: attributes first, then values. */
function* declare(shell: Interpreter, words: readonly string[], assignments: readonly Assignment[], attributes: Attributes): Step<number> {
  const { state } = shell;
  let status = 0;
  const prepare = (name: string): Variable | undefined => {
    if (!isName(name)) {
      shell.complain(`\`${name}': not a valid identifier`);
      status = 1;
      return undefined;
    }
    const frame = state.locals[state.locals.length - 1];
    if (attributes.local && frame !== undefined && !frame.has(name)) {
      frame.set(name, state.variables.get(name));
      state.variables.delete(name);
    }
    const existing = state.variables.get(name);
    const variable = existing ?? { value: undefined, list: undefined, map: undefined, exported: false, readonly: false, integer: false };
    if (existing === undefined) state.variables.set(name, variable);
    if (attributes.map && variable.map === undefined) variable.map = new Map();
    if (attributes.list && variable.list === undefined) {
      variable.list = variable.value === undefined ? [] : [variable.value];
      variable.value = undefined;
    }
    if (attributes.integer !== undefined) variable.integer = attributes.integer;
    return variable;
  };
  const finish = (variable: Variable): void => {
    if (attributes.exported !== undefined) variable.exported = attributes.exported;
    if (attributes.readonly !== undefined) variable.readonly = attributes.readonly;
  };
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals).replace(/\+$/, '');
    const variable = prepare(name);
    if (variable === undefined) continue;
    if (equals >= 0) state.assign(name, word.slice(equals + 1), undefined, word[equals - 1] === '+');
    finish(variable);
  }
  for (const assignment of assignments) {
    const before = shell.state.variables.get(assignment.name);
    if (before?.readonly === true && !attributes.local) {
      shell.complain(`${assignment.name}: readonly variable`);
      status = 1;
      continue;
    }
    // The value is expanded before a `local` hides the old variable: `local x=$x`.
    const frame = state.locals[state.locals.length - 1];
    if (attributes.local && frame !== undefined && !frame.has(assignment.name) && assignment.value.type === 'Word') {
      const text = yield* expandText(shell, assignment.value, true);
      const fresh = prepare(assignment.name);
      if (fresh === undefined) continue;
      state.assign(assignment.name, text);
      finish(fresh);
      continue;
    }
    const variable = prepare(assignment.name);
    if (variable === undefined) continue;
    yield* assignValue(shell, assignment, attributes.map === true);
    finish(state.variables.get(assignment.name) ?? variable);
  }
  return status;
}

function splitFlags(args: readonly string[], known: string): { letters: string; off: string; words: string[] } {
  let letters = '';
  let off = '';
  let index = 0;
  for (; index < args.length; index += 1) {
    const argument = args[index] as string;
    if (argument === '--') {
      index += 1;
      break;
    }
    if (!/^[-+][a-zA-Z]+$/.test(argument)) break;
    for (const letter of argument.slice(1)) {
      if (!known.includes(letter)) throw new UsageError(`${argument}: invalid option`, 2);
      if (argument.startsWith('-')) letters += letter;
      else off += letter;
    }
  }
  return { letters, off, words: args.slice(index) };
}

function printMatching(shell: Interpreter, keep: (variable: Variable) => boolean): number {
  const lines: string[] = [];
  for (const [name, variable] of [...shell.state.variables].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (keep(variable)) lines.push(described(name, variable));
  }
  shell.print(lines.join(''));
  return 0;
}

function declareBuiltin(name: string): Builtin {
  const isLocal = name === 'local';
  return {
    name,
    summary: isLocal ? "Make a function's own variable" : 'Set variables and their attributes',
    usage: `${name} [-aAirxp] [NAME[=VALUE]]...`,
    help: isLocal ? 'f() { local count=0; ...; }' : 'declare -i n=3\ndeclare -A ages=([ann]=41)\ndeclare -r PI=3',
    run(shell, args, assignments) {
      const { letters, off, words } = splitFlags(args, 'aAirxpgfFlu');
      if (isLocal && shell.state.locals.length === 0) throw new UsageError('can only be used in a function', 1);
      if (letters.includes('f') || letters.includes('F')) {
        let status = 0;
        for (const word of words) {
          if (!shell.state.functions.has(word)) status = 1;
          else shell.print(`${word}\n`);
        }
        if (words.length === 0) shell.print([...shell.state.functions.keys()].sort().map((key) => `declare -f ${key}\n`).join(''));
        return status;
      }
      if (words.length + assignments.length === 0) return printMatching(shell, (variable) => !isLocal || !variable.exported);
      if (letters.includes('p')) {
        let status = 0;
        for (const word of words) {
          const variable = shell.state.variables.get(word);
          if (variable === undefined) {
            shell.complain(`${name}: ${word}: not found`);
            status = 1;
          } else shell.print(described(word, variable));
        }
        return status;
      }
      const attributes: Attributes = {
        local: (isLocal || shell.state.locals.length > 0) && !letters.includes('g'),
        ...(letters.includes('x') ? { exported: true } : off.includes('x') ? { exported: false } : {}),
        ...(letters.includes('r') ? { readonly: true } : {}),
        ...(letters.includes('i') ? { integer: true } : off.includes('i') ? { integer: false } : {}),
        ...(letters.includes('a') ? { list: true } : {}),
        ...(letters.includes('A') ? { map: true } : {}),
      };
      return declare(shell, words, assignments, attributes);
    },
  };
}

const FLAG_LETTERS: Readonly<Record<string, keyof ShellFlags>> = {
  e: 'errexit', u: 'nounset', x: 'xtrace', f: 'noglob', C: 'noclobber', a: 'allexport',
};
const OPTION_NAMES: readonly (keyof ShellFlags)[] = ['allexport', 'errexit', 'noclobber', 'noglob', 'nounset', 'pipefail', 'xtrace'];
const IGNORED_NAMES = ['posix', 'monitor', 'emacs', 'vi', 'history', 'braceexpand', 'hashall', 'verbose', 'errtrace', 'functrace'];

function setOptions(shell: Interpreter, args: string[]): number {
  const { state } = shell;
  if (args.length === 0) {
    const lines = [...state.variables].sort(([left], [right]) => (left < right ? -1 : 1))
      .filter(([, variable]) => variable.value !== undefined)
      .map(([name, variable]) => `${name}=${/^[\w@%+=:,./-]*$/.test(variable.value!) ? variable.value : quoteText(variable.value!)}\n`);
    shell.print(lines.join(''));
    return 0;
  }
  let index = 0;
  for (; index < args.length; index += 1) {
    const argument = args[index] as string;
    if (argument === '--' || argument === '-') {
      state.positional = args.slice(index + 1);
      return 0;
    }
    if (!/^[-+]./.test(argument)) break;
    const on = argument.startsWith('-');
    for (const letter of argument.slice(1)) {
      if (letter === 'o') {
        const name = args[index + 1];
        if (name === undefined) {
          shell.print(OPTION_NAMES.map((key) => `${key.padEnd(15)}\t${state.flags[key] ? 'on' : 'off'}\n`).join(''));
          continue;
        }
        index += 1;
        const key = OPTION_NAMES.find((option) => option === name);
        if (key !== undefined) state.flags[key] = on;
        else if (!IGNORED_NAMES.includes(name)) throw new UsageError(`${name}: invalid option name`, 2);
        continue;
      }
      const key = Object.hasOwn(FLAG_LETTERS, letter) ? FLAG_LETTERS[letter] : undefined;
      if (key !== undefined) state.flags[key] = on;
      else if (!'hmBEHPTvbk'.includes(letter)) throw new UsageError(`-${letter}: invalid option`, 2);
    }
  }
  if (index < args.length) state.positional = args.slice(index);
  return 0;
}

const SHOPT: Readonly<Record<string, keyof ShellFlags>> = {
  nullglob: 'nullglob', dotglob: 'dotglob', nocasematch: 'nocasematch', expand_aliases: 'expandAliases',
};
const SHOPT_IGNORED = ['extglob', 'globstar', 'checkwinsize', 'histappend', 'lastpipe', 'cmdhist', 'autocd', 'nocaseglob', 'failglob'];

export const variableBuiltins: readonly Builtin[] = [
  declareBuiltin('declare'),
  declareBuiltin('typeset'),
  declareBuiltin('local'),
  {
    name: 'export',
    summary: 'Hand variables on to commands',
    usage: 'export [-np] [NAME[=VALUE]]...',
    help: 'export EDITOR=edit\nexport -n EDITOR   # no longer',
    run(shell, args, assignments) {
      const { letters, words } = splitFlags(args, 'npf');
      if (words.length + assignments.length === 0) return printMatching(shell, (variable) => variable.exported);
      return declare(shell, words, assignments, { local: false, exported: !letters.includes('n') });
    },
  },
  {
    name: 'readonly',
    summary: 'Fix variables for good',
    usage: 'readonly [NAME[=VALUE]]...',
    run(shell, args, assignments) {
      const { words } = splitFlags(args, 'paAf');
      if (words.length + assignments.length === 0) return printMatching(shell, (variable) => variable.readonly);
      return declare(shell, words, assignments, { local: false, readonly: true });
    },
  },
  {
    name: 'unset',
    summary: 'Remove variables or functions',
    usage: 'unset [-fv] NAME...',
    run(shell, args) {
      const { letters, words } = splitFlags(args, 'fv');
      let status = 0;
      for (const word of words) {
        const match = /^([^[]+)\[(.*)\]$/.exec(word);
        try {
          if (match !== null) shell.state.unset(match[1]!, match[2]);
          else if (letters.includes('f') || (!letters.includes('v') && !shell.state.variables.has(word) && shell.state.functions.has(word))) shell.state.functions.delete(word);
          else shell.state.unset(word);
        } catch (error) {
          if (!(error instanceof ShellError)) throw error;
          shell.complain(`unset: ${error.message}`);
          status = 1;
        }
      }
      return status;
    },
  },
  {
    name: 'set',
    summary: 'Shell options and positional parameters',
    usage: 'set [-+efux] [-+o NAME] [--] [ARGUMENT]...',
    help: 'set -eu -o pipefail   # stop at the first mistake\nset -- one two        # $1 $2\nset -x                # show each command',
    run: (shell, args) => setOptions(shell, args),
  },
  {
    name: 'shopt',
    summary: 'More shell options',
    usage: 'shopt [-su] [NAME]...',
    run(shell, args) {
      const { letters, words } = splitFlags(args, 'supqo');
      let status = 0;
      for (const word of words) {
        const key = Object.hasOwn(SHOPT, word) ? SHOPT[word] : undefined;
        if (key === undefined) {
          if (!SHOPT_IGNORED.includes(word)) throw new UsageError(`${word}: invalid shell option name`, 1);
        } else if (letters.includes('s')) shell.state.flags[key] = true;
        else if (letters.includes('u')) shell.state.flags[key] = false;
        else if (!shell.state.flags[key]) status = 1;
      }
      return status;
    },
  },
  {
    name: 'shift',
    summary: 'Drop the first positional parameters',
    usage: 'shift [N]',
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
    help: 'let "n = n * 2" i++',
    run(shell, args) {
      if (args.length === 0) throw new UsageError('expression expected', 1);
      let last = '0';
      for (const argument of args) last = evaluateNow(shell, argument);
      return last === '0' ? 1 : 0;
    },
  },
];
