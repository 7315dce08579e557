import { FsError } from '../../../fs/files.ts';
import { runPager } from '../../../views/pager.ts';
import type { PagerSource } from '../../../views/pager-source.ts';
import { inChunks } from '../../../views/pager-reader.ts';
import { LineStore } from '../../../views/line-store.ts';
import { PagerModel } from '../../../views/pager-model.ts';
import type { Command, CommandContext } from '../../command.ts';
import { locate } from '../../locate.ts';
import { isInput } from '../../streams/input.ts';
import { complain, openAll, readNamed } from '../files-in.ts';
import { parseOptions, UsageError, type OptionSpec, type ParsedOptions } from '../options.ts';
import { fullScreenOf } from './full-screen.ts';

/** less and more: files and pipes, a screen at a time. */

const SPEC: OptionSpec = {
  // What has no meaning here is taken and ignored, because fingers and scripts give it: colours are always shown, for example.
  short: 'NSiIFRrXEeMmnqQcCaAfgGJKLsuUwWp:x:',
  long: {
    'LINE-NUMBERS': 'N', 'chop-long-lines': 'S', 'ignore-case': 'i', 'IGNORE-CASE': 'I', 'quit-if-one-screen': 'F', 'RAW-CONTROL-CHARS': 'R',
    'quit-at-eof': 'e', 'QUIT-AT-EOF': 'E', 'no-init': 'X', pattern: 'p',
  },
};

/** @param open the content of an operand; without it files are as they are. Answers undefined where it has said why there is none. */
export async function page(context: CommandContext, isMore: boolean, open?: (name: string) => Promise<Uint8Array | undefined>): Promise<number> {
  const first = context.args.filter((argument) => /^\+./.test(argument)).map((argument) => argument.replace(/^\++/, '')).at(-1);
  const args = context.args.filter((argument) => !/^\+./.test(argument));
  const options = parseOptions([...presets(context), ...args], SPEC);
  const isPiped = !(isInput(context.stdin) && context.stdin.isTerminal);
  const names = options.operands.length > 0 ? options.operands : isPiped ? ['-'] : [];
  if (names.length === 0) throw new UsageError('Missing filename: name a file, or put the pager behind a pipe, as in: ls | less');
  const terminal = fullScreenOf(context);
  if (terminal === undefined && open === undefined) return copyThrough(context, names);
  const { sources, status } = open === undefined ? await sourcesOf(context, names) : await openedSources(names, open);
  if (terminal === undefined) {
    for (const source of sources) for await (const chunk of source.open()) await context.stdout.write(chunk);
    return status;
  }
  if (sources.length === 0) return status;
  const leavesIfShort = options.has('F') || isMore;
  if (leavesIfShort && sources.length === 1 && (await printShort(context, sources[0] as PagerSource))) return status;
  const pattern = options.value('p');
  const wanted = pattern === undefined ? first : `/${pattern}`;
  await terminal.view((screen) => runPager(screen, {
    sources,
    breathe: context.breathe,
    look: { hasNumbers: options.has('N'), isChopped: options.has('S') },
    ignoresCase: options.has('i') || options.has('I'),
    leavesAtEnd: isMore || options.has('e') || options.has('E'),
    ...(wanted === undefined ? {} : { first: wanted }),
    edit: (path, line) => terminal.edit(path, { line }),
  }));
  return status;
}

/** Options from the environment, as `less` reads them: `LESS=-FRX`. */
function presets({ env, name }: CommandContext): string[] {
  const given = (env[name.toUpperCase()] ?? '').split(/\s+/).filter((word) => word !== '');
  return given.map((word) => (word.startsWith('-') ? word : `-${word}`)).filter((word) => isTaken([word]));
}

