import { FsError, type FileStat } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { coloured, plain, printContext, printEdScript, printNormal, printUnified, type Paint, type PrintedPair } from '../diff/print-changes.ts';
import { printSideBySide } from '../diff/print-side-by-side.ts';
import { changesBetween, sideOf, type Change, type LineRules, type Side } from '../diff/text-sides.ts';
import { locate, requireStat } from '../locate.ts';
import { globOf } from '../regex/glob.ts';
import { Matcher } from '../regex/matcher.ts';
import { parsePosix } from '../regex/posix.ts';
import { decodeText, encodeText } from '../text.ts';
import { readWhole, TextWriter } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';
import { timeText } from './time-text.ts';

/** diff, with the words and the choice of hunks of GNU's. What it compares is in `../diff`. */

type Style = 'normal' | 'unified' | 'context' | 'columns' | 'ed';

/** A file that is compared; without `bytes` it is missing and counts as empty (`-N`). */
interface Operand {
  /** As it is shown. */
  name: string;
  stat: FileStat | undefined;
  mtimeMs: number;
  bytes: () => Promise<Uint8Array>;
}

const TROUBLE = 2;
/** GNU looks this far for a zero byte, which no text has. */
const BINARY_LOOK_BYTES = 32 * 1024;

const LONG: Readonly<Record<string, string>> = {
  normal: '\x01', brief: 'q', 'report-identical-files': 's', context: 'C', unified: 'U', ed: 'e', 'side-by-side': 'y', width: 'W', 'left-column': '\x02',
  'suppress-common-lines': '\x03', 'show-c-function': 'p', 'show-function-line': 'F', label: 'L', 'expand-tabs': 't', 'initial-tab': 'T', recursive: 'r',
  'new-file': 'N', exclude: 'x', 'exclude-from': 'X', 'ignore-case': 'i', 'ignore-tab-expansion': 'E', 'ignore-trailing-space': 'Z',
  'ignore-space-change': 'b', 'ignore-all-space': 'w', 'ignore-blank-lines': 'B', 'ignore-matching-lines': 'I', text: 'a', 'strip-trailing-cr': '\x04',
  minimal: 'd', color: '\x05', 'unidirectional-new-file': 'P', 'no-dereference': '\x06', 'speed-large-files': 'H', 'starting-file': 'S', 'context-lines': '\x07',
};

/** `-c`, `-u`, `--context`, `--unified` and `--color` may stand without their value. */
function withValues(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.flatMap((word, index) => {
    if (end >= 0 && index >= end) return word;
    // `-u2` and `-2` are an old way to say how many lines of context.
    const old = /^-([a-zA-Z]*)(\d+)$/.exec(word);
    if (old !== null && !/[UCWLFxXI]/.test(old[1]!)) return old[1] === '' ? [`--context-lines=${old[2]}`] : [`-${old[1]}`, `--context-lines=${old[2]}`];
    if (word === '--context' || word === '--unified') return `${word}=3`;
    return word === '--color' ? '--color=auto' : word;
  });
}

export const DIFF_OPTIONS: NonNullable<Command['options']> = [
  ['-u, -U N, --unified=N', 'N (3) lines of context, `-` and `+` before what changed'],
  ['-c, -C N, --context=N', 'the same in the older form with `!`'],
  ['-y, --side-by-side', 'two columns'],
  ['-W, --width=N', 'with -y: columns of the screen, 130'],
  ['--left-column', 'with -y: of equal lines the left one only'],
  ['--suppress-common-lines', 'with -y: leave out equal lines'],
  ['-e, --ed', 'a script for ed'],
  ['--normal', 'the plain form, which is the default'],
  ['-q, --brief', 'only say whether they differ'],
  ['-s, --report-identical-files', 'say so when they are the same'],
  ['-r, --recursive', 'directories with all that is in them'],
  ['-N, --new-file', 'a missing file counts as empty'],
  ['-x, --exclude=PATTERN', 'leave out files of these names'],
  ['-i, --ignore-case', 'upper and lower case are the same'],
  ['-b, --ignore-space-change', 'how many blanks does not count'],
  ['-w, --ignore-all-space', 'blanks do not count at all'],
  ['-Z, --ignore-trailing-space', 'blanks at the end of a line do not count'],
  ['-E, --ignore-tab-expansion', 'a tab is the blanks it stands for'],
  ['-B, --ignore-blank-lines', 'empty lines do not count'],
  ['-I, --ignore-matching-lines=RE', 'lines like this do not count'],
  ['--strip-trailing-cr', 'leave out the carriage return of Windows lines'],
  ['-a, --text', 'treat everything as text'],
  ['-d, --minimal', 'search long for the shortest difference'],
  ['-p, --show-c-function', 'show the function that each change is in'],
  ['-F, --show-function-line=RE', 'show the last line like this before each change'],
  ['-t, --expand-tabs', 'with -y: blanks instead of tabs'],
  ['-L, --label=NAME', 'say NAME instead of the file and its date; once for each file'],
  ['--color=WHEN', 'colours: always, never or auto'],
];

