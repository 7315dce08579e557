import type { Command, CommandContext } from '../command.ts';
import { createArchive, extendArchive } from '../archive/create-tar.ts';
import { extractArchive, listArchive } from '../archive/extract-tar.ts';
import { locate } from '../locate.ts';
import { decodeText, encodeText } from '../text.ts';
import { TarDamaged, type TarFormat } from '../archive/tar-format.ts';
import { FsError } from '../../fs/files.ts';
import { openNamed, readWhole } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** tar: what it was asked for. Making and taking apart are in `../archive`. */
export interface TarRequest {
  context: CommandContext;
  verb: 'c' | 'x' | 't' | 'r' | 'u' | 'd';
  /** `-` for standard input or output. */
  archive: string;
  /** The operands, each with the directory that a `-C` before it names. */
  members: readonly { name: string; cwd: string }[];
  /** Where a last `-C` leads: what is extracted goes there. */
  cwd: string;
  isGzipped: boolean;
  verbosity: number;
  format: TarFormat;
  excluded: readonly string[];
  strip: number;
  toOutput: boolean;
  keepsOld: 'no' | 'refuse' | 'skip' | 'newer';
  keepsTime: boolean;
  keepsMode: boolean;
  follows: boolean;
  recurses: boolean;
  wildcards: boolean;
  absoluteNames: boolean;
  removesFiles: boolean;
  numericOwner: boolean;
  owner: string;
  group: string;
  /** Instead of each file's own time. */
  mtimeMs: number | undefined;
  /** Says what went wrong; the status becomes 2. */
  fail(words: string): Promise<void>;
  /** Says something that is no failure. */
  note(words: string): Promise<void>;
}

const TROUBLE = 2;
const VERBS = 'cxtrud';

const OPTIONS: Command['options'] = [
  ['-c, --create', 'make an archive'],
  ['-x, --extract', 'take files out of one'],
  ['-t, --list', 'list what is in it'],
  ['-r, --append', 'add files at its end'],
  ['-u, --update', 'add files that are newer than those in it'],
  ['-f, --file=ARCHIVE', 'the archive; - is standard input or output'],
  ['-z, --gzip', 'packed with gzip; noticed by itself when reading'],
  ['-a, --auto-compress', 'pack if the name of the archive says so'],
  ['-v, --verbose', 'name each file; twice: with size and date'],
  ['-C, --directory=DIR', 'go to DIR first'],
  ['-T, --files-from=FILE', 'the names are in FILE, one a line'],
  ['-X, --exclude-from=FILE', 'patterns to leave out, one a line'],
  ['--exclude=PATTERN', 'leave out what matches'],
  ['--strip-components=N', 'leave N leading directories out of the names'],
  ['-O, --to-stdout', 'print the files instead of writing them'],
  ['-k, --keep-old-files', 'do not replace files; --skip-old-files: and say nothing'],
  ['--keep-newer-files', 'do not replace files that are newer'],
  ['-m, --touch', 'extracted files get the time of now'],
  ['-p, --preserve-permissions', 'permission bits exactly as in the archive'],
  ['-h, --dereference', 'what links lead to, instead of the links'],
  ['--no-recursion', 'directories without what is in them'],
  ['--wildcards', 'names to extract may have * and ?'],
  ['--format=gnu|pax|ustar', 'how the archive is written'],
  ['-P, --absolute-names', 'keep a leading / in the names'],
  ['--remove-files', 'remove files that were added'],
  ['--owner=NAME', 'say that the files are theirs'],
  ['--group=NAME', 'the same of the group'],
  ['--numeric-owner', 'numbers instead of names of owners'],
  ['--mtime=DATE', 'this time for every file that is added; an ISO date or @seconds'],
];

