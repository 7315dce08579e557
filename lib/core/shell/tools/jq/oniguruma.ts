import * as limits from '../../../limits.ts';
import { costOf, isQuick, type Cost } from '../../regex/cost.ts';
import { PatternError } from '../../regex/pattern.ts';
import { parsePerl } from '../perl-pattern.ts';

/**
 * jq's regular expressions: those of Oniguruma in its Perl syntax, where `^` and `$` are the ends of the text and `.` is no newline.
 * They are written anew for the platform's RegExp, and read a second time (as those of `grep -P`) to tell what they could cost; what could
 * take for ever is refused. Rejected: our linear automaton; it finds the longest match, Oniguruma the first.
 */
export class JqPattern {
  readonly #expression: RegExp;
  readonly #cost: Cost;
  /** Of each group, from 1. */
  readonly names: readonly (string | undefined)[];

  /** @throws PatternError */
  constructor(source: string, flags: { ignoreCase: boolean; extended: boolean; dotAll: boolean }) {
    const text = flags.extended ? withoutComments(source) : source;
    const inline = /^\(\?([imsx]+)\)/.exec(text)?.[1] ?? '';
    const translated = translate(inline === '' ? text : text.slice(inline.length + 3), flags.dotAll || /[ms]/.test(inline));
    this.names = translated.names;
    const ignoreCase = flags.ignoreCase || inline.includes('i');
    this.#cost = costOf(parsePerl(text.replace(/^\(\?[imsx]+\)/, ''), ignoreCase).pattern, ignoreCase, false);
    try {
      this.#expression = new RegExp(translated.source, `dgu${ignoreCase ? 'i' : ''}`);
    } catch (error) {
      throw new PatternError(error instanceof Error ? error.message.replace(/^.*: /, '') : 'it is not a regular expression');
    }
  }

  /** The leftmost match at or after `from`, with the places of all groups in UTF-16 units. @throws PatternError where it could take too long */
  exec(text: string, from: number): RegExpExecArray | null {
    if (!isQuick(this.#cost, text, from)) throw new PatternError(`it could take more than ${limits.patternMaxSteps} steps on this text; make it simpler`);
    this.#expression.lastIndex = from;
    return this.#expression.exec(text);
  }
}

/** Flag x: blanks and comments outside brackets mean nothing. */
function withoutComments(source: string): string {
  return source.replace(/\\[\s\S]|\[(?:\\[\s\S]|\[:\w+:\]|[^\]\\])*\]|\s+|#[^\n]*/g, (part) => (/^(?:\s|#)/.test(part) ? '' : part));
}

const WORD = '[\\p{L}\\p{M}\\p{N}\\p{Pc}]';
const TEXT_START = '(?<![^])';
const TEXT_END = '(?=\\n?(?![^]))';
/** Inside brackets; upper case outside turns them round. */
const CLASSES: Readonly<Record<string, string>> = { d: '\\p{Nd}', w: '\\p{L}\\p{M}\\p{N}\\p{Pc}', s: '\\s', h: '0-9a-fA-F' };
const POSIX: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}', digit: '\\p{Nd}', alnum: '\\p{Alphabetic}\\p{Nd}', upper: '\\p{Lu}', lower: '\\p{Ll}', space: '\\s', blank: ' \\t', punct: '\\p{P}\\p{S}',
  cntrl: '\\p{Cc}', xdigit: '0-9a-fA-F', word: '\\p{L}\\p{M}\\p{N}\\p{Pc}', print: '\\P{Cc}', graph: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}',
};
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, v: 11, e: 27, a: 7 };
const unit = (code: number): string => `\\u{${code.toString(16)}}`;