export const diff: Command = {
  name: 'diff',
  summary: 'Show how two files or directories differ',
  usage: 'diff [-u|-c|-y|-q] [-ribwBN] FILE FILE',
  help: 'diff old.txt new.txt\ndiff -u old.txt new.txt > change.patch   # for `patch`\ndiff -y old.txt new.txt                  # side by side\ndiff -rq folder backup                   # which files differ\ndiff <(sort a.txt) <(sort b.txt)',
  options: DIFF_OPTIONS,
  section: 'text',
  async run(context) {
    const options = diffOptions(context.args);
    if (options.operands.length < 2) throw new UsageError(options.operands.length === 0 ? 'missing operand after \'diff\'' : `missing operand after '${options.operands[0]}'`, TROUBLE);
    if (options.operands.length > 2) throw new UsageError(`extra operand '${options.operands[2]}'`, TROUBLE);
    return diffFiles(context, options, [options.operands[0]!, options.operands[1]!]);
  },
};

/** @throws UsageError */
export function diffOptions(args: readonly string[]): ParsedOptions {
  return parseOptions(withValues(args), { short: 'qsuU:cC:eyW:pF:L:tTrNx:X:iEZbwBI:adPHS:\x01\x02\x03\x04\x05:\x06\x07:', long: LONG, status: TROUBLE });
}

/** @param contentOf what stands for the content of an operand; undefined: the content itself. */
export function diffFiles(context: CommandContext, options: ParsedOptions, [left, right]: readonly [string, string], contentOf: ContentOf = () => undefined): Promise<number> {
  return new Comparison(context, options, contentOf).compareOperands(left, right);
}

type ContentOf = (name: string) => (() => Promise<Uint8Array>) | undefined;

function lineCount(text: string, what: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`invalid ${what} '${text}'`, TROUBLE);
  return Number(text);
}

class Comparison {
  readonly #context: CommandContext;
  readonly #options: ParsedOptions;
  readonly #contentOf: ContentOf;
  readonly #out: TextWriter;
  readonly #rules: LineRules;
  readonly #style: Style;
  readonly #lines: number;
  readonly #paint: Paint;
  readonly #ignored: readonly Matcher[];
  readonly #excluded: readonly string[];
  /** Standard input is read once, even if both names mean it. */
  #stdin: Promise<Uint8Array> | undefined;

