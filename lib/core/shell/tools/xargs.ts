import * as limits from '../../limits.ts';
import { BrokenPipe, type Command, type CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { BytesInput } from '../streams/input.ts';
import { decodeText, encodeText } from '../text.ts';
import { complain, openNamed } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/**
 * xargs reads as it goes: a command runs as soon as its arguments are there, so that an endless input works. With `-P` so many
 * run side by side: there is one thread, but what waits (`sleep`, a pipe, a key) waits together.
 */

/** What Linux gives a command line, as GNU uses it. */
const LINE_CHARS = 128 * 1024;

interface Item {
  text: string;
  /** A line ends behind it (`-L`). */
  endsLine: boolean;
}

export const xargs: Command = {
  name: 'xargs',
  summary: 'Run a command with arguments from input',
  usage: 'xargs [-0rtp] [-n COUNT] [-I TEXT] [-d CHAR] [COMMAND [ARGUMENT]...]',
  help: "ls *.txt | xargs wc -l\nfind . -name '*.md' -print0 | xargs -0 grep -l milk\nseq 3 | xargs -I{} echo 'number {}'\nxargs -a names.txt mkdir -p      # the arguments are in a file",
  options: [
    ['-0, --null', 'arguments end with a zero byte, nothing else is special'],
    ['-d, --delimiter=CHAR', 'arguments end with CHAR'],
    ['-n, --max-args=COUNT', 'at most COUNT arguments a command'],
    ['-L, --max-lines=COUNT', 'the arguments of COUNT lines a command'],
    ['-I TEXT', 'a command for each line, TEXT in it stands for the line'],
    ['-a, --arg-file=FILE', 'read FILE instead of standard input'],
    ['-r, --no-run-if-empty', 'run nothing when there are no arguments'],
    ['-t, --verbose', 'print each command before it runs'],
    ['-p, --interactive', 'ask before each command'],
    ['-E TEXT', 'stop at this argument'],
    ['-s, --max-chars=N', 'at most N characters a command'],
    ['-x, --exit', 'stop when a command would be longer'],
    ['-P, --max-procs=N', 'so many commands side by side; 0 is as many as can be'],
  ],
  section: 'shell',
  async run(context) {
    const options = parseOptions(attached(context.args), {
      short: '0rtpn:I:d:L:P:s:xa:E:o', stopAtOperand: true,
      long: {
        null: '0', 'no-run-if-empty': 'r', verbose: 't', 'max-args': 'n', replace: 'I', delimiter: 'd', 'max-lines': 'L', 'max-procs': 'P', 'max-chars': 's',
        exit: 'x', 'arg-file': 'a', interactive: 'p', eof: 'E', 'open-tty': 'o',
      },
    });
    const { execute } = context;
    if (execute === undefined) throw new UsageError('works in the shell only');
    const command = options.operands.length === 0 ? ['echo'] : options.operands;
    // Beside -I, `-n 1` says nothing new; any other takes its place.
    const last = options.all.findLast(({ letter, value }) => 'nLI'.includes(letter) && !(letter === 'n' && value === '1' && options.has('I')));
    const count = (letter: 'n' | 'L' | 's'): number => {
      const text = options.value(letter);
      if (text === undefined) return Number.POSITIVE_INFINITY;
      if (!/^\d+$/.test(text)) throw new UsageError(`invalid number "${text}" for -${letter} option`);
      if (Number(text) < 1) throw new UsageError(`value ${text} for -${letter} option should be >= 1`);
      return Number(text);
    };
    const [mostItems, mostLines, mostChars] = [count('n'), count('L'), Math.min(count('s'), LINE_CHARS)];
    const replace = last?.letter === 'I' ? last.value : undefined;
    const source = options.value('a');
    const chunks = source === undefined ? context.stdin : openNamed(context, source === '-' ? source : checked(context, source)).chunks;
    const items = splitItems(chunks, options, replace !== undefined);
    const runner = new Runner(context, options, processes(options.value('P')));
    if (replace !== undefined) {
      for await (const { text } of items) {
        if (!(await runner.run(command.map((word) => word.replaceAll(replace, text))))) break;
      }
      return runner.end();
    }
    const base = command.reduce((sum, word) => sum + encodeText(word).length + 1, 0);
    let batch: string[] = [];
    let size = base;
    let lines = 0;
    let isFirst = true;
    for await (const { text, endsLine } of items) {
      const length = encodeText(text).length + 1;
      if (size + length > mostChars) {
        if (batch.length === 0 || (options.has('x') && (last?.letter === 'n' || last?.letter === 'L'))) throw new UsageError('argument line too long');
        isFirst = false;
        if (!(await runner.run([...command, ...batch]))) return runner.end();
        [batch, size, lines] = [[], base, 0];
      }
      batch.push(text);
      size += length;
      if (endsLine) lines += 1;
      if ((last?.letter === 'n' && batch.length >= mostItems) || (last?.letter === 'L' && lines >= mostLines)) {
        isFirst = false;
        if (!(await runner.run([...command, ...batch]))) return runner.end();
        [batch, size, lines] = [[], base, 0];
      }
    }
    if (batch.length > 0 || (isFirst && !options.has('r'))) await runner.run([...command, ...batch]);
    return runner.end();
  },
};

/** @throws FsError when it is not there. */
function checked(context: CommandContext, name: string): string {
  context.files.read(locate(context, name));
  return name;
}

/** `-i[TEXT]`, `-l[N]` and `-e[TEXT]` take a value only if it is attached; older names of -I, -L and -E. */
function attached(args: readonly string[]): string[] {
  const made: string[] = [];
  for (const [at, word] of args.entries()) {
    if (/^-[ile]/.test(word)) {
      const value = word.slice(2);
      if (word[1] === 'i') made.push('-I', value || '{}');
      else if (word[1] === 'l') made.push('-L', value || '1');
      else if (value !== '') made.push('-E', value);
    } else if (word === '--replace') made.push('-I', '{}');
    else {
      made.push(word);
      const takesNext = /^-[0rtpxo]*[nIdLPsaE]$/.test(word);
      // The command's own words stay as they are.
      if (!word.startsWith('-') && !(at > 0 && /^-[0rtpxo]*[nIdLPsaE]$/.test(args[at - 1]!))) return [...made, ...args.slice(at + 1)];
      if (takesNext) continue;
    }
  }
  return made;
}

function processes(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^\d+$/.test(text)) throw new UsageError(`invalid number "${text}" for -P option`);
  return Number(text) === 0 ? limits.xargsMaxProcesses : Math.min(limits.xargsMaxProcesses, Number(text));
}

