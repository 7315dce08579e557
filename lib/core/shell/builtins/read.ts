import type { Builtin } from '../builtin.ts';
import { limits } from '../../limits.ts';
import { ShellError, wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import type { Input } from '../streams/input.ts';
import { concatBytes, decodeText } from '../text.ts';
import { parseOptions, UsageError } from '../tools/options.ts';

/** Bytes up to `delimiter`; the rest goes back to the input for whoever reads next. */
function* readUntil(input: Input, delimiter: number, maxCharacters: number): Step<{ bytes: Uint8Array; ended: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const pulled = input.pull();
    const chunk = pulled instanceof Promise ? yield* wait(pulled) : pulled;
    if (chunk === undefined) return { bytes: concatBytes(chunks), ended: true };
    const at = chunk.indexOf(delimiter);
    const piece = at < 0 ? chunk : chunk.subarray(0, at);
    if (size + piece.length >= maxCharacters) {
      const all = concatBytes([...chunks, piece]);
      const text = decodeText(all);
      const characters = Array.from(text);
      if (characters.length >= maxCharacters) {
        const taken = new TextEncoder().encode(characters.slice(0, maxCharacters).join('')).length;
        if (at >= 0) input.unread(chunk.subarray(at));
        input.unread(all.subarray(taken));
        return { bytes: all.subarray(0, taken), ended: false };
      }
    }
    chunks.push(piece);
    size += piece.length;
    if (size > limits.shellValueMaxUnits) throw new ShellError('read: the line is too long');
    if (at >= 0) {
      input.unread(chunk.subarray(at + 1));
      return { bytes: concatBytes(chunks), ended: false };
    }
  }
}

/** Splits as `read` does: the last name takes the rest. A backslash (already marked by U+E000) protects. */
function splitForRead(text: string, ifs: string, count: number): string[] {
  const isSpace = (character: string | undefined): boolean => character !== undefined && ' \t\n'.includes(character) && ifs.includes(character);
  const isMark = (character: string | undefined): boolean => character !== undefined && ifs.includes(character) && !isSpace(character);
  const fields: string[] = [];
  let at = 0;
  let end = text.length;
  while (isSpace(text[at])) at += 1;
  while (end > at && isSpace(text[end - 1]) && text[end - 2] !== GUARD) end -= 1;
  while (at < end && fields.length < count - 1) {
    let stop = at;
    while (stop < end && !ifs.includes(text[stop] as string)) stop += text[stop] === GUARD ? 2 : 1;
    fields.push(text.slice(at, Math.min(stop, end)));
    at = stop;
    while (at < end && isSpace(text[at])) at += 1;
    if (at < end && isMark(text[at])) {
      at += 1;
      while (at < end && isSpace(text[at])) at += 1;
    }
  }
  if (at < end) {
    let rest = text.slice(at, end);
    // One field and its delimiter: `IFS=: read a` of `x:` gives `x`.
    const marks = [...rest].filter((character) => ifs.includes(character));
    if (marks.length === 1 && isMark(rest[rest.length - 1]) && rest[rest.length - 2] !== GUARD) rest = rest.slice(0, -1);
    fields.push(rest);
  }
  return fields;
}

const GUARD = '\ue000';

function* read(shell: Interpreter, args: string[]): Step<number> {
  const options = parseOptions(args, { short: 'rsa:d:n:N:p:t:u:e', status: 2, stopAtOperand: true });
  const input = shell.fds[Number(options.value('u') ?? '0')]?.input;
  if (input === undefined) throw new UsageError('read error: 0: Bad file descriptor', 1);
  const prompt = options.value('p');
  const { terminal } = shell.run;
  const mark = options.value('d');
  const delimiter = mark === undefined ? 10 : mark === '' ? 0 : mark.charCodeAt(0);
  const exact = options.value('N');
  const count = options.value('n') ?? exact;
  let text = '';
  let ended = false;
  if (terminal !== undefined && input.isTerminal) {
    text = yield* wait(terminal.ask(prompt ?? '', { secret: options.has('s') }));
  } else {
    if (prompt !== undefined && input.isTerminal) shell.complain(prompt);
    for (;;) {
      const line = yield* readUntil(input, exact === undefined ? delimiter : -1, count === undefined ? Number.POSITIVE_INFINITY : Number(count));
      text += decodeText(line.bytes).replaceAll('\0', '');
      ended = line.ended;
      if (options.has('r') || ended || !/(^|[^\\])(\\\\)*\\$/.test(text)) break;
      text = text.slice(0, -1);
    }
  }
  if (!options.has('r')) text = text.replace(/\\([\s\S])/g, (_, character: string) => GUARD + character);
  const plain = (value: string): string => value.replaceAll(GUARD, '');
  const ifs = shell.state.get('IFS') ?? ' \t\n';
  const list = options.value('a');
  const { state } = shell;
  if (list !== undefined) {
    const variable = state.writable(list);
    variable.value = undefined;
    variable.map = undefined;
    variable.list = splitForRead(text, ifs, Number.POSITIVE_INFINITY).map(plain);
    return ended && text === '' ? 1 : ended ? 1 : 0;
  }
  const names = options.operands.length === 0 ? ['REPLY'] : options.operands;
  if (options.operands.length === 0 || exact !== undefined) state.assign(names[0] as string, plain(text));
  else {
    const fields = splitForRead(text, ifs, names.length);
    names.forEach((name, index) => state.assign(name, plain(fields[index] ?? '')));
  }
  return ended ? 1 : 0;
}

function* mapfile(shell: Interpreter, args: string[]): Step<number> {
  const options = parseOptions(args, { short: 'tn:s:d:u:O:', status: 2 });
  const input = shell.fds[Number(options.value('u') ?? '0')]?.input;
  if (input === undefined) throw new UsageError('read error: 0: Bad file descriptor', 1);
  const lines: string[] = [];
  const most = Number(options.value('n') ?? '0') || limits.shellMaxArrayIndex;
  let skip = Number(options.value('s') ?? '0');
  while (lines.length < most) {
    const line = yield* readUntil(input, 10, Number.POSITIVE_INFINITY);
    if (line.ended && line.bytes.length === 0) break;
    if (skip > 0) skip -= 1;
    else lines.push(decodeText(line.bytes) + (options.has('t') || line.ended ? '' : '\n'));
    if (line.ended) break;
  }
  const variable = shell.state.writable(options.operands[0] ?? 'MAPFILE');
  variable.value = undefined;
  variable.map = undefined;
  variable.list = lines;
  return 0;
}

export const readBuiltins: readonly Builtin[] = [
  {
    name: 'read',
    summary: 'Read a line into variables',
    usage: 'read [-rs] [-p PROMPT] [-d DELIMITER] [-n COUNT] [-a LIST] [NAME]...',
    help: 'read -p "Your name? " name\nwhile read -r line; do echo "> $line"; done < notes.txt\nIFS=: read -r user rest <<< "me:x:1000"',
    run: read,
  },
  { name: 'mapfile', summary: 'Read lines into a list', usage: 'mapfile [-t] [-n COUNT] [LIST]', help: 'mapfile -t lines < notes.txt', run: mapfile },
  { name: 'readarray', summary: 'Read lines into a list', usage: 'readarray [-t] [-n COUNT] [LIST]', run: mapfile },
];
