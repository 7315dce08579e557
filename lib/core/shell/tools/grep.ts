import { FsError } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { globOf } from '../regex/glob.ts';
import { PatternError } from '../regex/pattern.ts';
import { decodeText } from '../text.ts';
import { complain, openNamed, readNamed, readWhole } from './files-in.ts';
import { GrepRun } from './grep-input.ts';
import { compileSearch, type Search, type Syntax } from './grep-search.ts';
import type { GrepStyle } from './grep-style.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

const COLORS: Readonly<Record<string, string>> = { ms: '01;31', mc: '01;31', fn: '35', ln: '32', bn: '32', se: '36' };

/** `GREP_COLORS`: `mt=01;32:fn=34`. */
function colorsOf(context: CommandContext, options: ParsedOptions): Readonly<Record<string, string>> | undefined {
  const when = options.value('color');
  if (when !== undefined && !['', 'always', 'never', 'auto', 'yes', 'no', 'force', 'none', 'tty', 'if-tty'].includes(when)) throw new UsageError(`invalid argument '${when}' for '--color'; use always, never or auto`, 2);
  const isWanted = when === 'always' || when === 'yes' || when === 'force' ? true : when === 'never' || when === 'no' || when === 'none' ? false : context.isTerminalOutput;
  if (!isWanted) return undefined;
  const colors = { ...COLORS };
  for (const piece of (context.env.GREP_COLORS ?? '').split(':')) {
    const match = /^(m[tsc]|fn|ln|bn|se)=([0-9;]*)$/.exec(piece);
    if (match?.[1] === 'mt') colors.ms = colors.mc = match[2] as string;
    else if (match !== null) colors[match[1] as string] = match[2] as string;
  }
  return colors;
}

function number(options: ParsedOptions, letter: string, what: string): number | undefined {
  const text = options.value(letter);
  if (text === undefined) return undefined;
  if (!/^-?\d+$/.test(text)) throw new UsageError(letter === 'm' ? 'invalid max count' : `${text}: invalid ${what}`, 2);
  return Number(text);
}

function styleOf(context: CommandContext, options: ParsedOptions, withName: boolean): GrepStyle {
  const around = number(options, 'C', 'context length argument') ?? 0;
  const most = number(options, 'm', 'max count');
  const binary = options.all.findLast(({ letter }) => ['a', 'I', 'binary-files'].includes(letter));
  const kind = binary?.letter === 'a' ? 'text' : binary?.letter === 'I' ? 'without-match' : binary?.value ?? 'binary';
  if (!['text', 'without-match', 'binary'].includes(kind)) throw new UsageError('invalid argument for --binary-files; use binary, text or without-match', 2);
  const group = options.all.findLast(({ letter }) => letter === 'group-separator' || letter === 'no-group-separator');
  const names = options.all.findLast(({ letter }) => letter === 'l' || letter === 'L')?.letter;
  return {
    invert: options.has('v'), count: options.has('c') && names === undefined && !options.has('q'), quiet: options.has('q'), onlyMatching: options.has('o'), lineNumbers: options.has('n'), byteOffsets: options.has('b'),
    names: names === undefined ? undefined : names === 'L' ? 'without' : 'with',
    withName, nullAfterName: options.has('Z'), initialTab: options.has('T'),
    hasContext: ['A', 'B', 'C'].some((letter) => options.has(letter)),
    before: number(options, 'B', 'context length argument') ?? around, after: number(options, 'A', 'context length argument') ?? around,
    groupSeparator: group?.letter === 'no-group-separator' ? undefined : group?.value ?? '--',
    most: most === undefined || most < 0 ? Number.POSITIVE_INFINITY : most,
    binary: kind === 'binary' ? 'message' : (kind as 'text' | 'without-match'),
    separator: options.has('z') ? 0 : 10, label: options.value('label') ?? '(standard input)', colors: colorsOf(context, options),
  };
}

interface NameRule {
  isIncluded: boolean;
  isForDirectories: boolean;
  matches(name: string): boolean;
}

/** Which names below a directory, and among the operands, are looked into. */
class Selection {
  readonly #rules: readonly NameRule[];
  readonly #hasIncludes: boolean;

  constructor(options: ParsedOptions, excludedInFiles: readonly string[]) {
    const rule = (text: string, isIncluded: boolean, isForDirectories: boolean): NameRule => {
      const glob = globOf(text.replace(/\/+$/, ''));
      return { isIncluded, isForDirectories, matches: (name) => glob.matches(name) };
    };
    this.#rules = [
      ...options.all.filter(({ letter }) => ['include', 'exclude', 'exclude-dir'].includes(letter)).map(({ letter, value }) => rule(value, letter === 'include', letter === 'exclude-dir')),
      ...excludedInFiles.map((text) => rule(text, false, false)),
    ];
    this.#hasIncludes = this.#rules.find(({ isForDirectories }) => !isForDirectories)?.isIncluded === true;
  }

  takesFile(name: string): boolean {
    const last = this.#rules.findLast((rule) => !rule.isForDirectories && rule.matches(name));
    return last === undefined ? !this.#hasIncludes : last.isIncluded;
  }

  takesDirectory(name: string): boolean {
    return !this.#rules.some((rule) => rule.isForDirectories && rule.matches(name));
  }
}