export const tar: Command = {
  name: 'tar',
  summary: 'Many files as one',
  usage: 'tar -c|-x|-t [-zv] -f ARCHIVE [FILE]...',
  help: 'tar czf backup.tgz notes scripts   # make\ntar tf backup.tgz                  # what is in it\ntar xf backup.tgz                  # take out all\ntar xf backup.tgz notes/today.md   # or one\ntar xf code.tgz --strip-components=1 -C src\ntar cf - notes | gzip -9 > notes.tgz',
  options: OPTIONS,
  section: 'files',
  async run(context) {
    let failed = false;
    const say = (words: string): Promise<void> => context.stderr.write(encodeText(`tar: ${words}\n`));
    const request = await readRequest(context, say, async (words) => {
      failed = true;
      await say(words);
    });
    const isUnder = request.verb === 'c' || request.verb === 'r' || request.verb === 'u';
    if (isUnder && request.members.length === 0 && request.verb === 'c') throw new UsageError('Cowardly refusing to create an empty archive', TROUBLE);
    try {
      if (request.verb === 'c') await createArchive(request);
      else if (isUnder) await extendArchive(request);
      else if (request.verb === 't') await listArchive(request, await openArchive(request));
      else await extractArchive(request, await openArchive(request));
    } catch (error) {
      if (error instanceof TarDamaged) await say(error.message);
      else if (error instanceof FsError) await say(`${error.path === '' ? request.archive : error.path}: Cannot open: ${error.message}\ntar: Error is not recoverable: exiting now`);
      else throw error;
      if (error instanceof FsError) return TROUBLE;
      failed = true;
    }
    if (failed) await say('Exiting with failure status due to previous errors');
    return failed ? TROUBLE : 0;
  },
};

async function openArchive({ context, archive }: TarRequest): Promise<AsyncIterable<Uint8Array>> {
  return openNamed(context, archive).chunks;
}

async function readRequest(context: CommandContext, note: TarRequest['note'], fail: TarRequest['fail']): Promise<TarRequest> {
  // The old way: the first word is letters without a dash, and their values follow in turn.
  let args = context.args;
  const first = args[0];
  if (first !== undefined && !first.startsWith('-') && first !== '') {
    const values = args.slice(1);
    const words: string[] = [];
    for (const letter of first) {
      words.push(`-${letter}`);
      if ('fCTX'.includes(letter)) {
        const value = values.shift();
        if (value === undefined) throw new UsageError(`Old option '${letter}' requires an argument.`, TROUBLE);
        words.push(value);
      }
    }
    args = [...words, ...values];
  }
  const options = parseOptions(inOrder(args), {
    short: 'cxtrudzvf:C:T:X:OkpmhjJaPZwSo\x01:\x02:\x03\x04\x05\x06\x07:\x08\x0e:\x0f:\x10\x11:\x12:\x13\x14\x15:',
    long: {
      create: 'c', extract: 'x', get: 'x', list: 't', append: 'r', update: 'u', diff: 'd', compare: 'd', gzip: 'z', gunzip: 'z', verbose: 'v', file: 'f', directory: 'C',
      'files-from': 'T', 'exclude-from': 'X', 'to-stdout': 'O', 'keep-old-files': 'k', 'preserve-permissions': 'p', 'same-permissions': 'p', touch: 'm',
      dereference: 'h', bzip2: 'j', xz: 'J', 'auto-compress': 'a', 'absolute-names': 'P', exclude: '\x01', 'strip-components': '\x02', 'skip-old-files': '\x03',
      'keep-newer-files': '\x04', 'no-recursion': '\x05', wildcards: '\x06', format: '\x07', 'remove-files': '\x08', owner: '\x0e', group: '\x0f',
      'numeric-owner': '\x10', mtime: '\x11', sort: '\x12', overwrite: '\x13', 'no-wildcards': '\x14', operand: '\x15',
    },
    status: TROUBLE,
  });
  const chosen = [...new Set(options.all.map(({ letter }) => letter).filter((letter) => VERBS.includes(letter)))];
  if (chosen.length > 1) throw new UsageError("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option", TROUBLE);
  const verb = chosen[0] as TarRequest['verb'] | undefined;
  if (verb === undefined) throw new UsageError("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", TROUBLE);
  if (verb === 'd') throw new UsageError('-d is not available here; extract to another directory and use `diff -r`', TROUBLE);
  const archive = options.value('f') ?? '-';
  const packer = options.has('j') ? 'bzip2' : options.has('J') ? 'xz' : options.has('a') ? packerOf(archive) : undefined;
  if (packer !== undefined) throw new UsageError(`${packer} is not available here; use -z (gzip), and repack an archive that came with ${packer} where there is one`, TROUBLE);
  let cwd = context.cwd;
  const members: { name: string; cwd: string }[] = [];
  const excluded: string[] = [];
  for (const { letter, value } of options.all) {
    if (letter === 'C') {
      const next = enter({ ...context, cwd }, value);
      if (next === undefined) throw new UsageError(`${value}: Cannot open: No such file or directory`, TROUBLE);
      cwd = next;
    } else if (letter === '\x15') members.push({ name: value, cwd });
    else if (letter === '\x01') excluded.push(value);
    else if (letter === 'T' || letter === 'X') {
      const lines = decodeText(await readWhole(openNamed(context, value).chunks)).split('\n').filter((line) => line !== '');
      if (letter === 'X') excluded.push(...lines);
      else members.push(...lines.map((name) => ({ name, cwd })));
    }
  }
  const strip = options.value('\x02') ?? '0';
  if (!/^\d+$/.test(strip)) throw new UsageError(`${strip}: Invalid number of elements`, TROUBLE);
  const format = options.value('\x07') ?? 'gnu';
  if (!['gnu', 'oldgnu', 'ustar', 'pax', 'posix'].includes(format)) throw new UsageError(`${format}: Invalid archive format`, TROUBLE);
  const time = options.value('\x11');
  const mtimeMs = time === undefined ? undefined : /^@\d+$/.test(time) ? Number(time.slice(1)) * 1000 : Date.parse(time.replace(' ', 'T'));
  if (mtimeMs !== undefined && Number.isNaN(mtimeMs)) throw new UsageError(`Unknown date '${time}'; write it as 2026-11-21 or @seconds`, TROUBLE);
  const isNamedGzip = options.has('a') && /\.(tgz|taz|gz)$/.test(archive);
  const user = context.env.USER ?? 'me';
  return {
    context, verb, archive, members, cwd, excluded, fail, note, mtimeMs,
    isGzipped: options.has('z') || isNamedGzip,
    verbosity: options.all.filter(({ letter }) => letter === 'v').length,
    format: format === 'posix' ? 'pax' : format === 'oldgnu' ? 'gnu' : (format as TarFormat),
    strip: Number(strip), toOutput: options.has('O'),
    keepsOld: options.has('k') ? 'refuse' : options.has('\x03') ? 'skip' : options.has('\x04') ? 'newer' : 'no',
    keepsTime: !options.has('m'), keepsMode: options.has('p'), follows: options.has('h'), recurses: !options.has('\x05'),
    wildcards: options.has('\x06'), absoluteNames: options.has('P'), removesFiles: options.has('\x08'), numericOwner: options.has('\x10'),
    owner: options.value('\x0e') ?? user, group: options.value('\x0f') ?? user,
  };
}

