import { FsError, STRERROR, type FileStat } from '../../fs/files.ts';
import { baseName, joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { leadsInCircle, locate, requireStat } from '../locate.ts';
import { Glob } from '../regex/glob.ts';
import { complain, TextWriter } from './files-in.ts';
import { humanSize, modeText } from './ls.ts';
import { UsageError } from './options.ts';

interface Visit {
  shown: string;
  path: string;
  stat: FileStat;
  depth: number;
  prune: boolean;
}

const TYPES = { file: 'f', directory: 'd', link: 'l', device: 'c' } as const;

type Test = (visit: Visit) => boolean | Promise<boolean>;

/** The expression after the starting points: tests joined by and, `-o`, `!` and parentheses. */
class Expression {
  readonly #context: CommandContext;
  readonly #out: TextWriter;
  readonly #args: string[];
  #at = 0;
  maxDepth = Number.POSITIVE_INFINITY;
  minDepth = 0;
  depthFirst = false;
  hasAction = false;
  stopped = false;
  /** `-exec … +`: run at the end with all names. */
  readonly atEnd: (() => Promise<void>)[] = [];

  constructor(context: CommandContext, args: string[], out: TextWriter) {
    this.#context = context;
    this.#args = args;
    this.#out = out;
  }

  parse(): Test {
    if (this.#args.length === 0) return () => true;
    const test = this.#or();
    if (this.#at < this.#args.length) throw new UsageError(`unexpected argument '${this.#args[this.#at]}'`);
    return test;
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
      if (next === undefined || next === ')' || next === '-o' || next === '-or') break;
      if (next === '-a' || next === '-and') this.#at += 1;
      tests.push(this.#not());
    }
    return async (visit) => {
      for (const test of tests) if (!(await test(visit))) return false;
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
      const inner = this.#or();
      if (this.#args[this.#at] !== ')') throw new UsageError("expected ')'");
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
    const match = /^([-+]?)(\d+)$/.exec(text);
    if (match === null) throw new UsageError(`invalid argument '${text}' to '${name}'`);
    const limit = Number(match[2]);
    return match[1] === '+' ? (value) => value > limit : match[1] === '-' ? (value) => value < limit : (value) => value === limit;
  }

  #primary(): Test {
    const name = this.#args[this.#at];
    if (name === undefined) throw new UsageError('expected an expression');
    this.#at += 1;
    switch (name) {
      case '-name':
      case '-iname': {
        const glob = new Glob(this.#value(name).normalize('NFC'), name === '-iname');
        return ({ shown, path }) => glob.matches(shown === '/' ? '/' : baseName(shown.replace(/\/+$/, '')) === '' ? baseName(path) : shown.replace(/\/+$/, '').split('/').pop() ?? '');
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const glob = new Glob(this.#value(name).normalize('NFC'), name === '-ipath');
        return ({ shown }) => glob.matches(shown);
      }
      case '-type': {
        const types = this.#value(name).split(',');
        for (const type of types) if (!'fdcblps'.includes(type) || type.length !== 1) throw new UsageError(`Unknown argument to -type: ${type}`);
        return ({ stat }) => types.includes(TYPES[stat.kind]);
      }
      case '-xtype': {
        const types = this.#value(name).split(',');
        const { files } = this.#context;
        return ({ stat, path }) => types.includes(TYPES[((stat.kind === 'link' ? files.stat(path) : files.linkStat(path)) ?? stat).kind]);
      }
      case '-lname':
      case '-ilname': {
        const glob = new Glob(this.#value(name), name === '-ilname');
        return ({ stat, path }) => stat.kind === 'link' && glob.matches(this.#context.files.readLink(path));
      }
      case '-maxdepth': {
        this.maxDepth = Number(this.#value(name));
        return () => true;
      }
      case '-mindepth': {
        this.minDepth = Number(this.#value(name));
        return () => true;
      }
      case '-depth': {
        this.depthFirst = true;
        return () => true;
      }
      case '-empty':
        return ({ stat, path }) => (stat.kind === 'directory' ? this.#context.files.list(path).length === 0 : stat.kind === 'file' && stat.size === 0);
      case '-size': {
        const text = this.#value(name);
        const match = /^([-+]?)(\d+)([bckwMG]?)$/.exec(text);
        if (match === null) throw new UsageError(`invalid -size type '${text}'`);
        const unit = { b: 512, c: 1, w: 2, k: 1024, M: 1024 ** 2, G: 1024 ** 3 }[match[3] || 'b'] as number;
        const limit = Number(match[2]);
        return ({ stat }) => {
          const size = Math.ceil((stat.kind === 'directory' ? 4096 : stat.size) / unit);
          return match[1] === '+' ? size > limit : match[1] === '-' ? size < limit : size === limit;
        };
      }
      case '-mtime':
      case '-mmin': {
        const compare = this.#number(name);
        const unit = name === '-mtime' ? 86_400_000 : 60_000;
        return ({ stat }) => compare(Math.floor((this.#context.now() - stat.mtimeMs) / unit));
      }
      case '-newer': {
        const other = this.#context.files.stat(locate(this.#context, this.#value(name)));
        if (other === undefined) throw new UsageError('-newer: No such file or directory');
        return ({ stat }) => stat.mtimeMs > other.mtimeMs;
      }
      case '-perm': {
        const text = this.#value(name);
        const bits = Number.parseInt(text.replace(/^[-/]/, ''), 8);
        return ({ stat }) => (text.startsWith('-') ? (stat.mode & bits) === bits : text.startsWith('/') ? (stat.mode & bits) !== 0 : stat.mode === bits);
      }
      case '-true': return () => true;
      case '-false': return () => false;
      case '-prune':
        return (visit) => {
          visit.prune = true;
          return true;
        };
      case '-print': return this.#action(async (visit) => void (await this.print(visit)));
      case '-print0': return this.#action(async ({ shown }) => void (await this.#out.add(`${shown}\0`)));
      case '-ls':
        return this.#action(async ({ shown, stat, path }) => {
          const target = stat.kind === 'link' ? ` -> ${this.#context.files.readLink(path)}` : '';
          await this.#out.add(`${modeText(stat)} ${humanSize(stat.size).padStart(6)} ${shown}${target}\n`);
        });
      case '-delete':
        this.depthFirst = true;
        return this.#action(async ({ path }) => this.#context.files.remove(path));
      case '-quit':
        return this.#action(async () => {
          this.stopped = true;
        });
      case '-exec': return this.#exec();
      default:
        throw new UsageError(`unknown predicate '${name}'`);
    }
  }

  #action(run: (visit: Visit) => Promise<void>): Test {
    this.hasAction = true;
    return async (visit) => {
      await run(visit);
      return true;
    };
  }

  #exec(): Test {
    const words: string[] = [];
    let mark: string | undefined;
    while (mark === undefined) {
      const word = this.#args[this.#at];
      if (word === undefined) throw new UsageError("missing argument to '-exec'");
      this.#at += 1;
      if (word === ';' || (word === '+' && words[words.length - 1] === '{}')) mark = word;
      else words.push(word);
    }
    this.hasAction = true;
    const execute = this.#context.execute;
    if (execute === undefined) throw new UsageError('-exec works in the shell only');
    if (mark === '+') {
      const names: string[] = [];
      this.atEnd.push(async () => {
        if (names.length > 0) await execute([...words.slice(0, -1), ...names]);
      });
      return ({ shown }) => names.push(shown) > 0;
    }
    return async ({ shown }) => {
      await this.#out.flush();
      return (await execute(words.map((word) => word.replaceAll('{}', shown)))) === 0;
    };
  }

  /** On the screen a name is one line, as GNU find does it. */
  print(visit: Visit): Promise<void> | undefined {
    return this.#out.add(`${this.#context.isTerminalOutput ? visit.shown.replace(/[\n\t]/g, '?') : visit.shown}\n`);
  }
}

export const find: Command = {
  name: 'find',
  summary: 'Find files by name, kind, size or date',
  usage: 'find [-L|-P|-H] [PATH]... [-name PATTERN] [-type f|d|l] [-maxdepth N] [-size N] [-exec COMMAND {} \\;] ...',
  help: "find . -name '*.txt'\nfind notes -type f -size +10k\nfind . -name '*.tmp' -delete\nfind . -type f -exec grep -l milk {} +",
  section: 'files',
  async run(context) {
    const { files } = context;
    let args = context.args;
    let follow = 'P';
    for (; args[0] !== undefined && /^-[PLH]$/.test(args[0]); args = args.slice(1)) follow = args[0].slice(1);
    const first = args.findIndex((argument) => /^(-.|!$|\($)/.test(argument));
    const starts = first < 0 ? args : args.slice(0, first);
    const out = new TextWriter(context);
    const expression = new Expression(context, first < 0 ? [] : args.slice(first), out);
    const test = expression.parse();
    let status = 0;
    /** With -L a link that leads nowhere is still there, as a link. */
    const statOf = (path: string, depth: number): FileStat | undefined =>
      (follow === 'L' || (follow === 'H' && depth === 0) ? files.stat(path) : undefined) ?? files.linkStat(path);
    const fail = async (message: string): Promise<void> => {
      status = 1;
      await out.flush();
      await complain(context, message);
    };
    const entriesOf = async (path: string, shown: string): Promise<readonly { name: string }[]> => {
      try {
        return files.list(path);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await fail(`'${shown}': ${error.message}`);
        return [];
      }
    };
    const visit = async (shown: string, path: string, stat: FileStat, depth: number, inside: readonly string[]): Promise<void> => {
      if (expression.stopped) return;
      const rest = context.breathe();
      if (rest !== undefined) await rest;
      const real = follow === 'L' && stat.kind === 'directory' ? files.realPath(path) : path;
      if (inside.includes(real)) {
        await fail(`File system loop detected; '${shown}' is part of the same file system loop as one of the directories around it.`);
        return;
      }
      const here: Visit = { shown, path, stat, depth, prune: false };
      const judge = async (): Promise<void> => {
        if (depth < expression.minDepth || expression.stopped) return;
        try {
          if ((await test(here)) && !expression.hasAction) await expression.print(here);
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          status = 1;
          await complain(context, `cannot delete '${shown}': ${error.message}`);
        }
      };
      if (!expression.depthFirst) await judge();
      if (stat.kind === 'directory' && depth < expression.maxDepth && !here.prune) {
        for (const { name } of await entriesOf(path, shown)) {
          const inner = joinPath(path, name);
          const innerStat = statOf(inner, depth + 1);
          if (follow === 'L' && innerStat?.kind === 'link' && leadsInCircle(files, inner)) {
            await fail(`'${shown.endsWith('/') ? shown : `${shown}/`}${name}': ${STRERROR.ELOOP}`);
            continue;
          }
          if (innerStat !== undefined) await visit(`${shown.endsWith('/') ? shown : `${shown}/`}${name}`, inner, innerStat, depth + 1, follow === 'L' ? [...inside, real] : inside);
        }
      }
      if (expression.depthFirst) await judge();
    };
    for (const start of starts.length === 0 ? ['.'] : starts) {
      try {
        const path = locate(context, start);
        if (follow !== 'P' && leadsInCircle(files, path)) throw new FsError('ELOOP', path);
        await visit(start, path, statOf(path, 0) ?? requireStat(files, path), 0, []);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await fail(`'${start}': ${error.message}`);
      }
    }
    await out.flush();
    for (const run of expression.atEnd) await run();
    return status;
  },
};
