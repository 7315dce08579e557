import type { Assignment } from 'unbash';
import { assignValue } from '../assignments.ts';
import { AssociativeArray } from '../associative-array.ts';
import type { Builtin } from '../builtin.ts';
import { expandText, indexText } from '../expand/words.ts';
import { later, ShellError, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { isName } from '../parse.ts';
import { functionText } from '../print-function.ts';
import { newVariable, type Frame, type ShellState, type Variable } from '../state.ts';
import { UsageError } from '../tools/options.ts';
import { attributeLetters, described, inQuotes } from '../variable-text.ts';

interface Attributes {
  /** Who declares, for messages. */
  command: string;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
  letters?: Variable['letters'];
  reference?: boolean;
  list?: boolean;
  map?: boolean;
  /** Shadows the variable until the function ends. */
  local: boolean;
  /** The variable outside all functions is meant. */
  global?: boolean;
}

/** `local` in a sourced script is local to the function around it. */
function functionFrame(state: ShellState): Frame | undefined {
  return state.frames.findLast((frame) => frame.kind === 'function');
}

/** Runs `body` while the outermost variable of that name is the visible one. */
function* asGlobal(state: ShellState, name: string, body: () => Step<void>): Step<void> {
  const frame = state.frames.find(({ locals }) => locals.has(name));
  if (frame === undefined) {
    yield* body();
    return;
  }
  const hidden = state.variables.get(name);
  const outer = frame.locals.get(name);
  if (outer === undefined) state.variables.delete(name);
  else state.variables.set(name, outer);
  try {
    yield* body();
  } finally {
    frame.locals.set(name, state.variables.get(name));
    if (hidden === undefined) state.variables.delete(name);
    else state.variables.set(name, hidden);
  }
}

/** `declare`, `local`, `export`, `readonly`: attributes first, then values. */
function* declare(shell: Interpreter, words: readonly string[], assignments: readonly Assignment[], attributes: Attributes): Step<number> {
  const { state } = shell;
  let status = 0;
  const refuse = (message: string): undefined => {
    shell.report(message);
    status = 1;
    return undefined;
  };
  /** The variable with its attributes, but for those that would forbid its first value. */
  const prepare = (written: string): Variable | undefined => {
    if (!isName(written)) return refuse(`${attributes.command}: \`${written}': not a valid identifier`);
    const frame = functionFrame(state);
    // Attributes of a reference are those of what it refers to, unless the reference itself is declared.
    const name = attributes.reference === undefined && !attributes.local ? state.resolve(written).name : written;
    if (attributes.local && frame !== undefined && !frame.locals.has(name)) {
      if (state.variables.get(name)?.readonly === true) return refuse(`${name}: readonly variable`);
      frame.locals.set(name, state.variables.get(name));
      state.variables.delete(name);
    }
    const existing = state.variables.get(name);
    const variable = existing ?? newVariable(state.flags.allexport);
    if (existing === undefined) state.variables.set(name, variable);
    if (variable.readonly && (attributes.reference !== undefined || attributes.list || attributes.map)) return refuse(`${name}: readonly variable`);
    if (attributes.map && variable.map === undefined) {
      if (variable.list !== undefined) return refuse(`${name}: cannot convert indexed to associative array`);
      if (variable.value === undefined) variable.isBare = true;
      variable.map = new AssociativeArray();
      if (variable.value !== undefined) variable.map.set('0', variable.value);
      variable.value = undefined;
    }
    if (attributes.list && variable.list === undefined) {
      if (variable.map !== undefined) return refuse(`${name}: cannot convert associative to indexed array`);
      if (variable.value === undefined) variable.isBare = true;
      variable.list = variable.value === undefined ? [] : [variable.value];
      variable.value = undefined;
    }
    if (attributes.integer !== undefined) variable.integer = attributes.integer;
    if ('letters' in attributes) variable.letters = attributes.letters;
    return variable;
  };
  const finish = (variable: Variable): void => {
    if (attributes.exported !== undefined) variable.exported = attributes.exported;
    if (attributes.readonly !== undefined) variable.readonly = attributes.readonly;
    if (attributes.reference !== undefined) variable.reference = attributes.reference;
  };
  const within = (name: string, body: () => Step<void>): Step<void> => (attributes.global === true ? asGlobal(state, name, body) : body());
  for (const word of words) {
    const equals = word.indexOf('=');
    const target = equals < 0 ? word : word.slice(0, equals).replace(/\+$/, '');
    const bracket = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(target);
    const name = bracket?.[1] ?? target;
    // eslint-disable-next-line require-yield
    yield* within(name, function* () {
      if (equals >= 0 && state.variables.get(name)?.readonly === true && !attributes.local) {
        refuse(`${name}: readonly variable`);
        return;
      }
      const variable = prepare(name);
      if (variable === undefined) return;
      if (equals >= 0) {
        if (attributes.reference === true) variable.value = word.slice(equals + 1);
        else state.assign(name, word.slice(equals + 1), bracket?.[2], word[equals - 1] === '+');
      }
      finish(variable);
    });
  }
  // All words are expanded before the first is assigned, as those of any command: in `local a=1 b=$a` that is the outer `a`.
  const texts = new Map<Assignment, string>();
  for (const assignment of assignments) if (assignment.value.type === 'Word') texts.set(assignment, yield* later(expandText(shell, assignment.value, true)));
  for (const assignment of assignments) {
    yield* within(assignment.name, function* () {
      const { name, value, index } = assignment;
      if (state.variables.get(name)?.readonly === true) {
        refuse(`${name}: readonly variable`);
        return;
      }
      if (value.type === 'Word') {
        const text = texts.get(assignment) as string;
        if (attributes.reference === true && (text === name || !/^[A-Za-z_]\w*(\[[\s\S]*\])?$/.test(text))) {
          refuse(text === name ? `${name}: nameref variable self references not allowed` : `\`${text}': invalid variable name for name reference`);
          return;
        }
        const variable = prepare(name);
        if (variable === undefined) return;
        if (attributes.reference === true) variable.value = text;
        else state.assign(name, text, index === undefined ? undefined : yield* later(indexText(shell, name, index)), assignment.append === true);
        finish(variable);
        return;
      }
      const frame = functionFrame(state);
      const isHidden = attributes.local && frame !== undefined && !frame.locals.has(name);
      const before = isHidden ? state.variables.get(name) : undefined;
      if (isHidden && before !== undefined) {
        // `local a=("${a[@]}")` sees the outer list: it is expanded in a copy that is then moved inside.
        const copy = { ...newVariable(), list: before.list?.slice(), map: before.map?.copy(), value: before.value };
        state.variables.set(name, copy);
        if (attributes.map === true) copy.map ??= new AssociativeArray();
        yield* later(assignValue(shell, assignment, attributes.map === true));
        const made = state.variables.get(name) as Variable;
        state.variables.set(name, before);
        const variable = prepare(name);
        if (variable === undefined) return;
        variable.value = made.value;
        variable.list = made.list;
        variable.map = made.map;
        variable.isBare = false;
        finish(variable);
        return;
      }
      const variable = prepare(name);
      if (variable === undefined) return;
      yield* later(assignValue(shell, assignment, attributes.map === true || variable.map !== undefined));
      finish(state.variables.get(name) ?? variable);
    });
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

function printMatching(shell: Interpreter, keep: (variable: Variable, name: string) => boolean): number {
  const lines: string[] = [];
  for (const [name, variable] of [...shell.state.variables].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (keep(variable, name)) lines.push(described(name, variable));
  }
  shell.print(lines.join(''));
  return 0;
}

function printFunctions(shell: Interpreter, words: readonly string[], namesOnly: boolean): number {
  const { functions } = shell.state;
  let status = 0;
  for (const name of words.length === 0 ? [...functions.keys()].sort() : words) {
    const found = functions.get(name);
    if (found === undefined) status = 1;
    else if (namesOnly) shell.print(words.length === 0 ? `declare -f${found.exported ? 'x' : ''} ${name}\n` : `${name}\n`);
    else shell.print(`${functionText(name, found)}\n`);
  }
  return status;
}

const onOff = (letters: string, off: string, letter: string): boolean | undefined => (letters.includes(letter) ? true : off.includes(letter) ? false : undefined);

function declareBuiltin(name: string): Builtin {
  const isLocal = name === 'local';
  return {
    name,
    summary: isLocal ? "Make a function's own variable" : 'Set variables and their attributes',
    usage: `${name} [-aAilnrux${isLocal ? '' : 'gpfF'}] [NAME[=VALUE]]...`,
    help: isLocal ? 'f() { local count=0; ...; }' : 'declare -i n=3\ndeclare -A ages=([ann]=41)\ndeclare -r PI=3\ndeclare -n other=ages   # another name for it\ndeclare -p ages\ndeclare -f           # the functions',
    options: [
      ['-a', 'a list'], ['-A', 'a map'], ['-i', 'values are computed'], ['-l', 'values become lower case'], ['-u', 'values become upper case'],
      ['-n', 'another name for the variable that its value names'], ['-r', 'read-only'], ['-x', 'handed on to commands'],
      ...(isLocal ? [] : [['-g', 'the variable outside the function'], ['-p', 'print, to be read back'], ['-f', 'functions'], ['-F', 'names of functions']] as const),
    ],
    run(shell, args, assignments) {
      const { state } = shell;
      if (isLocal && !state.isInFunction) throw new UsageError('can only be used in a function', 1);
      if (isLocal && args[0] === '-') {
        const frame = functionFrame(state);
        if (frame !== undefined) frame.flags ??= { ...state.flags };
        if (args.length + assignments.length === 1) return 0;
        args = args.slice(1);
      }
      const { letters, off, words } = splitFlags(args, 'aAilnruxcpgfFtI');
      if (letters.includes('f') || letters.includes('F')) {
        if (letters.includes('x')) return exportFunctions(shell, words, true);
        return printFunctions(shell, words, letters.includes('F'));
      }
      const keep = (variable: Variable): boolean => [...letters].every((letter) => letter === 'p' || letter === 'g' || attributeLetters(variable).includes(letter));
      if (words.length + assignments.length === 0) {
        const frame = isLocal ? functionFrame(state) : undefined;
        return printMatching(shell, (variable, key) => keep(variable) && (frame === undefined || frame.locals.has(key)));
      }
      if (letters.includes('p')) {
        let status = 0;
        for (const word of words) {
          const variable = state.variables.get(word);
          if (variable === undefined) {
            const value = state.get(word);
            if (value !== undefined && isName(word)) shell.print(`declare -- ${word}=${inQuotes(value)}\n`);
            else {
              shell.report(`${name}: ${word}: not found`);
              status = 1;
            }
          } else shell.print(described(word, variable));
        }
        return status;
      }
      const exported = onOff(letters, off, 'x');
      const integer = onOff(letters, off, 'i');
      const reference = onOff(letters, off, 'n');
      if (off.includes('r')) for (const word of words) if (state.variables.get(word)?.readonly === true) throw new UsageError(`${word}: readonly variable`, 1);
      const caseLetter = letters.includes('l') ? 'lower' : letters.includes('u') ? 'upper' : letters.includes('c') ? 'capital' : undefined;
      return declare(shell, words, assignments, {
        command: name,
        local: (isLocal || state.isInFunction) && !letters.includes('g'),
        global: letters.includes('g'),
        ...(exported === undefined ? {} : { exported }),
        ...(integer === undefined ? {} : { integer }),
        ...(reference === undefined ? {} : { reference }),
        ...(letters.includes('r') ? { readonly: true } : {}),
        ...(caseLetter !== undefined ? { letters: caseLetter } : /[luc]/.test(off) ? { letters: undefined } : {}),
        ...(letters.includes('a') ? { list: true } : {}),
        ...(letters.includes('A') ? { map: true } : {}),
      });
    },
  };
}

function exportFunctions(shell: Interpreter, words: readonly string[], exported: boolean): number {
  let status = 0;
  for (const word of words) {
    const found = shell.state.functions.get(word);
    if (found === undefined) {
      shell.report(`export: ${word}: not a function`);
      status = 1;
    } else shell.state.functions.set(word, { ...found, exported });
  }
  return status;
}

export const declareBuiltins: readonly Builtin[] = [
  declareBuiltin('declare'),
  declareBuiltin('typeset'),
  declareBuiltin('local'),
  {
    name: 'export',
    summary: 'Hand variables on to commands',
    usage: 'export [-fnp] [NAME[=VALUE]]...',
    help: 'export EDITOR=edit\nexport -n EDITOR   # no longer',
    options: [['-f', 'functions, for scripts'], ['-n', 'no longer'], ['-p', 'print all, to be read back']],
    run(shell, args, assignments) {
      const { letters, words } = splitFlags(args, 'npf');
      if (words.length + assignments.length === 0) return printMatching(shell, (variable) => variable.exported);
      if (letters.includes('f')) return exportFunctions(shell, words, !letters.includes('n'));
      return declare(shell, words, assignments, { command: 'export', local: false, exported: !letters.includes('n') });
    },
  },
  {
    name: 'readonly',
    summary: 'Fix variables for good',
    usage: 'readonly [-aAp] [NAME[=VALUE]]...',
    help: 'readonly LIMIT=10',
    options: [['-a', 'lists'], ['-A', 'maps'], ['-p', 'print all, to be read back']],
    run(shell, args, assignments) {
      const { letters, words } = splitFlags(args, 'paAf');
      if (words.length + assignments.length === 0) return printMatching(shell, (variable) => variable.readonly);
      return declare(shell, words, assignments, { command: 'readonly', local: false, readonly: true, ...(letters.includes('a') ? { list: true } : {}), ...(letters.includes('A') ? { map: true } : {}) });
    },
  },
  {
    name: 'unset',
    summary: 'Remove variables or functions',
    usage: 'unset [-fnv] NAME...',
    help: "unset x\nunset 'list[2]'\nunset -f name",
    options: [['-f', 'functions'], ['-v', 'variables'], ['-n', 'the reference itself, not what it refers to']],
    run(shell, args) {
      const { letters, words } = splitFlags(args, 'fvn');
      const { state } = shell;
      let status = 0;
      for (const word of words) {
        const match = /^([^[]+)\[([\s\S]*)\]$/.exec(word);
        try {
          if (match !== null) {
            const key = match[2] as string;
            state.unset(match[1]!, state.isMap(match[1]!) ? key.replace(/^(["'])([\s\S]*)\1$/, '$2') : key);
          } else if (letters.includes('n')) state.variables.delete(word);
          else if (letters.includes('f') || (!letters.includes('v') && !state.variables.has(word) && state.functions.has(word))) state.functions.delete(word);
          else if (isName(word)) state.unset(word);
          else if (letters.includes('v')) throw new ShellError(`\`${word}': not a valid identifier`);
        } catch (error) {
          if (!(error instanceof ShellError)) throw error;
          shell.report(`unset: ${error.message}`);
          status = 1;
        }
      }
      return status;
    },
  },
];