class Runner {
  readonly #context: CommandContext;
  readonly #options: ParsedOptions;
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #status = 0;
  #isOver = false;

  constructor(context: CommandContext, options: ParsedOptions, most: number) {
    this.#context = context;
    this.#options = options;
    this.#most = most;
  }

  /** The exit status, once all have ended. */
  async end(): Promise<number> {
    await Promise.all(this.#running);
    return this.#status;
  }

  /** Starts one as soon as there is room. @returns whether to go on. */
  async run(argv: readonly string[]): Promise<boolean> {
    const shown = argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
    if (this.#options.has('p')) {
      const { terminal } = this.#context;
      if (terminal === undefined) throw new UsageError('-p needs somebody to ask; use it in the terminal');
      if (!/^y/i.test(await terminal.ask(`${shown} ?...`))) return true;
    } else if (this.#options.has('t')) await this.#context.stderr.write(encodeText(`${shown}\n`));
    const running = this.#one(argv).finally(() => this.#running.delete(running));
    // Whoever waits for it hears of its failure; nobody may be left after Ctrl-C.
    running.catch(() => undefined);
    this.#running.add(running);
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    await this.#context.breathe();
    return !this.#isOver;
  }

  async #one(argv: readonly string[]): Promise<void> {
    const result = await this.#context.execute!(argv, { stdin: new BytesInput(new Uint8Array(0)) });
    // Nobody reads what the commands print: no more of them.
    if (result === 141) throw new BrokenPipe();
    if (result === 255) {
      await complain(this.#context, `${argv[0]}: exited with status 255; aborting`);
      this.#status = 124;
      this.#isOver = true;
    } else if (result === 126 || result === 127) {
      this.#status = result;
      this.#isOver = true;
    } else if (result !== 0 && !this.#isOver) this.#status = 123;
  }
}

/** One character, or an escape of one. */
function delimiter(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\0': '\0', '\\r': '\r', '\\\\': '\\', '\\a': '\x07', '\\b': '\b', '\\f': '\f', '\\v': '\v' };
  if (Object.hasOwn(escapes, text)) return escapes[text]!;
  const code = /^\\x([0-9a-f]{1,2})$/i.exec(text) ?? undefined;
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code[1]!, 16));
  if ([...text].length !== 1) throw new UsageError(`Invalid input delimiter specification ${text}: the delimiter must be either a single character or an escape sequence starting with \\.`);
  return text;
}

/** Texts of the input in turn, by line, by a mark, or word by word with quotes and backslashes. */
async function* splitItems(chunks: AsyncIterable<Uint8Array>, options: ParsedOptions, isByLine: boolean): AsyncGenerator<Item, void, void> {
  const marks = options.all.findLast(({ letter }) => letter === '0' || letter === 'd');
  const mark = marks === undefined ? undefined : marks.letter === '0' ? '\0' : delimiter(marks.value);
  const end = mark === undefined ? options.value('E') : undefined;
  let rest: Uint8Array = new Uint8Array(0);
  async function* texts(): AsyncGenerator<{ text: string; isLast: boolean }, void, void> {
    // Whole lines only: neither a character nor a word is cut in two.
    const boundary = mark === undefined ? 10 : encodeText(mark)[0]!;
    for await (const chunk of chunks) {
      const at = chunk.lastIndexOf(boundary);
      const joined = new Uint8Array(rest.length + (at < 0 ? chunk.length : at + 1));
      joined.set(rest);
      joined.set(at < 0 ? chunk : chunk.subarray(0, at + 1), rest.length);
      if (at < 0) {
        rest = joined;
        continue;
      }
      rest = chunk.slice(at + 1);
      yield { text: decodeText(joined), isLast: false };
    }
    if (rest.length > 0) yield { text: decodeText(rest), isLast: true };
  }
  if (mark !== undefined) {
    for await (const { text, isLast } of texts()) {
      const parts = text.split(mark);
      if (!isLast || parts[parts.length - 1] === '') parts.pop();
      for (const part of parts) yield { text: part, endsLine: true };
    }
    return;
  }
  if (isByLine) {
    for await (const { text } of texts()) {
      for (const line of text.split('\n')) {
        const words = unquoted(line.replace(/^[ \t]+/, ''), true);
        if (words.length === 0) continue;
        if (words[0] === end) return;
        yield { text: words[0]!, endsLine: true };
      }
    }
    return;
  }
  for await (const { text } of texts()) {
    const lines = text.split('\n');
    if (lines[lines.length - 1] === '') lines.pop();
    let joined = '';
    for (const line of lines) {
      const whole = joined + line;
      joined = '';
      // An odd backslash at the end takes the newline into the word.
      if (/(^|[^\\])(\\\\)*\\$/.test(whole)) {
        joined = `${whole}\n`;
        continue;
      }
      const words = unquoted(whole, false);
      const goesOn = /[ \t]$/.test(whole);
      for (const [index, word] of words.entries()) {
        if (word === end) return;
        yield { text: word, endsLine: index === words.length - 1 && !goesOn };
      }
    }
    if (joined !== '') for (const word of unquoted(joined.slice(0, -2), false)) yield { text: word, endsLine: true };
  }
}

/** The words of a line, quotes and backslashes taken away; or the whole line as one. */
function unquoted(line: string, isWhole: boolean): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] as string;
    if ((character === ' ' || character === '\t') && !isWhole) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '"' || character === "'") {
      const close = line.indexOf(character, at + 1);
      if (close < 0) throw new UsageError(`unmatched ${character === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`);
      word = (word ?? '') + line.slice(at + 1, close);
      at = close;
    } else if (character === '\\' && at + 1 < line.length) {
      at += 1;
      word = (word ?? '') + line[at];
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}