/** What `-a` would pack with, where that is not gzip. */
function packerOf(archive: string): string | undefined {
  return /\.(bz2|tbz2?|tb2)$/.test(archive) ? 'bzip2' : /\.(xz|txz)$/.test(archive) ? 'xz' : /\.t?zst$/.test(archive) ? 'zstd' : undefined;
}

/** A `-C` counts for the names behind it, so names keep their place among the options. */
function inOrder(args: readonly string[]): string[] {
  const made: string[] = [];
  const takesNext = new Set(['--file', '--directory', '--files-from', '--exclude-from', '--exclude', '--strip-components', '--format', '--owner', '--group', '--mtime', '--sort']);
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at]!;
    if (word === '--') {
      made.push(...args.slice(at + 1).map((name) => `--operand=${name}`));
      break;
    }
    if (word === '-' || !word.startsWith('-')) {
      made.push(`--operand=${word}`);
      continue;
    }
    made.push(word);
    const shortAt = word.startsWith('--') ? -1 : [...word].findIndex((letter, index) => index > 0 && 'fCTX'.includes(letter));
    if ((takesNext.has(word) || (shortAt > 0 && shortAt === word.length - 1)) && at + 1 < args.length) {
      at += 1;
      made.push(args[at]!);
    }
  }
  return made;
}

function enter(context: CommandContext, name: string): string | undefined {
  try {
    const path = context.files.realPath(locate(context, name));
    return context.files.stat(path)?.kind === 'directory' ? path : undefined;
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}
