import type { CommandContext } from '../../command.ts';
import { decodeText } from '../../text.ts';
import { readNamed } from '../files-in.ts';
import { FsError } from '../../../fs/files.ts';
import { UsageError } from '../options.ts';
import { END, JsonError, JsonReader, MORE, parseJson } from './read-json.ts';
import { array, object, type Value } from './value.ts';

export interface JqOptions {
  filter: string;
  files: string[];
  /** `$name`s, `$ARGS` among them. */
  variables: (readonly [name: string, value: Value])[];
  isRaw: boolean;
  /** Nothing after an output: -j. */
  isJoined: boolean;
  isSlurping: boolean;
  hasNoInput: boolean;
  isRawInput: boolean;
  isStreaming: boolean;
  isSequence: boolean;
  showsStatus: boolean;
  ascii: boolean;
  sortKeys: boolean;
  colors: boolean;
  indent: string | undefined;
}

const FLAGS: Readonly<Record<string, string>> = {
  'raw-output': 'r', 'join-output': 'j', 'ascii-output': 'a', 'compact-output': 'c', slurp: 's', 'null-input': 'n', 'exit-status': 'e', 'sort-keys': 'S',
  'color-output': 'C', 'monochrome-output': 'M', 'raw-input': 'R', 'from-file': 'f', help: 'h', tab: 'tab', seq: 'seq', stream: 'stream', unbuffered: 'unbuffered', version: 'V',
};

/** jq's command line: options anywhere, short ones together, the first operand is the filter. @throws UsageError */
export function readOptions(context: CommandContext): JqOptions {
  const flags = new Set<string>();
  const named = new Map<string, Value>();
  const positional: Value[] = [];
  const operands: string[] = [];
  let rest: 'files' | 'args' | 'jsonargs' = 'files';
  let indent = 2;
  const { args } = context;
  const fail = (message: string): never => {
    throw new UsageError(message, 2);
  };
  const json = (text: string, what: string): Value => {
    try {
      const value = parseJson(text);
      return value === undefined ? fail(`Invalid JSON text passed to --${what}`) : value;
    } catch (error) {
      if (error instanceof JsonError) return fail(`Invalid JSON text passed to --${what}`);
      throw error;
    }
  };
  const file = (name: string): string => {
    try {
      return decodeText(readNamed(context, name));
    } catch (error) {
      return error instanceof FsError ? fail(`error: Could not open ${name}: ${error.message}`) : fail(String(error));
    }
  };
  let isEnded = false;
  for (let at = 0; at < args.length; at += 1) {
    const argument = args[at] as string;
    const take = (count: number): string[] => {
      const values = args.slice(at + 1, at + 1 + count);
      if (values.length < count) fail(`${argument} takes ${count === 1 ? 'one parameter' : 'two parameters, e.g. ' + argument + ' name value'}`);
      at += count;
      return values;
    };
    if (isEnded || !argument.startsWith('-') || argument === '-') {
      if (operands.length === 0 || rest === 'files') operands.push(argument);
      else positional.push(rest === 'args' ? argument : json(argument, 'jsonargs'));
      continue;
    }
    if (argument === '--') {
      isEnded = true;
      continue;
    }
    if (!argument.startsWith('--')) {
      for (const letter of argument.slice(1)) {
        if (letter === 'L') fail('modules are not available here; put the definitions into the filter');
        if (!'rjacsneSCMRfhV'.includes(letter)) fail(`Unknown option ${argument}`);
        flags.add(letter);
      }
      continue;
    }
    const name = argument.slice(2);
    switch (name) {
      case 'arg': {
        const [key = '', value = ''] = take(2);
        if (!named.has(key)) named.set(key, value);
        break;
      }
      case 'argjson': {
        const [key = '', value = ''] = take(2);
        if (!named.has(key)) named.set(key, json(value, 'argjson'));
        break;
      }
      case 'rawfile': {
        const [key = '', path = ''] = take(2);
        if (!named.has(key)) named.set(key, file(path));
        break;
      }
      case 'slurpfile': {
        const [key = '', path = ''] = take(2);
        if (!named.has(key)) named.set(key, array(documentsOf(file(path), path)));
        break;
      }
      case 'indent': {
        const [text = ''] = take(1);
        indent = Number.parseInt(text, 10) || 0;
        if (indent < 0) fail('Cannot indent less than zero');
        if (indent > 7) fail('Cannot indent more than 7 characters');
        flags.delete('c');
        break;
      }
      case 'args':
      case 'jsonargs':
        rest = name;
        break;
      default: {
        const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
        flags.add(flag ?? fail(`Unknown option ${argument}`));
      }
    }
  }
  const program = operands.shift() ?? (context.terminal === undefined || flags.has('n') ? '.' : fail('a filter is missing, e.g. jq . FILE'));
  const has = (flag: string): boolean => flags.has(flag);
  named.set('ARGS', object([['positional', array(positional)], ['named', object(named)]]));
  return {
    filter: has('f') ? file(program) : program,
    files: operands,
    variables: [...named],
    isRaw: has('r') || has('j'),
    isJoined: has('j'),
    isSlurping: has('s'),
    hasNoInput: has('n'),
    isRawInput: has('R'),
    isStreaming: has('stream'),
    isSequence: has('seq'),
    showsStatus: has('e'),
    ascii: has('a'),
    sortKeys: has('S'),
    colors: has('C') || (context.isTerminalOutput && !has('M') && (context.env.NO_COLOR ?? '') === ''),
    indent: has('c') || indent === 0 ? undefined : has('tab') ? '\t' : ' '.repeat(indent),
  };
}

function documentsOf(text: string, name: string): Value[] {
  const reader = new JsonReader();
  reader.push(text);
  reader.end();
  const items: Value[] = [];
  try {
    for (let value = reader.next(); value !== END && value !== MORE; value = reader.next()) items.push(value);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new UsageError(`Bad JSON in --slurpfile ${name}: ${error.message}`, 2);
  }
  return items;
}