const lastName = (path: string): string => path.replace(/\/+$/, '').replace(/^.*\//, '');

/** -r passes over links, -R goes through them. @param inside real paths of the directories around, against circles. */
async function searchTree(context: CommandContext, run: GrepRun, selection: Selection, isFollowing: boolean, name: string, path: string, inside: readonly string[] = []): Promise<boolean> {
  const { files } = context;
  const around = isFollowing ? [...inside, files.realPath(path)] : inside;
  if (isFollowing && inside.includes(files.realPath(path))) {
    await complain(context, `${name}: warning: recursive directory loop`);
    return false;
  }
  for (const { name: entry, kind: own } of files.list(path)) {
    const inner = joinPath(path, entry);
    const kind = own === 'link' && isFollowing ? files.stat(inner)?.kind : own;
    const label = name === '' ? entry : `${name.replace(/\/+$/, '')}/${entry}`;
    const rest = context.breathe();
    if (rest !== undefined) await rest;
    if (kind === 'directory') {
      if (selection.takesDirectory(entry) && (await searchTree(context, run, selection, isFollowing, label, inner, around))) return true;
    } else if (kind === 'file' && selection.takesFile(entry) && (await run.input(label, files.read(inner)))) return true;
  }
  return false;
}

/** With -r names are told for what lies below directories; a file that was named alone needs none. */
function isOneFile(context: CommandContext, name: string): boolean {
  try {
    return name !== '' && context.files.stat(locate(context, name))?.kind !== 'directory';
  } catch (error) {
    if (error instanceof FsError) return true;
    throw error;
  }
}

async function patternsOf(context: CommandContext, options: ParsedOptions): Promise<{ patterns: string[]; operands: string[] }> {
  const patterns: string[] = [];
  let isGiven = false;
  for (const { letter, value } of options.all) {
    if (letter !== 'e' && letter !== 'f') continue;
    isGiven = true;
    if (letter === 'e') patterns.push(...value.split('\n'));
    else {
      const text = decodeText(value === '-' ? await readWhole(context.stdin) : readNamed(context, value));
      if (text !== '') patterns.push(...text.replace(/\n$/, '').split('\n'));
    }
  }
  if (isGiven) return { patterns, operands: options.operands };
  const [first, ...rest] = options.operands;
  if (first === undefined) throw new UsageError('usage: grep [OPTION]... PATTERNS [FILE]...', 2);
  return { patterns: first.split('\n'), operands: rest };
}

/** @param open the content of an operand; without it files are as they are, and directories are looked into. */
export async function runGrep(context: CommandContext, ownSyntax: Syntax, open?: (name: string) => Promise<AsyncIterable<Uint8Array>>): Promise<number> {
  const options = parseOptions(context.args, {
    short: 'ivnclLrRoqhHwxFEGPsayIbTZzuUA:B:C:m:e:f:d:D:',
    long: {
      'ignore-case': 'i', 'no-ignore-case': 'no-ignore-case', 'invert-match': 'v', 'line-number': 'n', count: 'c', 'files-with-matches': 'l', 'files-without-match': 'L',
      recursive: 'r', 'dereference-recursive': 'R', 'only-matching': 'o', quiet: 'q', silent: 'q', 'no-filename': 'h', 'with-filename': 'H', 'word-regexp': 'w',
      'line-regexp': 'x', 'fixed-strings': 'F', 'extended-regexp': 'E', 'basic-regexp': 'G', 'perl-regexp': 'P', 'no-messages': 's', text: 'a', 'after-context': 'A',
      'before-context': 'B', context: 'C', 'max-count': 'm', regexp: 'e', file: 'f', 'byte-offset': 'b', 'initial-tab': 'T', null: 'Z', 'null-data': 'z', binary: 'U',
      include: 'include:', exclude: 'exclude:', 'exclude-dir': 'exclude-dir:', 'exclude-from': 'exclude-from:', color: 'color::', colour: 'color::', label: 'label:',
      'line-buffered': 'line-buffered', 'binary-files': 'binary-files:', 'group-separator': 'group-separator:', 'no-group-separator': 'no-group-separator', directories: 'd', devices: 'D',
    },
    digits: 'C',
    status: 2,
  });
  const { patterns, operands } = await patternsOf(context, options);
  const chosen = options.all.findLast(({ letter }) => 'FEGP'.includes(letter))?.letter;
  const syntax = chosen === undefined ? ownSyntax : ({ F: 'fixed', E: 'extended', G: 'basic', P: 'perl' } as const)[chosen as 'F'];
  let search: Search;
  try {
    search = compileSearch(patterns, {
      syntax, isWord: options.has('w') && !options.has('x'), isLine: options.has('x'),
      ignoreCase: ['i', 'y'].includes(options.all.findLast(({ letter }) => ['i', 'y', 'no-ignore-case'].includes(letter))?.letter ?? ''),
    });
  } catch (error) {
    if (error instanceof PatternError) throw new UsageError(error.message, 2);
    throw error;
  }
  const directories = options.value('d');
  const isRecursive = options.has('r') || options.has('R') || directories === 'recurse';
  const names = operands.length === 0 ? [isRecursive ? '' : '-'] : operands;
  const preference = options.all.findLast(({ letter }) => letter === 'h' || letter === 'H')?.letter;
  const withName = preference === undefined ? names.length > 1 || (isRecursive && !isOneFile(context, names[0] as string)) : preference === 'H';
  const excluded = options.all.filter(({ letter }) => letter === 'exclude-from').flatMap(({ value }) => decodeText(readNamed(context, value)).split('\n').filter((line) => line !== ''));
  const selection = new Selection(options, excluded);
  const style = styleOf(context, options, withName);
  if (style.most === 0 && style.names !== 'without') return 1;
  const run = new GrepRun(context, search, style);
  let failed = false;
  for (const operand of names) {
    try {
      const isFile = operand !== '-' && !operand.startsWith('/dev/');
      const path = isFile && open === undefined ? locate(context, operand === '' ? '.' : operand) : undefined;
      if (path !== undefined && context.files.stat(path)?.kind === 'directory') {
        if (isRecursive) {
          if (operand !== '' && !selection.takesDirectory(lastName(operand))) continue;
          if (await searchTree(context, run, selection, options.has('R'), operand, path)) break;
        } else if (directories !== 'skip') {
          failed = true;
          await run.flush();
          if (!options.has('s')) await complain(context, `${operand}: Is a directory`);
        }
        continue;
      }
      if (path !== undefined && !selection.takesFile(lastName(operand))) continue;
      const done = await run.input(operand, open !== undefined ? await open(operand) : path === undefined ? openNamed(context, operand).chunks : readNamed(context, operand));
      if (done) break;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      failed = true;
      await run.flush();
      if (!options.has('s')) await complain(context, `${operand}: ${error.message}`);
    }
  }
  await run.flush();
  if (failed && !(options.has('q') && run.found)) return 2;
  return run.found ? 0 : 1;
}

export const GREP_OPTIONS: NonNullable<Command['options']> = [
  ['-i, --ignore-case', 'upper and lower case are the same'],
  ['-v, --invert-match', 'the lines that do not match'],
  ['-n, --line-number', 'with line numbers'],
  ['-c, --count', 'only how many'],
  ['-l, --files-with-matches', 'only the names of files that match'],
  ['-L, --files-without-match', 'only the names of files that do not'],
  ['-o, --only-matching', 'only what matches, each on its line'],
  ['-r, --recursive', 'all files below directories; -R through links too'],
  ['-E, --extended-regexp', 'extended patterns: + ? | ( ) { } without backslashes'],
  ['-F, --fixed-strings', 'the pattern is a plain text'],
  ['-P, --perl-regexp', "the common part of Perl's patterns: \\d \\w \\s \\b, lookahead, lookbehind, lazy loops"],
  ['-w, --word-regexp', 'only whole words'],
  ['-x, --line-regexp', 'only whole lines'],
  ['-A, -B, -C LINES', 'so many lines after, before, around each match'],
  ['-m, --max-count=COUNT', 'stop after so many lines'],
  ['-e, --regexp=PATTERN', 'a pattern; may be given several times'],
  ['-f, --file=FILE', 'patterns from FILE, one a line'],
  ['-q, --quiet', 'print nothing; the exit status is 0 when something matches'],
  ['-s, --no-messages', 'nothing about files that cannot be read'],
  ['-h, -H', 'without, with the names of files'],
  ['-b, --byte-offset', 'with the place in bytes'],
  ['-z, --null-data', 'lines end with NUL'],
  ['-a, --text', 'binary files are text; -I: pass over them'],
  ['--include=GLOB, --exclude=GLOB, --exclude-dir=GLOB', 'only, or not, such names'],
  ['--color[=WHEN]', 'always, never or auto'],
];

function grepCommand(name: string, syntax: Syntax): Command {
  return {
    name,
    summary: 'Find lines that match a pattern',
    usage: `${name} [-ivnclLroqhHwxFEPsabz] [-A|-B|-C LINES] [-m COUNT] [-e] PATTERN [FILE]...`,
    help: `${name} milk shopping.txt\n${name} -rn TODO .            # in all files here, with line numbers\n${name} -E '^(one|two)' list   # extended pattern\n${name} -v '^#' config         # lines without it\n${name} -C2 error log.txt      # with two lines around\n${name} -oP '\\d+(?= EUR)' bill # what stands before EUR`,
    options: GREP_OPTIONS,
    section: 'text',
    run: (context) => runGrep(context, syntax),
  };
}

export const grep = grepCommand('grep', 'basic');
export const egrep = grepCommand('egrep', 'extended');
export const fgrep = grepCommand('fgrep', 'fixed');
