import type { Command, CommandContext } from '../command.ts';
import * as limits from '../../limits.ts';
import { FsError } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import { TMP } from '../../fs/places.ts';
import { ShellError } from '../flow.ts';
import { locate } from '../locate.ts';
import { encodeText } from '../text.ts';
import { parseBytes } from './byte-blocks.ts';
import { complain } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** truncate and mktemp: files made or cut without a word written into them. */

/** `5`, `+5`, `-5`, `<5`, `>5`, `/5`, `%5`: the size that a file of `size` bytes gets. */
function newSize(text: string, size: number): number {
  const mark = /^[-+<>/%]/.exec(text)?.[0] ?? '';
  const value = parseBytes(text.slice(mark.length), 'number');
  switch (mark) {
    case '+': return size + value;
    case '-': return Math.max(0, size - value);
    case '<': return Math.min(size, value);
    case '>': return Math.max(size, value);
    case '/':
    case '%':
      if (value === 0) throw new UsageError('division by zero');
      return (mark === '/' ? Math.floor(size / value) : Math.ceil(size / value)) * value;
    default: return value;
  }
}

export const truncate: Command = {
  name: 'truncate',
  summary: 'Cut files to a size, or fill them with zeros up to it',
  usage: 'truncate [-c] -s SIZE FILE... | truncate [-c] -r FILE FILE...',
  help: 'truncate -s 0 log.txt        # empty it\ntruncate -s 1M disk.img      # make it that large\ntruncate -s -10 notes.txt    # ten bytes less',
  options: [
    ['-s, --size=SIZE', 'the size; + or - for more or less, < at most, > at least, / and % round down and up to a multiple'],
    ['-r, --reference=FILE', 'the size of FILE'],
    ['-c, --no-create', 'make no files that are not there'],
    ['-o, --io-blocks', 'SIZE counts blocks of 4096 bytes'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'cor:s:', long: { 'no-create': 'c', 'io-blocks': 'o', reference: 'r', size: 's' } });
    const text = options.value('s');
    const reference = options.value('r');
    if (text === undefined && reference === undefined) throw new UsageError("you must specify either '--size' or '--reference'");
    if (options.operands.length === 0) throw new UsageError('missing file operand');
    if (text !== undefined && reference !== undefined && !/^[-+<>/%]/.test(text)) throw new UsageError("you must specify a relative '--size' with '--reference'");
    if (options.has('o') && text === undefined) throw new UsageError("'--io-blocks' was specified but '--size' was not");
    if (text !== undefined) newSize(text, 0);
    const referenceSize = reference === undefined ? undefined : statOf(context, reference);
    let failed = false;
    for (const name of options.operands) {
      try {
        const path = locate(context, name);
        const stat = context.files.stat(path);
        if (stat === undefined && options.has('c')) continue;
        if (stat?.kind === 'directory') throw new FsError('EISDIR', name);
        const unit = options.has('o') ? 4096 : 1;
        const base = referenceSize ?? stat?.size ?? 0;
        const size = text === undefined ? base : newSize(text, base / unit) * unit;
        if (size > limits.memoryFileMaxBytes) throw new FsError('EFBIG', name);
        const bytes = new Uint8Array(size);
        if (stat !== undefined) bytes.set(context.files.read(path).subarray(0, size));
        context.files.write(path, bytes);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        failed = true;
        await complain(context, `cannot open '${name}' for writing: ${error.message}`);
      }
    }
    return failed ? 1 : 0;
  },
};

function statOf(context: CommandContext, name: string): number {
  const stat = context.files.stat(locate(context, name));
  if (stat === undefined) throw new ShellError(`cannot stat '${name}': No such file or directory`, 1);
  return stat.size;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export const mktemp: Command = {
  name: 'mktemp',
  summary: 'Make an empty file, or directory, of a name that nobody has',
  usage: 'mktemp [-d] [-u] [-q] [-p DIRECTORY] [-t] [--suffix=TEXT] [TEMPLATE]',
  help: 'f=$(mktemp)\nd=$(mktemp -d)\nmktemp note-XXXX.txt     # in this directory',
  options: [
    ['-d, --directory', 'a directory'],
    ['-u, --dry-run', 'only print a name'],
    ['-p, --tmpdir[=DIRECTORY]', 'in DIRECTORY; without a name in $TMPDIR or /tmp'],
    ['-t', 'TEMPLATE is a name in $TMPDIR or /tmp'],
    ['-q, --quiet', 'say nothing when it cannot be made'],
    ['--suffix=TEXT', 'put behind the name'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'duqp:t', long: { directory: 'd', 'dry-run': 'u', quiet: 'q', tmpdir: 'tmpdir::', suffix: 'suffix:' },
    });
    const [asked, extra] = options.operands;
    if (extra !== undefined) throw new UsageError('too many templates');
    const template = asked ?? 'tmp.XXXXXXXXXX';
    const match = /^(.*?)(X+)([^X]*)$/s.exec(template);
    const suffix = options.value('suffix') ?? match?.[3] ?? '';
    if (options.has('suffix') && !template.endsWith('X')) throw new UsageError(`with --suffix, template '${template}' must end in X`);
    if (match === null || match[2]!.length < 3) throw new ShellError(`too few X's in template '${template}'`, 1);
    if (suffix.includes('/')) throw new UsageError(`invalid suffix '${suffix}', contains directory separator`);
    const start = match[1]!;
    const folderAsked = options.all.findLast(({ letter }) => letter === 'p' || letter === 'tmpdir')?.value;
    const usesFolder = asked === undefined || options.has('t') || folderAsked !== undefined;
    if (usesFolder && options.has('t') && template.includes('/')) throw new UsageError(`invalid template, '${template}', contains directory separator`);
    if (folderAsked !== undefined && template.startsWith('/')) throw new UsageError(`invalid template, '${template}'; with --tmpdir, it may not be absolute`);
    const folder = (folderAsked ?? '') !== '' ? (folderAsked as string) : context.env.TMPDIR ?? TMP;
    for (let tries = 0; tries < 100; tries += 1) {
      const middle = Array.from({ length: match[2]!.length }, () => LETTERS[Math.floor(context.random() * LETTERS.length)]).join('');
      const own = `${start}${middle}${suffix}`;
      const name = usesFolder ? (folder.endsWith('/') ? folder + own : joinPath(folder, own)) : own;
      try {
        const path = locate(context, name);
        if (context.files.linkStat(path) !== undefined) continue;
        if (!options.has('u')) {
          if (options.has('d')) {
            context.files.makeDirectory(path);
            context.files.setMode(path, 0o700);
          } else {
            context.files.write(path, new Uint8Array(0));
            context.files.setMode(path, 0o600);
          }
        }
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        if (!options.has('q')) await complain(context, `failed to create ${options.has('d') ? 'directory' : 'file'} via template '${usesFolder ? joinPath(folder, template) : template}': ${error.message}`);
        return 1;
      }
      await context.stdout.write(encodeText(`${name}\n`));
      return 0;
    }
    throw new ShellError(`failed to create a file via template '${template}': every name is taken`, 1);
  },
};
