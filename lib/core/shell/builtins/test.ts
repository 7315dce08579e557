import { FsError, type FileStat } from '../../fs/files.ts';
import type { Builtin } from '../builtin.ts';
import type { Interpreter } from '../interpreter.ts';
import { locate, locateEntry } from '../locate.ts';
import { programAt } from '../simple-command.ts';
import { UsageError } from '../tools/options.ts';

function statOf(shell: Interpreter, path: string): FileStat | undefined {
  try {
    return shell.run.files.stat(locate(shell.place, path));
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

function isLink(shell: Interpreter, path: string): boolean {
  try {
    return !path.endsWith('/') && shell.run.files.linkStat(locateEntry(shell.place, path))?.kind === 'link';
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/** `-f path`, `-z text` and their like; undefined when there is no such operator. */
export function testUnary(shell: Interpreter, operator: string, operand: string): boolean | undefined {
  switch (operator) {
    case '-z': return operand === '';
    case '-n': return operand !== '';
    case '-e':
    case '-a': return statOf(shell, operand) !== undefined || programAt(shell, operand) !== undefined;
    case '-f': return statOf(shell, operand)?.kind === 'file' || programAt(shell, operand) !== undefined;
    case '-d': return statOf(shell, operand)?.kind === 'directory';
    case '-s': {
      const stat = statOf(shell, operand);
      return stat !== undefined && (stat.kind === 'directory' || stat.size > 0);
    }
    case '-r': return ((statOf(shell, operand)?.mode ?? 0) & 0o400) !== 0;
    case '-w': return ((statOf(shell, operand)?.mode ?? 0) & 0o200) !== 0;
    case '-x': return ((statOf(shell, operand)?.mode ?? 0) & 0o100) !== 0 || programAt(shell, operand) !== undefined;
    case '-O':
    case '-G': return statOf(shell, operand) !== undefined;
    case '-c': return statOf(shell, operand)?.kind === 'device';
    case '-h':
    case '-L': return isLink(shell, operand);
    case '-b':
    case '-g':
    case '-k':
    case '-N':
    case '-p':
    case '-S':
    case '-u': return false;
    case '-t': {
      const descriptor = shell.fds[Number(operand)];
      return (descriptor?.output?.isTerminal ?? descriptor?.input?.isTerminal) === true;
    }
    case '-v': {
      const match = /^([^[]+)\[(.*)\]$/.exec(operand);
      return match === null ? shell.state.get(operand) !== undefined : shell.state.element(match[1]!, match[2]!) !== undefined;
    }
    case '-o': {
      const flags: Record<string, boolean> = { ...shell.state.flags };
      return flags[operand] === true;
    }
    default: return undefined;
  }
}

/** `-nt`, `-ot`, `-ef` */
export function compareFiles(shell: Interpreter, left: string, operator: string, right: string): boolean {
  const first = statOf(shell, left);
  const second = statOf(shell, right);
  if (operator === '-ef') {
    const real = (name: string): string => shell.run.files.realPath(locate(shell.place, name));
    return first !== undefined && second !== undefined && real(left) === real(right);
  }
  const [newer, older] = operator === '-nt' ? [first, second] : [second, first];
  return newer !== undefined && (older === undefined || newer.mtimeMs > older.mtimeMs);
}

const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

function integer(text: string): number | bigint {
  if (text.length < 16 && /^\d+$/.test(text)) return Number(text);
  const trimmed = text.trim();
  if (!/^[-+]?\d+$/.test(trimmed)) throw new UsageError(`${text}: integer expression expected`, 2);
  return BigInt(trimmed.replace(/^\+/, ''));
}

/** `-eq` … `-ge`, of numbers of any size; undefined when there is no such operator. */
export function compareNumbers(left: number | bigint, operator: string, right: number | bigint): boolean | undefined {
  // A bigint is never `===` to a number.
  const order = left < right ? -1 : left > right ? 1 : 0;
  switch (operator) {
    case '-eq': return order === 0;
    case '-ne': return order !== 0;
    case '-lt': return order < 0;
    case '-le': return order <= 0;
    case '-gt': return order > 0;
    case '-ge': return order >= 0;
    default: return undefined;
  }
}

function testBinary(shell: Interpreter, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case '=':
    case '==': return left === right;
    case '!=': return left !== right;
    case '<': return left < right;
    case '>': return left > right;
    case '-nt':
    case '-ot':
    case '-ef': return compareFiles(shell, left, operator, right);
  }
  return compareNumbers(integer(left), operator, integer(right)) === true;
}

/** POSIX's rules by the number of arguments, then the usual grammar with `-a`, `-o`, `!` and parentheses. */
function evaluate(shell: Interpreter, args: readonly string[]): boolean {
  const [first = '', second = '', third = ''] = args;
  switch (args.length) {
    case 0: return false;
    case 1: return first !== '';
    case 2:
      if (first === '!') return second === '';
      return testUnary(shell, first, second) ?? fail(`${first}: unary operator expected`);
    case 3:
      if (BINARY.has(second)) return testBinary(shell, first, second, third);
      if (second === '-a') return first !== '' && third !== '';
      if (second === '-o') return first !== '' || third !== '';
      if (first === '!') return !evaluate(shell, args.slice(1));
      if (first === '(' && third === ')') return second !== '';
      return fail(`${second}: binary operator expected`);
    case 4:
      if (first === '!') return !evaluate(shell, args.slice(1));
      if (first === '(' && args[3] === ')') return evaluate(shell, args.slice(1, 3));
  }
  let at = 0;
  let depth = 0;
  const or = (): boolean => {
    let value = and();
    while (args[at] === '-o') {
      at += 1;
      value = and() || value;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (args[at] === '-a') {
      at += 1;
      value = not() && value;
    }
    return value;
  };
  const not = (): boolean => {
    let negated = false;
    while (args[at] === '!' && at < args.length - 1) {
      negated = !negated;
      at += 1;
    }
    return primary() !== negated;
  };
  const primary = (): boolean => {
    const word = args[at];
    if (word === undefined) return fail('argument expected');
    if (at + 2 < args.length && BINARY.has(args[at + 1] as string)) {
      at += 3;
      return testBinary(shell, word, args[at - 2] as string, args[at - 1] as string);
    }
    if (word === '(') {
      depth += 1;
      if (depth > 100) return fail('too many parentheses');
      at += 1;
      const value = or();
      if (args[at] !== ')') return fail("`)' expected");
      at += 1;
      depth -= 1;
      return value;
    }
    if (/^-[a-zA-Z]$/.test(word) && at + 1 < args.length) {
      const value = testUnary(shell, word, args[at + 1] as string);
      if (value !== undefined) {
        at += 2;
        return value;
      }
    }
    at += 1;
    return word !== '';
  };
  const value = or();
  return at < args.length ? fail('too many arguments') : value;
}

function fail(message: string): never {
  throw new UsageError(message, 2);
}

const help = 'test -f notes.txt && echo there\n[ "$x" -gt 3 ]\n[ -z "$name" ] || echo "hello $name"\n\nFiles: -e -f -d -s -r -w -x -nt -ot -ef. Text: -z -n = != < >. Numbers: -eq -ne -lt -le -gt -ge. Join: ! -a -o ( ).';

export const testBuiltins: readonly Builtin[] = [
  { name: 'test', summary: 'Check files, text and numbers', usage: 'test EXPRESSION', options: [['-e FILE', 'it is there'], ['-f FILE', 'it is a file'], ['-d FILE', 'it is a directory'], ['-L FILE', 'it is a link; -h too'], ['-s FILE', 'it is not empty'], ['-r FILE', 'it can be read'], ['-w FILE', 'it can be written'], ['-x FILE', 'it can be run'], ['-z TEXT', 'the text is empty'], ['-n TEXT', 'the text is not empty'], ['-v NAME', 'the variable is set']], help, run: (shell, args) => (evaluate(shell, args) ? 0 : 1) },
  {
    name: '[',
    summary: 'Check files, text and numbers',
    usage: '[ EXPRESSION ]',
    options: [['-e FILE', 'it is there'], ['-f FILE', 'it is a file'], ['-d FILE', 'it is a directory'], ['-L FILE', 'it is a link; -h too'], ['-s FILE', 'it is not empty'], ['-r FILE', 'it can be read'], ['-w FILE', 'it can be written'], ['-x FILE', 'it can be run'], ['-z TEXT', 'the text is empty'], ['-n TEXT', 'the text is not empty'], ['-v NAME', 'the variable is set']],
    help,
    run(shell, args) {
      if (args[args.length - 1] !== ']') fail("missing `]'");
      return evaluate(shell, args.slice(0, -1)) ? 0 : 1;
    },
  },
];
