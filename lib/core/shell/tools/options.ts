/** The command was called in a way it does not understand; the interpreter adds the name and a hint. */
export class UsageError extends Error {
  constructor(message: string, readonly status?: number) {
    super(message);
  }
}

export interface OptionSpec {
  /** Letters; a colon after one that takes a value, two after one whose value may be left out: `n:rvI::`. */
  short: string;
  /**
   * Long names to letters; several may share one. One that has no letter is named by a word, with the same colons:
   * `{ include: 'include:', color: 'color::' }`.
   */
  long?: Readonly<Record<string, string>>;
  /** Stop at the first operand, as `xargs` and `env` do. */
  stopAtOperand?: boolean;
  /** `-5` means this letter with the value 5 (`head -5`). */
  digits?: string;
  /** Exit status of a usage error. */
  status?: number;
}

export interface ParsedOptions {
  /** The last value of an option. */
  value(letter: string): string | undefined;
  has(letter: string): boolean;
  /** Every occurrence in order. */
  all: readonly { letter: string; value: string }[];
  operands: string[];
}

/** getopt_long as GNU uses it. @throws UsageError with its words. */
export function parseOptions(args: readonly string[], spec: OptionSpec): ParsedOptions {
  const all: { letter: string; value: string }[] = [];
  const operands: string[] = [];
  const takesValue = (letter: string): boolean => spec.short[spec.short.indexOf(letter) + 1] === ':';
  const mayTakeValue = (letter: string): boolean => takesValue(letter) && spec.short[spec.short.indexOf(letter) + 2] === ':';
  const fail = (message: string): never => {
    throw new UsageError(message, spec.status);
  };
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] as string;
    if (argument === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (argument.startsWith('--')) {
      const equals = argument.indexOf('=');
      const name = argument.slice(2, equals < 0 ? undefined : equals);
      const long = spec.long ?? {};
      const matches = Object.hasOwn(long, name) ? [name] : Object.keys(long).filter((key) => key.startsWith(name));
      const letters = new Set(matches.map((match) => long[match]));
      if (letters.size === 0) fail(`unrecognized option '${argument}'`);
      if (letters.size > 1) fail(`option '--${name}' is ambiguous`);
      const target = long[matches[0] as string] as string;
      const letter = target.length > 1 ? target.replace(/:+$/, '') : target;
      const [takes, mayTake] = target.length > 1 ? [target.endsWith(':'), target.endsWith('::')] : [takesValue(letter), mayTakeValue(letter)];
      if (takes && !mayTake) {
        let value = equals < 0 ? undefined : argument.slice(equals + 1);
        if (value === undefined) {
          index += 1;
          value = args[index] ?? fail(`option '--${name}' requires an argument`);
        }
        all.push({ letter, value: value as string });
      } else {
        all.push({ letter, value: equals < 0 ? '' : argument.slice(equals + 1) });
      }
      continue;
    }
    if (argument.length < 2 || !argument.startsWith('-')) {
      operands.push(argument);
      if (spec.stopAtOperand) {
        operands.push(...args.slice(index + 1));
        break;
      }
      continue;
    }
    if (spec.digits !== undefined && /^-\d+$/.test(argument)) {
      all.push({ letter: spec.digits, value: argument.slice(1) });
      continue;
    }
    for (let at = 1; at < argument.length; at += 1) {
      const letter = argument[at] as string;
      const position = spec.short.indexOf(letter);
      if (letter === ':' || position < 0) fail(`invalid option -- '${letter}'`);
      if (!takesValue(letter)) {
        all.push({ letter, value: '' });
        continue;
      }
      let value: string | undefined = argument.slice(at + 1);
      if (value === '' && !mayTakeValue(letter)) {
        index += 1;
        value = args[index];
        if (value === undefined) fail(`option requires an argument -- '${letter}'`);
      }
      all.push({ letter, value: value as string });
      break;
    }
  }
  return {
    all,
    operands,
    has: (letter) => all.some((option) => option.letter === letter),
    value: (letter) => all.findLast((option) => option.letter === letter)?.value,
  };
}
