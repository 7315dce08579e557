import { FsError } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { globOf } from '../regex/glob.ts';
import { Matcher } from '../regex/matcher.ts';
import { PatternError, type Pattern } from '../regex/pattern.ts';
import { literalPattern, parsePosix } from '../regex/posix.ts';
import { decodeText } from '../text.ts';
import { complain, lineBatches, openNamed, readNamed, TextWriter } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

interface Search {
  matches(line: string): boolean;
  /** The leftmost longest match at or after `from`. */
  find(line: string, from: number): { start: number; end: number } | undefined;
  /** A text without this fragment has no match at all: whole files are skipped by it. */
  needle: string | undefined;
}

/** One search for all patterns, with `-w`, `-x`, `-i` built in. */
function compile(options: ParsedOptions, patterns: readonly string[], mode: 'basic' | 'extended' | 'fixed'): Search {
  const ignoreCase = options.has('i') || options.has('y');
  const isWord = options.has('w');
  const isLine = options.has('x');
  const lines = patterns.flatMap((pattern) => pattern.split('\n'));
  const isPlain = mode === 'fixed' || lines.every((line) => !/[\\[\].*^$+?(){}|]/.test(line));
  if (isPlain && !ignoreCase && !isWord && !isLine && lines.length === 1) {
    const text = lines[0] as string;
    return {
      needle: text,
      matches: (line) => line.includes(text),
      find(line, from) {
        const start = line.indexOf(text, from);
        return start < 0 ? undefined : { start, end: start + text.length };
      },
    };
  }
  const matchers = lines.map((line) => {
    let pattern: Pattern = mode === 'fixed' ? literalPattern(line) : parsePosix(line, mode === 'extended').pattern;
    if (isLine) pattern = { kind: 'sequence', items: [{ kind: 'assert', what: 'start' }, { kind: 'group', item: pattern, index: 99 }, { kind: 'assert', what: 'end' }] };
    return new Matcher(pattern, ignoreCase);
  });
  const isWordAt = (line: string, start: number, end: number): boolean =>
    !(start > 0 && /[\p{L}\p{N}_]/u.test(line[start - 1] as string)) && !(end < line.length && /[\p{L}\p{N}_]/u.test(line[end] as string));
  const findOne = (matcher: Matcher, line: string, from: number): { start: number; end: number } | undefined => {
    let at = from;
    for (;;) {
      const span = matcher.exec(line, at);
      if (span === undefined || !isWord || isWordAt(line, span.start, span.end)) return span;
      // A shorter match at the same place may still be a word.
      for (let end = span.end - 1; end > span.start; end -= 1) {
        const shorter = matcher.exec(line.slice(0, end), span.start);
        if (shorter?.start === span.start && isWordAt(line, shorter.start, shorter.end)) return shorter;
      }
      at = span.start + 1;
      if (at > line.length) return undefined;
    }
  };
  const find = (line: string, from: number): { start: number; end: number } | undefined => {
    let best: { start: number; end: number } | undefined;
    for (const matcher of matchers) {
      const span = findOne(matcher, line, from);
      if (span === undefined) continue;
      if (best === undefined || span.start < best.start || (span.start === best.start && span.end > best.end)) best = span;
    }
    return best;
  };
  return {
    needle: undefined,
    find,
    matches: isWord ? (line) => find(line, 0) !== undefined : (line) => matchers.some((matcher) => matcher.test(line)),
  };
}

class Grep {
  readonly #context: CommandContext;
  readonly #options: ParsedOptions;
  readonly #search: Search;
  readonly #out: TextWriter;
  readonly #withName: boolean;
  readonly #before: number;
  readonly #after: number;
  found = false;
  failed = false;

  constructor(context: CommandContext, options: ParsedOptions, search: Search, withName: boolean) {
    this.#context = context;
    this.#options = options;
    this.#search = search;
    this.#out = new TextWriter(context);
    this.#withName = withName;
    const count = (letter: string): number => {
      const text = options.value(letter) ?? options.value('C') ?? '0';
      if (!/^\d+$/.test(text)) throw new UsageError(`${text}: invalid context length argument`, 2);
      return Number(text);
    };
    this.#before = count('B');
    this.#after = count('A');
  }

