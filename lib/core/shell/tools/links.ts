import { FsError, type Files } from '../../fs/files.ts';
import { baseName, directoryOf, isWithin, joinPath } from '../../fs/path.ts';
import * as limits from '../../limits.ts';
import type { Command, CommandContext } from '../command.ts';
import { entryPath, locate, locateEntry, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { askYes } from './ask-yes.ts';
import { backupStyle, moveToBackup } from './backup-name.ts';
import { complain } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** ln, readlink, realpath. */

export const HARD_LINKS = 'Hard links are not kept here: one file has one name.';

/** A link at `path` in place of the file or link that is there; it never misses in between. @throws FsError */
export function replaceByLink(files: Files, target: string, path: string, mtimeMs?: number): void {
  if (files.linkStat(path) === undefined) {
    files.link(target, path, mtimeMs);
    return;
  }
  let beside = '';
  for (let round = 0; beside === '' || files.linkStat(beside) !== undefined; round += 1) {
    beside = joinPath(directoryOf(path), `.link${round}`);
  }
  files.link(target, beside, mtimeMs);
  try {
    files.rename(beside, path);
  } catch (error) {
    files.remove(beside);
    throw error;
  }
}

export const ln: Command = {
  name: 'ln',
  summary: 'Make symbolic links',
  usage: 'ln -s [-fnrTv] TARGET... [LINK|DIRECTORY]',
  help: 'ln -s notes/today.md today\nln -sf other.md today      # lead it elsewhere\nln -sr ../shared here      # the shortest relative target\n\nHard links are not kept: one file has one name. Links are synced as they are, and follow what is where you are.',
  options: [
    ['-s, --symbolic', 'symbolic links, the only ones there are'],
    ['-f, --force', 'replace what is there'],
    ['-i, --interactive', 'ask before a file is replaced'],
    ['-b, --backup[=CONTROL]', 'keep what is replaced, as name~'],
    ['-S, --suffix=TEXT', 'instead of ~'],
    ['-n, --no-dereference', 'a link to a directory is a name, not a directory to link into'],
    ['-r, --relative', 'the shortest relative target'],
    ['-t, --target-directory=DIR', 'make all links in DIR'],
    ['-T, --no-target-directory', 'LINK is the name, whatever is there'],
    ['-v, --verbose', 'name each'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'sfnrTvt:iLPbS:\x02',
      long: {
        symbolic: 's', force: 'f', 'no-dereference': 'n', relative: 'r', 'no-target-directory': 'T', verbose: 'v', 'target-directory': 't', interactive: 'i', backup: '\x02', suffix: 'S',
      },
    });
    if (!options.has('s')) throw new UsageError(`${HARD_LINKS} Use ln -s for a symbolic link, or cp for a copy.`, 1);
    const pairs = await linkPairs(context, options);
    if (pairs === undefined) return 1;
    let status = 0;
    for (const [target, name] of pairs) {
      try {
        await makeLink(context, options, target, name);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await complain(context, error.code === 'EISDIR' ? `${name}: cannot overwrite directory` : `failed to create symbolic link '${name}': ${error.message}`);
      }
    }
    return status;
  },
};

/** Each target with the name of its link. */
async function linkPairs(context: CommandContext, options: ParsedOptions): Promise<[string, string][] | undefined> {
  const operands = [...options.operands];
  if (operands.length === 0) throw new UsageError('missing file operand');
  const inside = (target: string, folder: string): string =>
    `${folder === '/' ? '' : folder.replace(/\/+$/, '')}/${baseName(target.replace(/\/+$/, '') || '/')}`;
  const into = options.value('t');
  if (into !== undefined) return operands.map((target) => [target, inside(target, into)]);
  if (options.has('T')) {
    if (operands.length !== 2) throw new UsageError(operands.length < 2 ? `missing destination file operand after '${operands[0]}'` : `extra operand '${operands[2]}'`);
    return [[operands[0] as string, operands[1] as string]];
  }
  if (operands.length === 1) return [[operands[0] as string, inside(operands[0] as string, '.')]];
  const last = operands.pop() as string;
  const isLink = options.has('n') && operands.length === 1 && !last.endsWith('/') && context.files.linkStat(locateEntry(context, last))?.kind === 'link';
  if (!isLink && context.files.stat(locateEntry(context, last))?.kind === 'directory') return operands.map((target) => [target, inside(target, last)]);
  if (operands.length > 1) {
    await complain(context, `target '${last}': ${context.files.stat(locateEntry(context, last)) === undefined ? 'No such file or directory' : 'Not a directory'}`);
    return undefined;
  }
  return [[operands[0] as string, last]];
}