function isTaken(args: readonly string[]): ParsedOptions | undefined {
  try {
    return parseOptions(args, SPEC);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** No screen to take: what comes in goes out. */
async function copyThrough(context: CommandContext, names: readonly string[]): Promise<number> {
  const { inputs, failed } = openAll(context, names);
  for await (const { chunks } of inputs) for await (const chunk of chunks) await context.stdout.write(chunk);
  return failed() ? 1 : 0;
}

async function sourcesOf(context: CommandContext, names: readonly string[]): Promise<{ sources: PagerSource[]; status: number }> {
  const sources: PagerSource[] = [];
  let status = 0;
  for (const name of names) {
    if (name === '-') {
      sources.push({ title: 'standard input', open: () => context.stdin });
      continue;
    }
    try {
      readNamed(context, name);
      sources.push(fileSource(context, name));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      status = 1;
      await complain(context, error.code === 'EISDIR' ? `${name} is a directory` : `${name}: ${error.message}`);
    }
  }
  return { sources, status };
}

async function openedSources(names: readonly string[], open: (name: string) => Promise<Uint8Array | undefined>): Promise<{ sources: PagerSource[]; status: number }> {
  const sources: PagerSource[] = [];
  for (const name of names) {
    const bytes = await open(name);
    if (bytes !== undefined) sources.push({ title: name === '-' ? 'standard input' : name, isWhole: true, open: () => inChunks(bytes) });
  }
  return { sources, status: sources.length < names.length ? 1 : 0 };
}

/** A file as the pager takes it. */
export function fileSource(context: Pick<CommandContext, 'files' | 'cwd'>, name: string): PagerSource {
  const { files } = context;
  const path = files.realPath(locate(context, name));
  return {
    title: name,
    isWhole: true,
    open: () => inChunks(files.read(path)),
    file: {
      path,
      read: () => files.read(path),
      follow: (changed) => files.onChange((at) => {
        if (at === path) changed();
      }),
    },
  };
}

/** Prints what fits on one screen; false, and nothing is lost of it, when it does not. */
async function printShort(context: CommandContext, source: PagerSource): Promise<boolean> {
  const { terminal } = context;
  if (terminal === undefined) return false;
  const store = new LineStore();
  const model = new PagerModel(store, { hasNumbers: false, isChopped: false });
  model.resize(terminal.columns(), terminal.rows());
  const read: Uint8Array[] = [];
  const iterator = source.open()[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) {
      for (const chunk of read) await context.stdout.write(chunk);
      return true;
    }
    read.push(value);
    store.append(value);
    if (model.rowsUpTo(model.bodyRows + 1) > model.bodyRows) break;
  }
  const { open } = source;
  let isFirst = true;
  source.open = () => {
    if (!isFirst) return open();
    isFirst = false;
    return goOn(read, iterator);
  };
  return false;
}

async function* goOn(read: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  yield* read;
  for (;;) {
    const { done, value } = await rest.next();
    if (done === true) return;
    yield value;
  }
}

export const LESS_OPTIONS: NonNullable<Command['options']> = [
  ['-N, --LINE-NUMBERS', 'with line numbers'],
  ['-S, --chop-long-lines', 'long lines are cut; the arrows move sideways'],
  ['-i, --ignore-case', 'searches ignore case, unless the pattern has a capital'],
  ['-F, --quit-if-one-screen', 'what fits on one screen is printed, and that is all'],
  ['-E, --QUIT-AT-EOF', 'going forward at the end leaves'],
  ['-R, --RAW-CONTROL-CHARS', 'taken for the sake of habit: colours are always shown, other control codes never act'],
  ['-p, --pattern=PATTERN', 'begin at the first line that matches'],
  ['+COMMAND', 'begin with this key: +G at the end, +F following, +40 at line 40, +/word at a word'],
];

export const less: Command = {
  name: 'less',
  summary: 'Read a file or a pipe, screen by screen, with search',
  usage: 'less [-NSiFER] [-p PATTERN] [+COMMAND] [FILE]...',
  help: 'less notes.md\nls -l | less\nless +G log.txt          # begin at the end\nless +F log.txt          # follow what is added\n'
    + 'less -N -S data.csv      # numbered, long lines cut\nless -p error log.txt    # begin at the first match\n\n'
    + 'Inside: Space and b turn pages, / searches, n goes to the next match, h shows all keys, q leaves. `settings plain-views on`, or\n'
    + 'SELKIE_PLAIN=1 for one command, makes views plain text for a screen reader: then all of it is printed.',
  options: LESS_OPTIONS,
  section: 'text',
  run: (context) => page(context, false),
};

export const more: Command = {
  name: 'more',
  summary: 'As less, and leaves at the end',
  usage: 'more [FILE]...',
  help: 'more notes.md\nls -l | more\n\nThe same keys as less; what fits on one screen is just printed, and Space at the end leaves.',
  options: LESS_OPTIONS,
  section: 'text',
  run: (context) => page(context, true),
};