  #paint(text: string, code: string): string {
    return this.#context.isTerminalOutput ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  /** Answers whether the search is over (`-q`). */
  async input(name: string, chunks: AsyncIterable<Uint8Array> | Uint8Array): Promise<boolean> {
    const options = this.#options;
    const invert = options.has('v');
    const label = name === '-' ? '(standard input)' : name;
    const onlyNames = options.has('l') || options.has('L');
    const quiet = options.has('q') || options.has('c') || onlyNames;
    const most = options.value('m') === undefined ? Number.POSITIVE_INFINITY : Number(options.value('m'));
    const prefix = (mark: string, number: number): string =>
      (this.#withName ? `${this.#paint(label, '35')}${this.#paint(mark, '36')}` : '') +
      (options.has('n') ? `${this.#paint(String(number), '32')}${this.#paint(mark, '36')}` : '');
    let count = 0;
    let number = 0;
    let held: string[] = [];
    let owed = 0;
    let lastPrinted = 0;
    let isBinary = false;

    const one = async (line: string): Promise<void> => {
      number += 1;
      if (this.#search.matches(line) !== invert) {
        count += 1;
        if (quiet || isBinary) return;
        if (options.has('o')) {
          if (invert) return;
          for (let at = 0; at <= line.length;) {
            const span = this.#search.find(line, at);
            if (span === undefined) break;
            if (span.end > span.start) await this.#out.add(`${prefix(':', number)}${this.#paint(line.slice(span.start, span.end), '1;31')}\n`);
            at = span.end > span.start ? span.end : span.end + 1;
          }
          return;
        }
        const from = number - held.length;
        if ((this.#before > 0 || this.#after > 0) && lastPrinted > 0 && from > lastPrinted + 1) await this.#out.add(`${this.#paint('--', '36')}\n`);
        for (const [index, earlier] of held.entries()) await this.#out.add(`${prefix('-', from + index)}${earlier}\n`);
        held = [];
        const due = this.#out.add(`${prefix(':', number)}${this.#coloured(line, invert)}\n`);
        if (due !== undefined) await due;
        lastPrinted = number;
        owed = this.#after;
        return;
      }
      if (quiet || options.has('o') || isBinary) return;
      if (owed > 0) {
        owed -= 1;
        lastPrinted = number;
        await this.#out.add(`${prefix('-', number)}${line}\n`);
      } else if (this.#before > 0) {
        held.push(line);
        if (held.length > this.#before) held.shift();
      }
    };
    const isOver = (): boolean => count >= most || ((options.has('q') || onlyNames) && count > 0);
    const isQuick = this.#before === 0 && this.#after === 0;
    const batch = async (lines: readonly string[]): Promise<void> => {
      for (let index = 0; index < lines.length; index += 1) {
        if (isOver()) {
          if (owed === 0 || quiet) return;
          const line = lines[index] as string;
          number += 1;
          owed -= 1;
          await this.#out.add(`${prefix('-', number)}${line}\n`);
          continue;
        }
        const line = lines[index] as string;
        if (isQuick && this.#search.matches(line) === invert) {
          number += 1;
          if ((index & 1023) === 1023) {
            const rest = this.#context.breathe();
            if (rest !== undefined) await rest;
          }
          continue;
        }
        await one(line);
      }
    };

    if (chunks instanceof Uint8Array) {
      const text = decodeText(chunks);
      isBinary = !options.has('a') && text.includes('\0');
      const { needle } = this.#search;
      if (needle === undefined || invert || text.includes(needle)) {
        const lines = text.split('\n');
        if (lines[lines.length - 1] === '') lines.pop();
        await batch(lines);
      }
    } else {
      let looked = false;
      for await (const { lines } of lineBatches(chunks)) {
        if (!looked) isBinary = !options.has('a') && lines.some((line) => line.includes('\0'));
        looked = true;
        await batch(lines);
        // Somebody waits for the lines of a pipe; a file's come together.
        await this.#out.flush();
        if (isOver() && owed === 0) break;
      }
    }
    if (count > 0 !== options.has('L')) this.found = true;
    if (options.has('q')) return this.found;
    if (options.has('c')) await this.#out.add(`${this.#withName ? `${this.#paint(label, '35')}${this.#paint(':', '36')}` : ''}${count}\n`);
    if (options.has('l') ? count > 0 : options.has('L') && count === 0) await this.#out.add(`${this.#paint(label, '35')}\n`);
    if (isBinary && count > 0 && !quiet) await this.#out.add(`grep: ${label}: binary file matches\n`);
    return false;
  }

  #coloured(line: string, invert: boolean): string {
    if (!this.#context.isTerminalOutput || invert) return line;
    let out = '';
    let at = 0;
    while (at <= line.length) {
      const span = this.#search.find(line, at);
      if (span === undefined || span.end === span.start) break;
      out += line.slice(at, span.start) + this.#paint(line.slice(span.start, span.end), '1;31');
      at = span.end;
    }
    return out + line.slice(at);
  }

  /** -r passes over links, -R goes through them. @param inside real paths of the directories around, against circles. */
  async tree(name: string, path: string, inside: readonly string[] = []): Promise<boolean> {
    const { files } = this.#context;
    const isFollowing = this.#options.has('R');
    const around = isFollowing ? [...inside, files.realPath(path)] : inside;
    if (isFollowing && inside.includes(files.realPath(path))) {
      await complain(this.#context, `${name}: warning: recursive directory loop`);
      return false;
    }
    const include = this.#options.all.filter(({ letter }) => letter === 'I').map(({ value }) => globOf(value));
    const exclude = this.#options.all.filter(({ letter }) => letter === 'X').map(({ value }) => globOf(value));
    for (const { name: entry, kind: own } of files.list(path)) {
      const inner = joinPath(path, entry);
      const kind = own === 'link' && isFollowing ? files.stat(inner)?.kind : own;
      const label = name === '' ? entry : `${name.replace(/\/+$/, '')}/${entry}`;
      const rest = this.#context.breathe();
      if (rest !== undefined) await rest;
      if (kind === 'directory') {
        if (await this.tree(label, inner, around)) return true;
        continue;
      }
      if (kind !== 'file') continue;
      if (include.length > 0 && !include.some((glob) => glob.matches(entry))) continue;
      if (exclude.some((glob) => glob.matches(entry))) continue;
      if (await this.input(label, files.read(inner))) return true;
    }
    return false;
  }

  finish(): Promise<void> {
    return this.#out.flush();
  }
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

function grepCommand(name: string, fixedMode: 'extended' | 'fixed' | undefined): Command {
  return {
    name,
    summary: 'Find lines that match a pattern',
    usage: `${name} [-ivnclLroqhHwxFEsa] [-A|-B|-C LINES] [-m COUNT] [-e] PATTERN [FILE]...`,
    help: `${name} milk shopping.txt\n${name} -rn TODO .            # in all files here, with line numbers\n${name} -E '^(one|two)' list   # extended pattern\n${name} -v '^#' config         # lines without it`,
    section: 'text',
    async run(context) {
      const options = parseOptions(context.args, {
        short: 'ivnclLrRoqhHwxFEGsayA:B:C:m:e:f:I:X:P',
        long: {
          'ignore-case': 'i', 'invert-match': 'v', 'line-number': 'n', count: 'c', 'files-with-matches': 'l', 'files-without-match': 'L',
          recursive: 'r', 'only-matching': 'o', quiet: 'q', silent: 'q', 'no-filename': 'h', 'with-filename': 'H', 'word-regexp': 'w',
          'line-regexp': 'x', 'fixed-strings': 'F', 'extended-regexp': 'E', 'basic-regexp': 'G', 'no-messages': 's', text: 'a', 'after-context': 'A',
          'before-context': 'B', context: 'C', 'max-count': 'm', regexp: 'e', file: 'f', include: 'I', exclude: 'X', color: 'y', colour: 'y',
        },
        digits: 'C',
        status: 2,
      });
      if (options.has('P')) throw new UsageError('-P (Perl patterns) is not available here; use -E', 2);
      let operands = options.operands;
      const patterns = options.all.filter(({ letter }) => letter === 'e').map(({ value }) => value);
      for (const { letter, value } of options.all) {
        if (letter === 'f') patterns.push(...decodeText(readNamed(context, value)).replace(/\n$/, '').split('\n'));
      }
      if (patterns.length === 0 && !options.has('f')) {
        const [first, ...rest] = operands;
        if (first === undefined) throw new UsageError('usage: grep [OPTION]... PATTERNS [FILE]...', 2);
        patterns.push(first);
        operands = rest;
      }
      const chosen = options.all.findLast(({ letter }) => 'FEG'.includes(letter))?.letter;
      const mode = chosen === 'F' ? 'fixed' : chosen === 'E' ? 'extended' : chosen === 'G' ? 'basic' : fixedMode ?? 'basic';
      let search: Search;
      try {
        search = compile(options, patterns, mode);
      } catch (error) {
        if (error instanceof PatternError) throw new UsageError(error.message, 2);
        throw error;
      }
      const isRecursive = options.has('r') || options.has('R');
      const names = operands.length === 0 ? [isRecursive ? '' : '-'] : operands;
      const namePreference = options.all.findLast(({ letter }) => letter === 'h' || letter === 'H')?.letter;
      const grep = new Grep(context, options, search, namePreference === undefined ? names.length > 1 || (isRecursive && !isOneFile(context, names[0] as string)) : namePreference === 'H');
      let failed = false;
      for (const operand of names) {
        try {
          const path = operand === '-' ? undefined : locate(context, operand === '' ? '.' : operand);
          const stat = path === undefined ? undefined : context.files.stat(path);
          if (path !== undefined && stat?.kind === 'directory') {
            if (isRecursive) {
              if (await grep.tree(operand, path)) break;
            } else {
              await complain(context, `${operand}: Is a directory`);
            }
            continue;
          }
          const done = path === undefined
            ? await grep.input(operand, openNamed(context, operand).chunks)
            : await grep.input(operand, readNamed(context, operand));
          if (done) break;
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          failed = true;
          await grep.finish();
          if (!options.has('s')) await complain(context, `${operand}: ${error.message}`);
        }
      }
      await grep.finish();
      if (failed && !(options.has('q') && grep.found)) return 2;
      return grep.found ? 0 : 1;
    },
  };
}

export const grep = grepCommand('grep', undefined);
export const egrep = grepCommand('egrep', 'extended');
export const fgrep = grepCommand('fgrep', 'fixed');