async function makeLink(context: CommandContext, options: ParsedOptions, target: string, name: string): Promise<void> {
  const { files } = context;
  const path = name.endsWith('/') ? locate(context, name) : locateEntry(context, name);
  if (name.endsWith('/') && files.linkStat(path) === undefined) throw new FsError('ENOENT', path);
  const written = options.has('r') ? relativePath(canonical(context, target, 'missing'), directoryOf(entryPath(files, path))) : target;
  let there = files.linkStat(path);
  const style = backupStyle(context, options);
  const last = options.all.findLast(({ letter }) => letter === 'f' || letter === 'i')?.letter;
  if (there !== undefined && last === 'i' && there.kind !== 'directory') {
    if (!(await askYes(context, `replace '${name}'? `))) return;
  }
  let kept = '';
  if (there !== undefined && style !== undefined && there.kind !== 'directory') {
    kept = ` ~ '${name}${moveToBackup(files, path, style)}'`;
    there = undefined;
  }
  if ((!options.has('f') && last !== 'i') || there === undefined) files.link(written, path);
  else if (there.kind === 'directory') throw new FsError('EISDIR', path);
  else if (entryPath(files, path) === realOrNothing(context, target)) {
    throw new FsError('EEXIST', path, 'it would lead to itself');
  } else replaceByLink(files, written, path);
  if (options.has('v')) await context.stdout.write(encodeText(`'${name}' -> '${written}'${kept}\n`));
}

function realOrNothing(context: CommandContext, name: string): string | undefined {
  try {
    return context.files.realPath(locate(context, name));
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/** `path` as it is written in `directory`; both real. */
export function relativePath(path: string, directory: string): string {
  const [to, from] = [path, directory].map((text) => text.split('/').filter((name) => name !== '')) as [string[], string[]];
  let common = 0;
  while (common < to.length && common < from.length && to[common] === from[common]) common += 1;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/') || '.';
}

type Missing = 'none' | 'last' | 'missing';

/**
 * The real path of a name. @param missing what need not be there: nothing (`-e`), the last name (`-f`), anything (`-m`).
 * @throws FsError
 */
function canonical(context: CommandContext, name: string, missing: Missing): string {
  const { files, cwd } = context;
  if (missing === 'missing') return leniently((path) => files.linkTarget(path), cwd, name);
  const real = files.realPath(locate(context, name));
  if (missing === 'none') requireStat(files, real);
  else if (files.stat(real) === undefined && requireStat(files, directoryOf(real)).kind !== 'directory') throw new FsError('ENOTDIR', name);
  return real;
}

/** Follows the links that are there, and takes everything else by its letters. */
function leniently(linkTarget: (path: string) => string | undefined, cwd: string, name: string): string {
  if (name === '') throw new FsError('ENOENT', name);
  let at = '/';
  const pending = (name.startsWith('/') ? name : `${cwd}/${name}`).normalize('NFC').split('/').reverse();
  for (let hops = 0; pending.length > 0; ) {
    const segment = pending.pop() as string;
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      at = directoryOf(at);
      continue;
    }
    const next = joinPath(at, segment);
    const target = hops < limits.linkMaxHops ? linkTarget(next) : undefined;
    if (target === undefined) {
      at = next;
      continue;
    }
    hops += 1;
    if (target.startsWith('/')) at = '/';
    pending.push(...target.normalize('NFC').split('/').reverse());
  }
  return at;
}

export const readlink: Command = {
  name: 'readlink',
  summary: 'Say where a symbolic link leads',
  usage: 'readlink [-femnqsvz] FILE...',
  help: 'readlink today          # the target as written\nreadlink -f today       # every link followed',
  options: [
    ['-f, --canonicalize', 'every link followed; the last name need not be there'],
    ['-e, --canonicalize-existing', 'the same, and all must be there'],
    ['-m, --canonicalize-missing', 'the same, and nothing need be there'],
    ['-n, --no-newline', 'without a newline behind it'],
    ['-z, --zero', 'a zero byte behind it'],
    ['-v, --verbose', 'say what goes wrong'],
    ['-q, --quiet', 'say nothing of it; also -s'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'femnqsvz',
      long: {
        canonicalize: 'f', 'canonicalize-existing': 'e', 'canonicalize-missing': 'm', 'no-newline': 'n', quiet: 'q', silent: 's', verbose: 'v', zero: 'z',
      },
    });
    if (options.operands.length === 0) throw new UsageError('missing operand');
    const mode = options.all.findLast(({ letter }) => 'fem'.includes(letter))?.letter;
    const end = options.has('z') ? '\0' : options.has('n') && options.operands.length === 1 ? '' : '\n';
    let status = 0;
    for (const name of options.operands) {
      try {
        let text: string;
        if (mode !== undefined) text = canonical(context, name, mode === 'e' ? 'none' : mode === 'f' ? 'last' : 'missing');
        else {
          const path = name.endsWith('/') ? locate(context, name) : locateEntry(context, name);
          text = context.files.readLink(path);
        }
        await context.stdout.write(encodeText(text + end));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        if (options.has('v')) await complain(context, `${name}: ${error.message}`);
      }
    }
    return status;
  },
};