  constructor(context: CommandContext, options: ParsedOptions, contentOf: ContentOf) {
    this.#context = context;
    this.#options = options;
    this.#contentOf = contentOf;
    this.#out = new TextWriter(context);
    const has = (letter: string): boolean => options.has(letter);
    this.#rules = {
      ignoreCase: has('i'), ignoreSpace: has('w') ? 'all' : has('b') ? 'amount' : has('Z') ? 'trailing' : 'none', expandTabs: has('E'),
      stripCarriageReturn: has('\x04'), isMinimal: has('d'),
    };
    const styles = options.all.filter(({ letter }) => 'uUcCey\x01'.includes(letter)).map(({ letter }): Style =>
      letter === 'u' || letter === 'U' ? 'unified' : letter === 'c' || letter === 'C' ? 'context' : letter === 'e' ? 'ed' : letter === 'y' ? 'columns' : 'normal');
    if (new Set(styles).size > 1) throw new UsageError('conflicting output style options', TROUBLE);
    this.#style = styles[0] ?? (has('p') || has('F') || has('\x07') ? 'context' : 'normal');
    const counts = options.all.filter(({ letter }) => letter === 'U' || letter === 'C').map(({ value }) => lineCount(value, 'context length'));
    const old = options.value('\x07');
    this.#lines = old === undefined ? Math.max(...counts, counts.length === 0 || has('u') || has('c') ? 3 : 0) : Number(old);
    if (options.value('W') !== undefined && !(lineCount(options.value('W')!, 'width') > 0)) throw new UsageError(`invalid width '${options.value('W')}'`, TROUBLE);
    const when = options.value('\x05') ?? 'never';
    if (!['always', 'never', 'auto'].includes(when)) throw new UsageError(`invalid argument '${when}' for '--color'`, TROUBLE);
    this.#paint = when === 'always' || (when === 'auto' && context.isTerminalOutput) ? coloured : plain;
    this.#ignored = options.all.filter(({ letter }) => letter === 'I').map(({ value }) => new Matcher(parsePosix(value, false).pattern, false));
    const lists = options.all.filter(({ letter }) => letter === 'X').flatMap(({ value }) => decodeText(context.files.read(locate(context, value))).split('\n').filter((line) => line !== ''));
    this.#excluded = [...options.all.filter(({ letter }) => letter === 'x').map(({ value }) => value), ...lists];
  }

  async compareOperands(leftName: string, rightName: string): Promise<number> {
    let status = 0;
    const sides = [leftName, rightName].map((name) => this.#operand(name));
    if (leftName !== '-' && rightName !== '-') {
      const isDirectory = sides.map((side) => side.stat?.kind === 'directory');
      if (isDirectory[0] !== isDirectory[1]) {
        // A file and a directory: the file of that name in it.
        const into = isDirectory[0] ? 0 : 1;
        const name = (into === 0 ? rightName : leftName).replace(/\/+$/, '').split('/').pop()!;
        if (sides[1 - into]!.stat !== undefined) sides[into] = this.#operand(`${sides[into]!.name.replace(/\/+$/, '')}/${name}`);
      }
    }
    const [left, right] = sides as [Operand, Operand];
    const mayMiss = this.#options.has('N') || this.#options.has('P');
    const missing = sides.filter((side) => side.stat === undefined);
    if (missing.length > (mayMiss ? 1 : 0)) {
      for (const side of missing) await this.#complain(`${side.name}: ${this.#why(side.name)}`);
      return TROUBLE;
    }
    try {
      if (left.stat?.kind === 'directory' && right.stat?.kind === 'directory') status = await this.#compareDirectories(left.name, right.name);
      else status = await this.#compareFiles(left, right, false);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await this.#complain(`${error.path}: ${error.message}`);
      status = TROUBLE;
    }
    await this.#out.flush();
    return status;
  }

  #why(name: string): string {
    try {
      requireStat(this.#context.files, locate(this.#context, name));
    } catch (error) {
      if (error instanceof FsError) return error.message;
      throw error;
    }
    return 'No such file or directory';
  }

  async #complain(words: string): Promise<void> {
    await this.#out.flush();
    await this.#context.stderr.write(encodeText(`diff: ${words}\n`));
  }

  #operand(name: string): Operand {
    const { context, stat, path } = { context: this.#context, ...this.#look(name) };
    if (name === '-') {
      return {
        name, stat: { kind: 'file', size: 0, mtimeMs: context.now(), mode: 0o644, storedBytes: 0 }, mtimeMs: context.now(),
        bytes: () => (this.#stdin ??= this.#contentOf(name)?.() ?? readWhole(context.stdin)),
      };
    }
    return {
      name, stat, mtimeMs: stat?.mtimeMs ?? 0,
      bytes: this.#contentOf(name) ?? (async () => {
        if (stat === undefined || stat.kind === 'device') return new Uint8Array(0);
        try {
          return context.files.read(path);
        } catch (error) {
          throw error instanceof FsError ? new FsError(error.code, name) : error;
        }
      }),
    };
  }

  #look(name: string): { path: string; stat: FileStat | undefined } {
    if (name === '-') return { path: '', stat: undefined };
    try {
      const path = locate(this.#context, name);
      return { path, stat: this.#context.files.stat(path) };
    } catch (error) {
      if (error instanceof FsError) return { path: '', stat: undefined };
      throw error;
    }
  }

  /** 0: the same; 1: not; 2: something could not be read. */
  async #compareDirectories(left: string, right: string): Promise<number> {
    const { files } = this.#context;
    const namesIn = (directory: string): string[] => {
      const look = this.#look(directory);
      if (look.stat === undefined) return [];
      return files.list(look.path).map(({ name }) => name).filter((name) => !this.#excluded.some((pattern) => globOf(pattern).matches(name)));
    };
    const names = [namesIn(left), namesIn(right)] as const;
    const sets = [new Set(names[0]), new Set(names[1])] as const;
    const isNew = this.#options.has('N');
    let status = 0;
    for (const name of [...new Set([...names[0], ...names[1]])].sort()) {
      await this.#context.breathe();
      const [inLeft, inRight] = [sets[0].has(name), sets[1].has(name)];
      const [leftName, rightName] = [left, right].map((directory) => (directory.endsWith('/') ? directory + name : `${directory}/${name}`)) as [string, string];
      const goesOn = (inLeft && inRight) || isNew || (this.#options.has('P') && inRight);
      if (!goesOn) {
        await this.#out.add(`Only in ${inLeft ? left : right}: ${name}\n`);
        status = Math.max(status, 1);
        continue;
      }
      const [one, other] = [this.#operand(leftName), this.#operand(rightName)];
      const kinds = [one.stat?.kind ?? other.stat?.kind, other.stat?.kind ?? one.stat?.kind];
      let result: number;
      if (one.stat === undefined && other.stat === undefined) {
        await this.#complain(`${leftName}: No such file or directory`);
        await this.#complain(`${rightName}: No such file or directory`);
        result = TROUBLE;
      } else if (kinds[0] === 'directory' && kinds[1] === 'directory') {
        if (this.#options.has('r')) result = await this.#compareDirectories(leftName, rightName);
        else {
          await this.#out.add(`Common subdirectories: ${leftName} and ${rightName}\n`);
          result = 0;
        }
      } else if (kinds[0] === 'directory' || kinds[1] === 'directory') {
        const words = (operand: Operand): string => (operand.stat?.kind === 'directory' ? 'directory' : operand.stat?.size === 0 ? 'regular empty file' : 'regular file');
        await this.#out.add(`File ${leftName} is a ${words(one)} while file ${rightName} is a ${words(other)}\n`);
        result = 1;
      } else {
        try {
          result = await this.#compareFiles(one, other, true);
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          await this.#complain(`${error.path}: ${error.message}`);
          result = TROUBLE;
        }
      }
      status = Math.max(status, result);
    }
    return status;
  }

  async #compareFiles(left: Operand, right: Operand, isInTree: boolean): Promise<number> {
    const [leftBytes, rightBytes] = [await left.bytes(), await right.bytes()];
    const isSame = leftBytes === rightBytes || (leftBytes.length === rightBytes.length && leftBytes.every((byte, index) => byte === rightBytes[index]));
    const same = async (): Promise<number> => {
      if (this.#options.has('s')) await this.#out.add(`Files ${left.name} and ${right.name} are identical\n`);
      return 0;
    };
    const isBinary = !this.#options.has('a') && [leftBytes, rightBytes].some((bytes) => bytes.subarray(0, BINARY_LOOK_BYTES).includes(0));
    const showsAll = this.#style === 'columns' && !this.#options.has('q') && !isBinary;
    if (isSame && !showsAll && this.#style !== 'ed') return same();
    if (isBinary) {
      await this.#out.add(`${this.#options.has('q') ? 'Files' : 'Binary files'} ${left.name} and ${right.name} differ\n`);
      return 1;
    }
    const read = (bytes: Uint8Array): Side => sideOf(bytes, this.#rules.stripCarriageReturn);
    let [one, other] = [read(leftBytes), read(rightBytes)];
    // An ed script has no word for a missing newline: it is told, and added.
    const open = this.#style !== 'ed' ? [] : [{ name: left.name, side: one }, { name: right.name, side: other }].filter(({ side }) => !side.isTerminated);
    for (const { name } of open) await this.#complain(`${name}: No newline at end of file\n`);
    if (open.length > 0) [one, other] = [{ ...one, isTerminated: true }, { ...other, isTerminated: true }];
    const horizon = this.#style === 'unified' || this.#style === 'context' ? this.#lines : 0;
    const changes = await changesBetween(one, other, this.#rules, horizon, this.#context.breathe);
    const isIgnored = this.#ignoring(one, other);
    const differs = changes.some((change) => !isIgnored(change));
    if (differs && this.#options.has('q')) {
      await this.#out.add(`Files ${left.name} and ${right.name} differ\n`);
      return 1;
    }
    if (!differs && !showsAll) return open.length > 0 ? TROUBLE : same();
    if (isInTree) await this.#out.add(`diff${this.#switches()} ${shown(left.name)} ${shown(right.name)}\n`);
    const pair: PrintedPair = { left: one, right: other, changes, isIgnored, paint: this.#paint, isHeading: this.#heading() };
    if (this.#style === 'unified' || this.#style === 'context') {
      const labels = this.#options.all.filter(({ letter }) => letter === 'L').map(({ value }) => value);
      const marks = this.#style === 'unified' ? ['---', '+++'] : ['***', '---'];
      for (const [index, operand] of [left, right].entries()) {
        const named = labels[index] ?? `${/[ "\\\t\n]/.test(operand.name) ? JSON.stringify(operand.name) : operand.name}\t${timeText(operand.mtimeMs, this.#context.env.TZ)}`;
        await this.#out.add(`${this.#paint('header', `${marks[index]} ${named}`)}\n`);
      }
    }
    for (const text of this.#print(pair)) {
      const due = this.#out.add(text);
      if (due !== undefined) await due;
      const rest = this.#context.breathe();
      if (rest !== undefined) await rest;
    }
    return open.length > 0 ? TROUBLE : differs ? 1 : 0;
  }

  #print(pair: PrintedPair): Generator<string, void, void> {
    switch (this.#style) {
      case 'unified': return printUnified(pair, this.#lines);
      case 'context': return printContext(pair, this.#lines);
      case 'ed': return printEdScript(pair);
      case 'normal': return printNormal(pair);
      case 'columns':
        return printSideBySide(pair, {
          width: Number(this.#options.value('W') ?? '130'), expandTabs: this.#options.has('t'),
          onlyChanges: this.#options.has('\x03'), leftColumn: this.#options.has('\x02'),
        });
    }
  }

  /** The options as they were given, as GNU repeats them before each file of a directory. */
  #switches(): string {
    const operands = new Set(this.#options.operands);
    return this.#context.args.filter((word) => !operands.has(word) && word !== '--').map((word) => ` ${shown(word)}`).join('');
  }

  #heading(): PrintedPair['isHeading'] {
    const pattern = this.#options.value('F');
    if (pattern !== undefined) {
      const matcher = new Matcher(parsePosix(pattern, false).pattern, false);
      return (line) => matcher.test(line);
    }
    return this.#options.has('p') ? (line) => /^[A-Za-z$_]/.test(line) : undefined;
  }

  #ignoring(left: Side, right: Side): (change: Change) => boolean {
    const ignoresBlank = this.#options.has('B');
    if (!ignoresBlank && this.#ignored.length === 0) return () => false;
    const isTrivial = (line: string): boolean => {
      const text = this.#rules.ignoreSpace === 'none' ? line : line.trim();
      return (ignoresBlank && text === '') || this.#ignored.some((matcher) => matcher.test(line));
    };
    return ({ leftFrom, leftCount, rightFrom, rightCount }) =>
      left.lines.slice(leftFrom, leftFrom + leftCount).every(isTrivial) && right.lines.slice(rightFrom, rightFrom + rightCount).every(isTrivial);
  }
}

function shown(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
