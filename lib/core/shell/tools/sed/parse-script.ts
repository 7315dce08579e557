import { PatternError } from '../../regex/pattern.ts';
import { normalizeText } from '../../text.ts';
import { SedError, type Action, type Address, type SedCommand, type SedScript } from './script.ts';
import { decodeSedEscape, parseSedPattern, type SedPattern } from './sed-pattern.ts';
import { parseReplacement } from './substitute.ts';

/** A piece of the script, as `-e` and `-f` gave it. */
export interface ScriptPiece {
  text: string;
  /** The file of `-f`; undefined for `-e` and the first operand. */
  file: string | undefined;
}

const NO_ADDRESS = new Set([':', '}']);

/**
 * Parses the pieces as one script, a newline between them.
 *
 * @throws SedError with GNU sed's words and place.
 */
export function parseScript(pieces: readonly ScriptPiece[], extended: boolean): SedScript {
  const text = pieces.map((piece) => piece.text).join('\n');
  const commands: SedCommand[] = [];
  const labels = new Map<string, number>();
  const blocks: number[] = [];
  const jumps: string[] = [];
  let at = 0;

  const fail = (words: string, place = at): never => {
    let before = 0;
    let expression = 0;
    for (const piece of pieces) {
      if (piece.file === undefined) expression += 1;
      if (place <= before + piece.text.length || piece === pieces[pieces.length - 1]) {
        const where = piece.file === undefined
          ? `-e expression #${expression}, char ${place - before}`
          : `file ${piece.file} line ${piece.text.slice(0, Math.max(0, place - before - 1)).split('\n').length}`;
        throw new SedError(`${where}: ${words}`);
      }
      before += piece.text.length + 1;
    }
    throw new SedError(words);
  };

  const skip = (characters: string): void => {
    while (at < text.length && characters.includes(text[at] as string)) at += 1;
  };

  const number = (): number | undefined => {
    const digits = /^\d+/.exec(text.slice(at, at + 20))?.[0];
    if (digits === undefined) return undefined;
    at += digits.length;
    return Number(digits);
  };

  /** The index after a bracket expression that opens at `start`; `start + 1` when it is never closed. */
  const afterBracket = (start: number): number => {
    let index = start + 1;
    if (text[index] === '^') index += 1;
    if (text[index] === ']') index += 1;
    for (; index < text.length && text[index] !== '\n'; index += 1) {
      if (text[index] === ']') return index + 1;
      const mark = text[index + 1];
      if (text[index] === '[' && (mark === ':' || mark === '.' || mark === '=')) {
        const end = text.indexOf(`${mark}]`, index + 2);
        if (end >= 0) index = end + 1;
      }
    }
    return start + 1;
  };

  /** Up to the delimiter, which is read too; undefined when there is none. */
  const delimited = (delimiter: string, isPattern: boolean): string | undefined => {
    let out = '';
    while (at < text.length) {
      const character = text[at] as string;
      if (character === delimiter) {
        at += 1;
        return out;
      }
      if (character === '\n' && isPattern) return undefined;
      if (character === '\\') {
        const next = text[at + 1];
        if (next === undefined) break;
        if (next === delimiter && !(next === '&' && !isPattern)) out += next;
        else if (isPattern && next === '\n') out += '\n';
        else out += `\\${next}`;
        at += 2;
        continue;
      }
      if (character === '[' && isPattern && delimiter !== '[') {
        const end = afterBracket(at);
        out += text.slice(at, end);
        at = end;
        continue;
      }
      out += character;
      at += 1;
    }
    at = text.length;
    return undefined;
  };

  const pattern = (source: string, ignoreCase: boolean, multiline: boolean): SedPattern => {
    try {
      return parseSedPattern(source, { extended, ignoreCase, multiline });
    } catch (error) {
      if (error instanceof PatternError) return fail(error.message);
      throw error;
    }
  };

  const address = (isSecond: boolean): Address | undefined => {
    const character = text[at];
    if (character === undefined) return undefined;
    if (character === '$') {
      at += 1;
      return { kind: 'last' };
    }
    if (isSecond && (character === '+' || character === '~')) {
      at += 1;
      const count = number() ?? fail('expected number after +/~');
      return character === '+' ? { kind: 'more', count } : { kind: 'multiple', of: count };
    }
    if (character >= '0' && character <= '9') {
      const line = number() as number;
      skip(' \t');
      if (text[at] === '~' && !isSecond) {
        at += 1;
        return { kind: 'step', first: line, step: number() ?? 0 };
      }
      return line === 0 && !isSecond ? { kind: 'zero' } : { kind: 'line', line };
    }
    if (character !== '/' && character !== '\\') return undefined;
    at += 1;
    let delimiter = '/';
    if (character === '\\') {
      delimiter = text[at] ?? fail('unexpected `,\'');
      at += 1;
    }
    const source = delimited(delimiter, true) ?? fail('unterminated address regex');
    let ignoreCase = false;
    let multiline = false;
    for (; text[at] === 'I' || text[at] === 'M'; at += 1) {
      if (text[at] === 'I') ignoreCase = true;
      else multiline = true;
    }
    return { kind: 'pattern', pattern: pattern(source, ignoreCase, multiline) };
  };

  const endOfCommand = (): void => {
    skip(' \t\r');
    const character = text[at];
    if (character === undefined || character === '}' || character === '#') return;
    at += 1;
    if (character !== '\n' && character !== ';') fail('extra characters after command');
  };

  const label = (): string => {
    skip(' \t');
    const start = at;
    while (at < text.length && !/[\s;}]/.test(text[at] as string)) at += 1;
    return text.slice(start, at);
  };

  const restOfLine = (): string => {
    const end = text.indexOf('\n', at);
    const rest = text.slice(at, end < 0 ? undefined : end);
    at = end < 0 ? text.length : end + 1;
    return rest;
  };

  const fileName = (): string => {
    skip(' \t');
    const name = restOfLine();
    return name === '' ? fail('missing filename in r/R/w/W commands') : name;
  };

  /** The text of `a`, `i` and `c`: in the same line, or in those after a backslash. */
  const insertedText = (): string => {
    skip(' \t');
    if (at >= text.length || text[at] === '\n') fail("expected \\ after `a', `c' or `i'");
    if (text[at] === '\\') {
      at += 1;
      const start = at;
      skip(' \t');
      if (text[at] === '\n') at += 1;
      else at = start;
    }
    if (at >= text.length) return '';
    let out = '';
    while (at < text.length && text[at] !== '\n') {
      if (text[at] === '\\') {
        const escape = text[at + 1] === 'n' ? undefined : decodeSedEscape(text, at + 1);
        out += escape?.text ?? (text[at + 1] === 'n' && out !== '' ? '\n' : text[at + 1] ?? '');
        at = escape?.end ?? at + 2;
      } else {
        out += text[at];
        at += 1;
      }
    }
    at += 1;
    return `${normalizeText(out)}\n`;
  };

  const substitution = (): Action => {
    const delimiter = text[at] ?? '';
    at += 1;
    const words = "unterminated `s' command";
    if (delimiter === '' || delimiter === '\n' || delimiter === '\\') fail(words);
    const source = delimited(delimiter, true) ?? fail(words);
    const replacement = delimited(delimiter, false) ?? fail(words);
    const { parts, groups } = parseReplacement(replacement);
    let [global, print, ignoreCase, multiline] = [false, false, false, false];
    let occurrence: number | undefined;
    let file: string | undefined;
    const once = (isSet: boolean, flag: string): true => (isSet ? fail(`multiple \`${flag}' options to \`s' command`) : true);
    for (;;) {
      const character = text[at];
      if (character === undefined || character === '}' || character === '#') break;
      at += 1;
      if (character === '\n' || character === ';') break;
      if (character === ' ' || character === '\t' || character === '\r') continue;
      if (character === 'i' || character === 'I') ignoreCase = true;
      else if (character === 'm' || character === 'M') multiline = true;
      else if (character === 'g') global = once(global, 'g');
      else if (character === 'p') print = once(print, 'p');
      else if (character === 'w') {
        file = fileName();
        break;
      } else if (character >= '0' && character <= '9') {
        if (occurrence !== undefined) fail("multiple number options to `s' command");
        at -= 1;
        occurrence = number() as number;
        if (occurrence === 0) fail("number option to `s' command may not be zero");
      } else if (character === 'e') fail("the flag `e' of `s' runs programs of the host, which a page cannot; take it away");
      else fail("unknown option to `s'");
    }
    const parsed = pattern(source, ignoreCase, multiline);
    if (parsed.matcher !== undefined && groups > parsed.groups) fail(`invalid reference \\${groups} on \`s' command's RHS`);
    return { name: 's', substitution: { pattern: parsed, parts, groups, occurrence: occurrence ?? 1, global, print, file } };
  };

  const translation = (): Action => {
    const delimiter = text[at] ?? '';
    at += 1;
    const words = "unterminated `y' command";
    if (delimiter === '' || delimiter === '\n' || delimiter === '\\') fail(words);
    const characters = (source: string): string[] => {
      const out: string[] = [];
      for (let index = 0; index < source.length; ) {
        const code = source.codePointAt(index) as number;
        if (code !== 92) {
          out.push(String.fromCodePoint(code));
          index += code > 0xffff ? 2 : 1;
          continue;
        }
        const escape = decodeSedEscape(source, index + 1);
        if (escape === undefined && source[index + 1] !== '\\' && source[index + 1] !== '\n') {
          out.push('\\');
          index += 1;
          continue;
        }
        out.push(escape?.text ?? (source[index + 1] as string));
        index = escape?.end ?? index + 2;
      }
      return out;
    };
    const from = characters(delimited(delimiter, false) ?? fail(words));
    const to = characters(delimited(delimiter, false) ?? fail(words));
    if (from.length !== to.length) fail("strings for `y' command are different lengths");
    const map = new Map<string, string>();
    from.forEach((character, index) => {
      if (!map.has(character)) map.set(character, to[index] as string);
    });
    endOfCommand();
    return { name: 'y', map };
  };

  const action = (name: string): Action => {
    switch (name) {
      case '{':
        blocks.push(commands.length);
        return { name, end: 0 };
      case '=': case 'd': case 'D': case 'F': case 'g': case 'G': case 'h': case 'H':
      case 'n': case 'N': case 'p': case 'P': case 'x': case 'z':
        endOfCommand();
        return { name };
      case 'a': case 'i': case 'c': return { name, text: insertedText() };
      case 'b': case 't': case 'T': {
        const target = label();
        endOfCommand();
        if (target !== '') jumps.push(target);
        return { name, label: target };
      }
      case 'l': case 'L': case 'q': case 'Q': {
        skip(' \t');
        const value = number();
        endOfCommand();
        return { name: name === 'L' ? 'l' : name, number: value };
      }
      case 'r': case 'R': case 'w': case 'W': return { name, file: fileName() };
      case 's': return substitution();
      case 'y': return translation();
      case 'v':
        label();
        endOfCommand();
        return { name: 'nothing' };
      case 'e': return fail("the command `e' runs programs of the host, which a page cannot; take it away");
      default: return fail(`unknown command: \`${name}'`);
    }
  };

  const quiet = /^#n(\n|$)/.test(text);
  for (;;) {
    skip(' \t\r\n;');
    if (at >= text.length) break;
    if (text[at] === '#') {
      restOfLine();
      continue;
    }
    const from = address(false);
    let to: Address | undefined;
    skip(' \t');
    if (from !== undefined && text[at] === ',') {
      at += 1;
      skip(' \t');
      to = address(true);
      if (to === undefined) {
        at += 1;
        fail("unexpected `,'");
      }
    }
    if (from?.kind === 'zero' && to?.kind !== 'pattern') {
      at += 1;
      fail('invalid usage of line address 0');
    }
    skip(' \t');
    let negated = false;
    while (text[at] === '!') {
      at += 1;
      if (negated) fail("multiple `!'s");
      negated = true;
      skip(' \t');
    }
    const name = text[at];
    if (name === undefined || name === '\n') fail('missing command');
    at += 1;
    if (from !== undefined && NO_ADDRESS.has(name as string)) fail(name === ':' ? ': doesn\'t want any addresses' : `unexpected \`${name}'`);
    if (name === ':') {
      const target = label();
      if (target === '') fail('":" lacks a label');
      labels.set(target, commands.length);
      continue;
    }
    if (name === '}') {
      const open = blocks.pop() ?? fail("unexpected `}'");
      const block = (commands[open] as SedCommand).action;
      if (block.name === '{') block.end = commands.length;
      endOfCommand();
      continue;
    }
    commands.push({ from, to, negated, action: action(name as string) });
  }
  if (blocks.length > 0) throw new SedError('-e expression #1, char 0: unmatched `{\'');
  for (const target of jumps) if (!labels.has(target)) throw new SedError(`can't find label for jump to \`${target}'`, 4);
  return { commands, labels, quiet };
}