export const realpath: Command = {
  name: 'realpath',
  summary: 'Print the path without symbolic links and dots',
  usage: 'realpath [-emqsz] [--relative-to=DIR] [--relative-base=DIR] FILE...',
  help: 'realpath today\nrealpath --relative-to=. ../other/file',
  options: [
    ['-e, --canonicalize-existing', 'all of it must be there'],
    ['-m, --canonicalize-missing', 'nothing of it need be there'],
    ['-s, --no-symlinks', 'follow no links'],
    ['-L, --logical', 'take `..` away before links are followed'],
    ['-P, --physical', 'follow links first, which is the default'],
    ['--relative-to=DIR', 'as it is written in DIR'],
    ['--relative-base=DIR', 'so only below DIR'],
    ['-q, --quiet', 'say nothing of what is not there'],
    ['-z, --zero', 'a zero byte behind each'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'eEmLPqszT:B:',
      long: {
        'canonicalize-existing': 'e', 'canonicalize': 'E', 'canonicalize-missing': 'm', quiet: 'q', strip: 's', 'no-symlinks': 's', zero: 'z',
        logical: 'L', physical: 'P', 'relative-to': 'T', 'relative-base': 'B',
      },
    });
    if (options.operands.length === 0) throw new UsageError('missing operand');
    const mode = options.all.findLast(({ letter }) => 'eEm'.includes(letter))?.letter;
    const missing: Missing = mode === 'e' ? 'none' : mode === 'm' ? 'missing' : 'last';
    const resolve = (name: string): string => {
      if (!options.has('s')) return canonical(context, name, missing);
      const path = leniently(() => undefined, context.cwd, name);
      if (missing !== 'missing') canonical(context, name, missing);
      return path;
    };
    const base = options.value('B') === undefined ? undefined : resolve(options.value('B') as string);
    const to = options.value('T') === undefined ? base : resolve(options.value('T') as string);
    let status = 0;
    for (const name of options.operands) {
      try {
        const path = resolve(name);
        const isRelative = to !== undefined && (base === undefined || (isWithin(base, path) && isWithin(base, to)));
        await context.stdout.write(encodeText((isRelative ? relativePath(path, to) : path) + (options.has('z') ? '\0' : '\n')));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        if (!options.has('q')) await complain(context, `${name}: ${error.message}`);
      }
    }
    return status;
  },
};
