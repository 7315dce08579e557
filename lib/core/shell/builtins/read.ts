import type { Builtin } from '../builtin.ts';
import * as limits from '../../limits.ts';
import { ShellError, wait, type Soon, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { quoteText } from '../quote.ts';
import type { Input } from '../streams/input.ts';
import { decodeText, encodeText } from '../text.ts';
import { parseOptions, UsageError } from '../tools/options.ts';
import { pause } from './pause.ts';
import { readUntil } from './read-line.ts';

/** Splits as `read` does: the last name takes the rest. A backslash (already marked by U+E000) protects. */
function splitForRead(text: string, ifs: string, count: number): string[] {
  const fields: string[] = [];
  let at = 0;
  let end = text.length;
  while (isSpace(ifs, text[at])) at += 1;
  while (end > at && isSpace(ifs, text[end - 1]) && text[end - 2] !== GUARD) end -= 1;
  while (at < end && fields.length < count - 1) {
    let stop = at;
    while (stop < end && !ifs.includes(text[stop] as string)) stop += text[stop] === GUARD ? 2 : 1;
    fields.push(text.slice(at, Math.min(stop, end)));
    at = stop;
    while (at < end && isSpace(ifs, text[at])) at += 1;
    if (at < end && isMark(ifs, text[at])) {
      at += 1;
      while (at < end && isSpace(ifs, text[at])) at += 1;
    }
  }
  if (at < end) {
    // One field and its delimiter: `IFS=: read a` of `x:` gives `x`.
    if (isMark(ifs, text[end - 1]) && text[end - 2] !== GUARD && !includesAny(text.slice(at, end - 1), ifs)) end -= 1;
    fields.push(text.slice(at, end));
  }
  return fields;
}

function isSpace(ifs: string, character: string | undefined): boolean {
  return character !== undefined && (character === ' ' || character === '\t' || character === '\n') && ifs.includes(character);
}

function isMark(ifs: string, character: string | undefined): boolean {
  return character !== undefined && ifs.includes(character) && !isSpace(ifs, character);
}

function includesAny(text: string, characters: string): boolean {
  for (const character of characters) if (text.includes(character)) return true;
  return false;
}

const GUARD = '\ue000';

const NAMES = /^[A-Za-z_]\w*$/;

/** `read -r NAME...` of a line that is here already: what a loop over a file does. Undefined when it is anything else. */
function readNow({ state, fds }: Interpreter, args: readonly string[]): number | undefined {
  const input = fds[0]?.input;
  if (args[0] !== '-r' || args.length < 2 || input?.takeUntil === undefined || input.isTerminal) return undefined;
  for (let at = 1; at < args.length; at += 1) if (!NAMES.test(args[at] as string)) return undefined;
  const line = state.get('TMOUT') === undefined ? input.takeUntil(10) : undefined;
  if (line === undefined) return undefined;
  const text = decodeText(line);
  const fields = splitForRead(text.includes('\0') ? text.replaceAll('\0', '') : text, state.get('IFS') ?? ' \t\n', args.length - 1);
  for (let at = 1; at < args.length; at += 1) state.assign(args[at] as string, fields[at - 1] ?? '');
  return 0;
}

function read(shell: Interpreter, args: string[]): Soon<number> {
  return readNow(shell, args) ?? readInFull(shell, args);
}

function* readInFull(shell: Interpreter, args: string[]): Step<number> {
  const options = parseOptions(args, { short: 'rsa:d:n:N:p:t:u:ei:', status: 2, stopAtOperand: true });
  const { state } = shell;
  const names = options.operands;
  for (const name of names) if (!/^[A-Za-z_]\w*(\[.*\])?$/.test(name)) throw new UsageError(`\`${name}': not a valid identifier`, 1);
  const seconds = options.value('t') ?? state.get('TMOUT');
  if (seconds !== undefined && !/^\d*\.?\d*$/.test(seconds)) throw new UsageError(`${seconds}: invalid timeout specification`, 1);
  const exact = options.value('N');
  const count = options.value('n') ?? exact;
  if (count !== undefined && !/^\d+$/.test(count)) throw new UsageError(`${count}: invalid number`, 1);
  const number = Number(options.value('u') ?? '0');
  const input = shell.fds[number]?.input;
  if (input === undefined) throw new UsageError(`${number}: invalid file descriptor: Bad file descriptor`, 1);
  const prompt = options.value('p');
  const { terminal } = shell.run;
  const mark = options.value('d');
  const delimiter = mark === undefined ? 10 : mark === '' ? 0 : encodeText(mark)[0] as number;
  const limit = count === undefined ? Number.POSITIVE_INFINITY : Number(count);
  if (options.value('t') !== undefined && Number(seconds) === 0) return isReady(input) ? 0 : 1;
  let text = '';
  let ended = false;
  let isLate = false;
  if (terminal !== undefined && input.isTerminal) {
    const initial = options.value('i');
    const until = exact === undefined ? String.fromCharCode(delimiter) : undefined;
    const late = seconds === undefined ? undefined : pause(shell.run, Number(seconds) * 1000).then(() => (isLate = true));
    const asked = limit === 0 ? '' : terminal.ask(prompt ?? '', {
      secret: options.has('s'),
      ...(initial === undefined ? {} : { initial }),
      ...(count === undefined && mark === undefined ? {} : { keys: { most: limit, until } }),
      ...(late === undefined ? {} : { late }),
      onEnd: () => (ended = true),
    });
    text = typeof asked === 'string' ? asked : yield* wait(asked);
  } else {
    if (prompt !== undefined && input.isTerminal) shell.fds[2]?.output?.put(encodeText(prompt));
    const deadline = seconds === undefined ? undefined : pause(shell.run, Number(seconds) * 1000);
    const source = deadline === undefined ? input : untilLate(input, deadline, () => (isLate = true));
    for (;;) {
      const line = yield* readUntil(source, exact === undefined ? delimiter : -1, limit - Array.from(text).length);
      text += decodeText(line.bytes).replaceAll('\0', '');
      ended = line.ended;
      if (options.has('r') || ended || !/(^|[^\\])(\\\\)*\\$/.test(text) || exact !== undefined) break;
      text = text.slice(0, -1);
    }
  }
  if (!options.has('r')) text = text.replace(/\\([\s\S])/g, (_, character: string) => GUARD + character);
  const plain = (value: string): string => value.replaceAll(GUARD, '');
  const ifs = state.get('IFS') ?? ' \t\n';
  const status = isLate ? 142 : ended ? 1 : 0;
  const list = options.value('a');
  if (list !== undefined) {
    const variable = state.writable(list);
    variable.value = undefined;
    variable.map = undefined;
    variable.list = splitForRead(text, ifs, Number.POSITIVE_INFINITY).map(plain);
    return status;
  }
  if (names.length === 0) state.assign('REPLY', plain(text));
  else {
    const fields = exact !== undefined ? [text] : splitForRead(text, ifs, names.length);
    names.forEach((name, index) => assignTo(shell, name, plain(fields[index] ?? '')));
  }
  return status;
}

/** `name` or `name[index]`. */
function assignTo(shell: Interpreter, target: string, value: string): void {
  const match = /^([^[]+)\[(.*)\]$/.exec(target);
  shell.state.assign(match?.[1] ?? target, value, match?.[2]);
}

/** Whether a read would not wait: something is there, or the end is. */
function isReady(input: Input): boolean {
  const pulled = input.pull();
  if (pulled instanceof Promise) {
    // What comes of it belongs to the next reader.
    void pulled.then((chunk) => chunk !== undefined && input.unread(chunk), () => undefined);
    return false;
  }
  if (pulled !== undefined) input.unread(pulled);
  return true;
}

/** The same input, which ends when `deadline` comes first. */
function untilLate(input: Input, deadline: Promise<void>, onLate: () => void): Input {
  const LATE = Symbol('late');
  return {
    isTerminal: input.isTerminal,
    pull() {
      const pulled = input.pull();
      if (!(pulled instanceof Promise)) return pulled;
      return Promise.race([pulled, deadline.then(() => LATE)]).then((first) => {
        if (typeof first !== 'symbol') return first;
        void pulled.then((chunk) => chunk !== undefined && input.unread(chunk), () => undefined);
        onLate();
        return undefined;
      });
    },
    unread: (bytes) => input.unread(bytes),
    retain: () => input.retain(),
    release: () => input.release(),
    [Symbol.asyncIterator]: () => input[Symbol.asyncIterator](),
  };
}

function* mapfile(shell: Interpreter, args: string[]): Step<number> {
  const options = parseOptions(args, { short: 'tn:s:d:u:O:C:c:', status: 2 });
  const number = Number(options.value('u') ?? '0');
  const input = shell.fds[number]?.input;
  if (input === undefined) throw new UsageError(`${number}: invalid file descriptor: Bad file descriptor`, 1);
  const count = (letter: string, otherwise: string): number => {
    const value = options.value(letter) ?? otherwise;
    if (!/^\d+$/.test(value)) throw new UsageError(`${value}: invalid ${letter === 'O' ? 'array origin' : letter === 'c' ? 'callback quantum' : 'line count'}`, 1);
    return Number(value);
  };
  const mark = options.value('d');
  const delimiter = mark === undefined ? '\n' : mark === '' ? '\0' : mark.slice(0, 1);
  const most = count('n', '0') || Number.POSITIVE_INFINITY;
  const origin = count('O', '0');
  const quantum = count('c', '5000');
  const callback = options.value('C');
  let skip = count('s', '0');
  const name = options.operands[0] ?? 'MAPFILE';
  const variable = shell.state.writable(name);
  variable.map = undefined;
  if (options.value('O') === undefined || variable.list === undefined) variable.list = [];
  variable.value = undefined;
  for (let taken = 0; taken < most; ) {
    const line = yield* readUntil(input, encodeText(delimiter)[0] as number, Number.POSITIVE_INFINITY);
    if (line.ended && line.bytes.length === 0) break;
    if (skip > 0) skip -= 1;
    else {
      const at = origin + taken;
      if (at > limits.shellMaxArrayIndex) throw new ShellError(`${name}[${at}]: the subscript is too large`);
      const text = decodeText(line.bytes) + (options.has('t') || line.ended || delimiter === '\0' ? '' : delimiter);
      taken += 1;
      if (callback !== undefined && taken % quantum === 0) yield* shell.evaluate(`${callback} ${at} ${quoteText(text)}`);
      variable.list[at] = text;
      const rest = taken % 256 === 0 ? shell.run.turn.breathe(shell.run.cancel) : undefined;
      if (rest !== undefined) yield rest;
    }
    if (line.ended) break;
  }
  return 0;
}

const READ_OPTIONS = [
  ['-r', 'a backslash is a backslash'],
  ['-p PROMPT', 'ask with PROMPT when the person is asked'],
  ['-s', 'what is typed is not shown'],
  ['-i TEXT', 'what stands there to begin with'],
  ['-a LIST', 'the words into a list'],
  ['-d DELIMITER', 'up to this character instead of the newline; an empty one means NUL'],
  ['-n COUNT', 'at most COUNT characters'],
  ['-N COUNT', 'exactly COUNT characters, delimiters too'],
  ['-t SECONDS', 'give up after so long; 0 only asks whether there is something'],
  ['-u FD', 'from this descriptor'],
] as const;
const MAPFILE_OPTIONS = [
  ['-t', 'without the delimiters'],
  ['-d DELIMITER', 'the lines end at this character instead of the newline'],
  ['-n COUNT', 'at most COUNT lines'],
  ['-s COUNT', 'without the first COUNT lines'],
  ['-O INDEX', 'from this index on; what the list has is kept'],
  ['-u FD', 'from this descriptor'],
  ['-C COMMAND', 'run it with index and line'],
  ['-c COUNT', 'every so many lines (5000)'],
] as const;

export const readBuiltins: readonly Builtin[] = [
  {
    name: 'read',
    summary: 'Read a line into variables',
    usage: 'read [-rs] [-p PROMPT] [-i TEXT] [-d DELIMITER] [-n COUNT] [-N COUNT] [-t SECONDS] [-u FD] [-a LIST] [NAME]...',
    help: 'read -p "Your name? " name\nwhile read -r line; do echo "> $line"; done < notes.txt\nIFS=: read -r user rest <<< "me:x:1000"\nread -ra words <<< "one two three"',
    options: READ_OPTIONS,
    run: read,
  },
  { name: 'mapfile', summary: 'Read lines into a list', usage: 'mapfile [-t] [-d DELIMITER] [-n COUNT] [-s COUNT] [-O INDEX] [-u FD] [-C COMMAND] [-c COUNT] [LIST]', help: 'mapfile -t lines < notes.txt', options: MAPFILE_OPTIONS, run: mapfile },
  { name: 'readarray', summary: 'Read lines into a list', usage: 'readarray [-t] [-d DELIMITER] [-n COUNT] [-s COUNT] [-O INDEX] [-u FD] [-C COMMAND] [-c COUNT] [LIST]', help: 'readarray -t lines < notes.txt; echo "${#lines[@]}"', options: MAPFILE_OPTIONS, run: mapfile },
];