function translate(source: string, dotAll: boolean): { source: string; names: (string | undefined)[] } {
  const names: (string | undefined)[] = [];
  let at = 0;
  let out = '';
  const fail = (message: string): never => {
    throw new PatternError(message);
  };

  /** After a backslash: a class (what stands inside brackets), or one character. */
  const escape = (): { members: string; negated: boolean } | { code: number } => {
    const rest = source.slice(at);
    const property = /^[pP]\{(\^?)(\w+)\}/.exec(rest);
    if (property !== null) {
      at += property[0].length;
      const name = (property[2] as string).toLowerCase();
      const negated = rest.startsWith('P') !== (property[1] === '^');
      if (Object.hasOwn(POSIX, name)) return { members: POSIX[name] as string, negated };
      const text = property[2] as string;
      const isCategory = /^[A-Z][a-z]?$/.test(text) || /^(?:Letter|Mark|Number|Punctuation|Symbol|Separator|Other)$/.test(text);
      return { members: isCategory ? `\\p{${text}}` : `\\p{Script=${text}}`, negated };
    }
    const coded = /^(?:x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|0([0-7]{0,2}))/.exec(rest);
    if (coded !== null) {
      at += coded[0].length;
      const hex = coded[1] ?? coded[2] ?? coded[3];
      return { code: hex === undefined ? Number.parseInt(coded[4] || '0', 8) : Math.min(0x10ffff, Number.parseInt(hex, 16)) };
    }
    const character = String.fromCodePoint(source.codePointAt(at) ?? fail('end pattern at escape'));
    at += character.length;
    const members = Object.hasOwn(CLASSES, character.toLowerCase()) ? CLASSES[character.toLowerCase()] : undefined;
    if (members !== undefined) return { members, negated: character < 'a' };
    return { code: Object.hasOwn(CONTROLS, character) ? CONTROLS[character] as number : character.codePointAt(0) as number };
  };

  const bracket = (): string => {
    let text = '[';
    if (source[at] === '^') {
      text += '^';
      at += 1;
    }
    const start = at;
    for (;;) {
      const character = source[at];
      if (character === undefined) return fail('premature end of char-class');
      if (character === ']' && at > start) break;
      const posix = /^\[:(\^?)(\w+):\]/.exec(source.slice(at, at + 16));
      if (posix !== null && Object.hasOwn(POSIX, posix[2] as string)) {
        at += posix[0].length;
        if (posix[1] === '^') fail('[:^class:] is not available here; use \\P{class}');
        text += POSIX[posix[2] as string];
        continue;
      }
      if (source.startsWith('&&', at)) fail('&& in brackets is not available here; use a lookahead, (?=…)');
      if (character !== '\\') {
        const code = source.codePointAt(at) as number;
        at += code > 0xffff ? 2 : 1;
        text += character === '-' ? '-' : unit(code);
        continue;
      }
      at += 1;
      if (source[at] === 'b') {
        at += 1;
        text += '\\b';
        continue;
      }
      const found = escape();
      if ('code' in found) text += unit(found.code);
      else if (!found.negated) text += found.members;
      else if (/^\\[ps]/.test(found.members) && found.members.indexOf('\\', 1) < 0) text += found.members.replace(/^\\(.)/, (_whole, letter: string) => `\\${letter.toUpperCase()}`);
      else fail('this class can not stand in brackets here');
    }
    at += 1;
    return text === '[' || text === '[^' ? fail('empty char-class') : `${text.replace(/([^\\]|^)-(?=\\[pPsS])/g, '$1\\-')}]`;
  };

  const special = (): boolean => {
    const letter = source[at + 1];
    const simple: Readonly<Record<string, string>> = {
      A: TEXT_START, z: '(?![^])', Z: TEXT_END, b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`, B: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
      R: '(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])', N: '[^\\n]',
    };
    const text = letter !== undefined && Object.hasOwn(simple, letter) ? simple[letter] : undefined;
    if (text !== undefined) {
      at += 2;
      out += text;
      return true;
    }
    const back = /^\\(?:([1-9]\d?)|k<(\w+)>|k'(\w+)')/.exec(source.slice(at));
    if (back === null) return false;
    const name = back[2] ?? back[3];
    const number = name === undefined ? Number(back[1]) : names.indexOf(name) + 1;
    if (number < 1 || number > names.length) fail('invalid backref number/name');
    at += back[0].length;
    out += `(?:\\${number})`;
    return true;
  };

  while (at < source.length) {
    const character = source[at] as string;
    if (character === '\\') {
      if (special()) continue;
      at += 1;
      const found = escape();
      out += 'code' in found ? unit(found.code) : `[${found.negated ? '^' : ''}${found.members}]`;
      continue;
    }
    const group = /^\((?:\?(?:(:|<?[=!])|(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')|(#[^)]*\))))?/.exec(source.slice(at));
    if (group !== null) {
      if (group[0] === '(' && source[at + 1] === '?') fail('this kind of group is not available here');
      at += group[0].length;
      if (group[4] !== undefined) continue;
      if (group[1] !== undefined) out += `(?${group[1]}`;
      else {
        names.push(group[2] ?? group[3]);
        out += '(';
      }
      continue;
    }
    const interval = /^\{(\d*)(?:(,)(\d*))?\}/.exec(source.slice(at, at + 24));
    if (interval !== null && (interval[1] !== '' || (interval[3] ?? '') !== '')) {
      at += interval[0].length;
      out += `{${interval[1] || '0'}${interval[2] ?? ''}${interval[3] ?? ''}}`;
      continue;
    }
    at += 1;
    if (character === '[') out += bracket();
    else if (character === '.') out += dotAll ? '[^]' : '[^\\n]';
    else if (character === '^') out += TEXT_START;
    else if (character === '$') out += TEXT_END;
    else if ('()|*+?'.includes(character)) out += character;
    else {
      const code = source.codePointAt(at - 1) as number;
      if (code > 0xffff) at += 1;
      out += unit(code);
    }
  }
  return { source: out, names };
}
