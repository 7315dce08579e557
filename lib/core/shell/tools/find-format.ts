import type { FileStat } from '../../fs/files.ts';
import type { CommandContext } from '../command.ts';
import { formatDate } from './format-date.ts';
import { modeText } from './ls.ts';
import { UsageError } from './options.ts';

/** `find -printf`: text with `%` for what is known of a file. Source: the GNU findutils manual, "Format Directives". */
export interface FoundFile {
  /** As it is shown. */
  shown: string;
  /** The starting point that it was found under. */
  start: string;
  path: string;
  stat: FileStat;
  depth: number;
}

type Part = string | ((found: FoundFile, context: CommandContext) => string);

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', 0: '\0', '\\': '\\' };
const TYPE_LETTERS = { file: 'f', directory: 'd', link: 'l', device: 'c' } as const;

/** The name without the directories before it; of `/` itself `/`. */
export function lastName(shown: string): string {
  const plain = shown.replace(/\/+$/, '');
  return plain === '' ? '/' : plain.slice(plain.lastIndexOf('/') + 1);
}

/** @throws UsageError for a directive that is not known. */
export function parseFindFormat(format: string): (found: FoundFile, context: CommandContext) => string {
  const parts: Part[] = [];
  let isCut = false;
  for (let at = 0; at < format.length && !isCut; at += 1) {
    const character = format[at]!;
    if (character === '\\') {
      const octal = /^[0-7]{1,3}/.exec(format.slice(at + 1));
      at += 1;
      if (octal !== null) {
        parts.push(String.fromCharCode(Number.parseInt(octal[0], 8)));
        at += octal[0].length - 1;
      } else if (format[at] === 'c') isCut = true;
      else parts.push(ESCAPES[format[at] ?? ''] ?? `\\${format[at] ?? ''}`);
      continue;
    }
    if (character !== '%') {
      parts.push(character);
      continue;
    }
    const directive = /^%([-+ 0#]*)(\d*)(?:\.(\d+))?([ACTB]?)(.?)/su.exec(format.slice(at))!;
    at += directive[0].length - 1;
    const [, flags = '', width = '', precision, when = ''] = directive;
    let letter = directive[5]!;
    if (letter === '' && when !== '') throw new UsageError(`error: %${when} must be followed by a letter`);
    if (when === '' && letter === '%') {
      parts.push('%');
      continue;
    }
    if (when !== '') letter = when === 'B' ? 'B' : 'T';
    if (when === '' && !'pfhPHdskbmMtacyYlniuUgGDFSZ'.includes(letter)) {
      // As GNU: what is not known stands as it is.
      parts.push(directive[0]);
      continue;
    }
    const sub = directive[5]!;
    parts.push((found, context) => {
      let text = when === '' ? field(letter, found, context) : timeField(sub, found.stat.mtimeMs, context.env.TZ);
      if (letter === 'm' && flags.includes('#')) text = `0${text}`;
      if (precision !== undefined) text = text.slice(0, Number(precision));
      return flags.includes('-') ? text.padEnd(Number(width)) : text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
    });
  }
  return (found, context) => parts.map((part) => (typeof part === 'string' ? part : part(found, context))).join('');
}

const seconds = (milliseconds: number): string => `${String(Math.floor(((milliseconds % 1000) + 1000) % 1000)).padStart(3, '0')}0000000`;

function timeField(letter: string, milliseconds: number, zone: string | undefined): string {
  switch (letter) {
    case '@': return `${Math.floor(milliseconds / 1000)}.${seconds(milliseconds)}`;
    case '+': return `${formatDate('%Y-%m-%d+%H:%M:%S', milliseconds, zone)}.${seconds(milliseconds)}`;
    case 'S':
    case 'T': return `${formatDate(`%${letter}`, milliseconds, zone)}.${seconds(milliseconds)}`;
    case 'X': return `${formatDate('%T', milliseconds, zone)}.${seconds(milliseconds)}`;
    case 'c': return formatDate('%a %b %e %H:%M:%S %Y', milliseconds, zone);
    default: return formatDate(`%${letter}`, milliseconds, zone);
  }
}

function ctime(milliseconds: number, zone: string | undefined): string {
  return `${formatDate('%a %b %e %H:%M:%S', milliseconds, zone)}.${seconds(milliseconds)} ${formatDate('%Y', milliseconds, zone)}`;
}

function field(letter: string, { shown, start, path, stat, depth }: FoundFile, context: CommandContext): string {
  const user = context.env.USER ?? 'me';
  switch (letter) {
    case 'p': return shown;
    case 'f': return lastName(shown);
    case 'h': {
      const plain = shown.replace(/\/+$/, '');
      const slash = plain.lastIndexOf('/');
      return slash < 0 ? '.' : plain.slice(0, slash);
    }
    case 'P': return shown === start ? '' : shown.slice(start.length).replace(/^\/+/, '');
    case 'H': return start;
    case 'd': return String(depth);
    case 's': return String(stat.kind === 'directory' ? 4096 : stat.size);
    case 'k': return String(Math.ceil(stat.storedBytes / 1024));
    case 'b': return String(Math.ceil(stat.storedBytes / 512));
    case 'm': return stat.mode.toString(8);
    case 'M': return modeText(stat);
    case 't':
    case 'a':
    case 'c': return ctime(stat.mtimeMs, context.env.TZ);
    case 'y': return TYPE_LETTERS[stat.kind];
    case 'Y': {
      if (stat.kind !== 'link') return TYPE_LETTERS[stat.kind];
      const target = context.files.stat(path);
      return target === undefined ? 'N' : TYPE_LETTERS[target.kind];
    }
    case 'l': return stat.kind === 'link' ? context.files.readLink(path) : '';
    case 'n': return '1';
    case 'u':
    case 'g': return user;
    case 'U':
    case 'G': return '1000';
    case 'S': return '1';
    case 'F': return context.files.space(path).store;
    default: return '0';
  }
}
