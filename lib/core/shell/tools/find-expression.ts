import { FsError, type FileStat } from '../../fs/files.ts';
import { directoryOf } from '../../fs/path.ts';
import type { CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { Glob } from '../regex/glob.ts';
import { Matcher } from '../regex/matcher.ts';
import { parsePosix } from '../regex/posix.ts';
import { encodeText } from '../text.ts';
import { complain, type TextWriter } from './files-in.ts';
import { changedMode, MODE } from './change-mode.ts';
import { lastName, parseFindFormat, type FoundFile } from './find-format.ts';
import { modeText } from './ls.ts';
import { UsageError } from './options.ts';
import { parseDate } from './parse-date.ts';

/** The expression of `find` after the starting points: tests and actions joined by and, `-o`, `,`, `!` and parentheses. */
export interface Visit extends FoundFile {
  prune: boolean;
}

type Test = (visit: Visit) => boolean | Promise<boolean>;

const TYPES = { file: 'f', directory: 'd', link: 'l', device: 'c' } as const;
const DAY_MS = 86_400_000;
/** Names of one `-exec … +` at a time. */
const BATCH_NAMES = 5000;
const BATCH_CHARS = 128 * 1024;

export class FindExpression {
  readonly #context: CommandContext;
  readonly #out: TextWriter;
  readonly #args: string[];
  #at = 0;
  #regexType = 'emacs';
  #startsDay = false;
  maxDepth = Number.POSITIVE_INFINITY;
  minDepth = 0;
  depthFirst = false;
  follows = false;
  hasAction = false;
  stopped = false;
  failed = false;
  /** `-exec … +` and files that were written: what is left to do at the end. */
  readonly atEnd: (() => Promise<void>)[] = [];

  constructor(context: CommandContext, args: string[], out: TextWriter) {
    this.#context = context;
    this.#args = args;
    this.#out = out;
  }

  parse(): Test {
    if (this.#args.length === 0) return () => true;
    const test = this.#list();
    if (this.#at < this.#args.length) {
      throw new UsageError(this.#args[this.#at] === ')' ? "invalid expression; you have too many ')'" : `paths must precede expression: '${this.#args[this.#at]}'`);
    }
    return test;
  }

  #list(): Test {
    let left = this.#or();
    while (this.#args[this.#at] === ',') {
      this.#at += 1;
      const before = left;
      const right = this.#or();
      left = async (visit) => {
        await before(visit);
        return right(visit);
      };
    }
    return left;
  }

  #or(): Test {
    let left = this.#and();
    while (this.#args[this.#at] === '-o' || this.#args[this.#at] === '-or') {
      this.#at += 1;
      const before = left;
      const right = this.#and();
      left = async (visit) => (await before(visit)) || right(visit);
    }
    return left;
  }

  #and(): Test {
    const tests = [this.#not()];
    for (;;) {
      const next = this.#args[this.#at];
      if (next === undefined || next === ')' || next === '-o' || next === '-or' || next === ',') break;
      if (next === '-a' || next === '-and') this.#at += 1;
      tests.push(this.#not());
    }
    return async (visit) => {
      for (const test of tests) {
        const result = test(visit);
        if (!(typeof result === 'boolean' ? result : await result)) return false;
        if (this.stopped) return false;
      }
      return true;
    };
  }

  #not(): Test {
    const word = this.#args[this.#at];
    if (word === '!' || word === '-not') {
      this.#at += 1;
      const inner = this.#not();
      return async (visit) => !(await inner(visit));
    }
    if (word === '(') {
      this.#at += 1;
      if (this.#args[this.#at] === ')') throw new UsageError("invalid expression; empty parentheses are not allowed.");
      const inner = this.#list();
      if (this.#args[this.#at] !== ')') throw new UsageError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      this.#at += 1;
      return inner;
    }
    return this.#primary();
  }

  #value(name: string): string {
    const value = this.#args[this.#at];
    if (value === undefined) throw new UsageError(`missing argument to '${name}'`);
    this.#at += 1;
    return value;
  }

  #number(name: string): (value: number) => boolean {
    const text = this.#value(name);
    const match = /^([-+]?)(\d+(?:\.\d+)?)$/.exec(text);
    if (match === null) throw new UsageError(`invalid argument '${text}' to '${name}'`);
    const limit = Number(match[2]);
    return match[1] === '+' ? (value) => value > limit : match[1] === '-' ? (value) => value < limit : (value) => value === limit;
  }

  #depth(name: string): number {
    const text = this.#value(name);
    if (!/^\d+$/.test(text)) throw new UsageError(`Expected a positive decimal integer argument to ${name}, but got '${text}'`);
    return Number(text);
  }

  #reference(name: string): FileStat {
    const word = this.#value(name);
    try {
      return requireStat(this.#context.files, locate(this.#context, word));
    } catch (error) {
      throw error instanceof FsError ? new UsageError(`'${word}': ${error.message}`) : error;
    }
  }

  #always(set: () => void): Test {
    set();
    return () => true;
  }

  #primary(): Test {
    const name = this.#args[this.#at];
    if (name === undefined) throw new UsageError(`invalid expression; expected to find something after '${this.#args[this.#at - 1] ?? ''}'`);
    this.#at += 1;
    const { files, now } = this.#context;
    const newer = /^-newer([aBcm])([aBcmt])$/.exec(name);
    if (newer !== null) {
      let than: number;
      if (newer[2] === 't') {
        const text = this.#value(name);
        const parsed = parseDate(text, now(), this.#context.env.TZ);
        if (parsed === undefined) throw new UsageError(`I cannot figure out how to interpret '${text}' as a date or time`);
        than = parsed;
      } else than = this.#reference(name).mtimeMs;
      return ({ stat }) => stat.mtimeMs > than;
    }
    switch (name) {
      case '-name':
      case '-iname': {
        const glob = new Glob(this.#value(name).normalize('NFC'), name === '-iname');
        return ({ shown }) => glob.matches(lastName(shown));
      }
      case '-path':
      case '-wholename':
      case '-ipath':
      case '-iwholename': {
        const glob = new Glob(this.#value(name).normalize('NFC'), name.startsWith('-i'));
        return ({ shown }) => glob.matches(shown);
      }
      case '-regex':
      case '-iregex': {
        const text = this.#value(name);
        const isExtended = /extended|awk|egrep/.test(this.#regexType);
        const matcher = new Matcher(parsePosix(isExtended || !/emacs/.test(this.#regexType) ? text : fromEmacs(text), isExtended).pattern, name === '-iregex');
        return ({ shown }) => {
          const match = matcher.exec(shown);
          return match !== undefined && match.start === 0 && match.end === shown.length;
        };
      }
      case '-regextype': return this.#always(() => {
        this.#regexType = this.#value(name);
      });
      case '-type':
      case '-xtype': {
        const types = this.#value(name).split(',');
        for (const type of types) if (!'fdcblps'.includes(type) || type.length !== 1) throw new UsageError(`Unknown argument to ${name}: ${type}`);
        if (name === '-type') return ({ stat }) => types.includes(TYPES[stat.kind]);
        return ({ stat, path }) => types.includes(TYPES[((stat.kind === 'link' ? files.stat(path) : this.follows ? files.linkStat(path) : stat) ?? stat).kind]);
      }
      case '-lname':
      case '-ilname': {
        const glob = new Glob(this.#value(name), name === '-ilname');
        return ({ stat, path }) => stat.kind === 'link' && glob.matches(files.readLink(path));
      }
      case '-maxdepth': return this.#always(() => {
        this.maxDepth = this.#depth(name);
      });
      case '-mindepth': return this.#always(() => {
        this.minDepth = this.#depth(name);
      });
      case '-depth':
      case '-d': return this.#always(() => {
        this.depthFirst = true;
      });
      case '-follow': return this.#always(() => {
        this.follows = true;
      });
      case '-daystart': return this.#always(() => {
        this.#startsDay = true;
      });
      case '-xdev':
      case '-mount':
      case '-noleaf':
      case '-warn':
      case '-nowarn':
      case '-ignore_readdir_race':
      case '-noignore_readdir_race': return () => true;
      case '-empty':
        return ({ stat, path }) => (stat.kind === 'directory' ? files.list(path).length === 0 : stat.kind === 'file' && stat.size === 0);
      case '-size': return this.#size(this.#value(name));
      case '-mtime':
      case '-atime':
      case '-ctime':
      case '-mmin':
      case '-amin':
      case '-cmin': {
        const compare = this.#number(name);
        const isDays = name.endsWith('time');
        const from = this.#startsDay ? new Date(now()).setHours(24, 0, 0, 0) : now();
        return ({ stat }) => compare(isDays ? Math.floor((from - stat.mtimeMs) / DAY_MS) : Math.ceil((from - stat.mtimeMs) / 60_000));
      }
      case '-newer':
      case '-anewer':
      case '-cnewer': {
        const other = this.#reference(name);
        return ({ stat }) => stat.mtimeMs > other.mtimeMs;
      }
      case '-samefile': {
        const word = this.#value(name);
        const wanted = files.realPath(locate(this.#context, word));
        return ({ path, stat }) => (stat.kind === 'link' ? path : files.realPath(path)) === wanted;
      }
      case '-links': {
        const compare = this.#number(name);
        return () => compare(1);
      }
      case '-inum': {
        const compare = this.#number(name);
        return () => compare(-1);
      }
      case '-perm': return this.#permission(this.#value(name));
      case '-readable': return ({ stat }) => (stat.mode & 0o400) !== 0;
      case '-writable': return ({ stat }) => (stat.mode & 0o200) !== 0;
      case '-executable': return ({ stat }) => (stat.mode & 0o100) !== 0;
      case '-user':
      case '-group':
      case '-uid':
      case '-gid': {
        const word = this.#value(name);
        const isMine = word === (this.#context.env.USER ?? 'me') || word === '1000';
        return () => isMine;
      }
      case '-nouser':
      case '-nogroup':
      case '-false': return () => false;
      case '-fstype': {
        const wanted = this.#value(name);
        return ({ path }) => (files.space(path).store === 'memory' ? 'tmpfs' : 'storage') === wanted;
      }
      case '-true': return () => true;
      case '-prune':
        return (visit) => {
          visit.prune = true;
          return true;
        };
      case '-print': return this.#action(({ shown }) => this.#print(shown));
      case '-print0': return this.#action(({ shown }) => this.#out.add(`${shown}\0`));
      case '-printf': {
        const format = parseFindFormat(this.#value(name));
        return this.#action((visit) => this.#out.add(format(visit, this.#context)));
      }
      case '-fprint':
      case '-fprint0':
      case '-fprintf':
      case '-fls': {
        const add = this.#toFile(this.#value(name));
        const format = name === '-fprintf' ? parseFindFormat(this.#value(name)) : name === '-fls' ? (visit: Visit) => this.#row(visit) : (visit: Visit) => `${visit.shown}${name === '-fprint' ? '\n' : '\0'}`;
        return this.#action((visit) => add(format(visit, this.#context)));
      }
      case '-ls': return this.#action((visit) => this.#out.add(this.#row(visit)));
      case '-delete':
        this.depthFirst = true;
        return this.#action(({ path, shown }) => {
          if (shown !== '.') files.remove(path);
        });
      case '-quit':
        return this.#action(() => {
          this.stopped = true;
        });
      case '-exec':
      case '-execdir':
      case '-ok':
      case '-okdir': return this.#exec(name);
      default:
        throw new UsageError(name.startsWith('-') ? `unknown predicate '${name}'` : `paths must precede expression: '${name}'`);
    }
  }

  #size(text: string): Test {
    const match = /^([-+]?)(\d+)([bckwMG]?)$/.exec(text);
    if (match === null) throw new UsageError(/\d$/.test(text) || !/^[-+]?\d/.test(text) ? `Invalid argument '${text}' to -size` : `invalid -size type '${text.slice(-1)}'`);
    const unit = { b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[3] || 'b'] as number;
    const limit = Number(match[2]);
    return ({ stat }) => {
      const size = Math.ceil((stat.kind === 'directory' ? 4096 : stat.size) / unit);
      return match[1] === '+' ? size > limit : match[1] === '-' ? size < limit : size === limit;
    };
  }

  #permission(text: string): Test {
    const plain = text.replace(/^[-/]/, '');
    if (!MODE.test(plain)) throw new UsageError(`invalid mode '${text}'`);
    const bits = changedMode(0, plain, false, 0);
    if (text.startsWith('-')) return ({ stat }) => (stat.mode & bits) === bits;
    if (text.startsWith('/')) return ({ stat }) => bits === 0 || (stat.mode & bits) !== 0;
    return ({ stat }) => stat.mode === bits;
  }

  #row({ stat, path, shown }: Visit): string {
    const user = this.#context.env.USER ?? 'me';
    const target = stat.kind === 'link' ? ` -> ${this.#context.files.readLink(path)}` : '';
    const format = parseFindFormat('%Tb %Td %TH:%TM');
    const when = format({ shown, start: shown, path, stat, depth: 0 }, this.#context);
    const blocks = Math.ceil(stat.storedBytes / 1024);
    return `${'1'.padStart(9)} ${String(blocks).padStart(6)} ${modeText(stat)} ${'1'.padStart(3)} ${user.padEnd(8)} ${user.padEnd(8)} ${String(stat.kind === 'directory' ? 4096 : stat.size).padStart(8)} ${when} ${shown}${target}\n`;
  }

  #toFile(name: string): (text: string) => void {
    const path = locate(this.#context, name);
    const parts: string[] = [];
    this.#context.files.write(path, new Uint8Array(0));
    this.atEnd.push(async () => this.#context.files.write(path, encodeText(parts.join(''))));
    return (text) => void parts.push(text);
  }

  #action(run: (visit: Visit) => Promise<void> | void | undefined): Test {
    this.hasAction = true;
    return (visit) => {
      const running = run(visit);
      return running === undefined ? true : running.then(() => true);
    };
  }

  #exec(name: string): Test {
    const words: string[] = [];
    let mark: string | undefined;
    while (mark === undefined) {
      const word = this.#args[this.#at];
      if (word === undefined) throw new UsageError(`missing argument to '${name}'`);
      this.#at += 1;
      if (word === ';' || (word === '+' && words[words.length - 1] === '{}')) mark = word;
      else words.push(word);
    }
    if (words.length === 0) throw new UsageError(`invalid argument ';' to '${name}'`);
    this.hasAction = true;
    const execute = this.#context.execute;
    if (execute === undefined) throw new UsageError(`${name} works in the shell only`);
    const isInDirectory = name.endsWith('dir');
    /** In the directory of the file, which is then `./name`. */
    const run = (argv: readonly string[], directory: string | undefined): Promise<number> =>
      execute(directory === undefined ? argv : ['bash', '-c', 'cd -- "$1" && shift && "$@"', 'find', directory, ...argv]);
    const nameOf = ({ shown }: Visit): string => (isInDirectory ? (shown === '/' ? '/' : `./${lastName(shown)}`) : shown);
    const directoryFor = (visit: Visit): string | undefined => (isInDirectory ? directoryOf(visit.path) : undefined);
    if (mark === '+') {
      let names: string[] = [];
      let size = 0;
      let directory: string | undefined;
      const flush = async (): Promise<void> => {
        if (names.length === 0) return;
        await this.#out.flush();
        const batch = names;
        names = [];
        size = 0;
        if ((await run([...words.slice(0, -1), ...batch], directory)) !== 0) this.failed = true;
      };
      this.atEnd.push(flush);
      return async (visit) => {
        const next = directoryFor(visit);
        if (next !== directory) await flush();
        directory = next;
        names.push(nameOf(visit));
        size += visit.shown.length;
        if (names.length >= BATCH_NAMES || size >= BATCH_CHARS) await flush();
        return true;
      };
    }
    return async (visit) => {
      await this.#out.flush();
      const argv = words.map((word) => word.replaceAll('{}', nameOf(visit)));
      if (name.startsWith('-ok')) {
        const { terminal } = this.#context;
        const question = `< ${argv.join(' ')} > ? `;
        const answer = terminal === undefined ? '' : await terminal.ask(question);
        if (terminal === undefined) await complain(this.#context, `nobody can answer: ${question}`);
        if (!/^y/i.test(answer)) return false;
      }
      return (await run(argv, directoryFor(visit))) === 0;
    };
  }

  /** On the screen a name is one line, as GNU find does it. */
  #print(shown: string): Promise<void> | undefined {
    return this.#out.add(`${this.#context.isTerminalOutput ? shown.replace(/[\n\t]/g, '?') : shown}\n`);
  }

  print(visit: Visit): Promise<void> | undefined {
    return this.#print(visit.shown);
  }
}

/** Emacs' patterns have `+` and `?` plain and the rest as in basic ones. */
function fromEmacs(text: string): string {
  return text.replace(/\[\^?\]?[^\]]*\]|\\.|[+?]/gs, (piece) => (piece === '+' || piece === '?' ? `\\${piece}` : piece === '\\+' || piece === '\\?' ? piece.slice(1) : piece));
}
