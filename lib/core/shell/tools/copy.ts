import { FsError, type Files, type FileStat } from '../../fs/files.ts';
import { isWithin, joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { entryPath, leadsInCircle, locate, locateEntry, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { complain } from './files-in.ts';
import { HARD_LINKS, replaceByLink } from './links.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';
import { removeTree } from './remove-tree.ts';

/** Which links a copy goes through; the others are copied as links. */
type Follow = 'never' | 'operands' | 'always';

interface CopyStyle {
  follow: Follow;
  isRecursive: boolean;
  /** Bits are kept even where the destination had its own. */
  keepsMode: boolean;
  /** Whether what is there stays: always, or when it is as new. */
  keepsTarget: 'never' | 'always' | 'if-newer';
  /** Take the destination away first: always, or only when it cannot be written. */
  removesTarget: 'never' | 'if-refused' | 'always';
  asLinks: boolean;
  verbose: boolean;
}

const SHARED_LONG = { force: 'f', 'no-clobber': 'n', verbose: 'v', 'target-directory': 't', 'no-target-directory': 'T', update: 'u', interactive: 'i' };

/** Where each source of `mv` and `cp` goes: into the directory, or to the one name. */
async function targets(context: CommandContext, options: ParsedOptions, verb: string): Promise<[string, string][] | undefined> {
  const { files } = context;
  const sources = [...options.operands];
  const into = options.value('t');
  if (sources.length === 0) throw new UsageError('missing file operand');
  if (into === undefined && sources.length === 1) throw new UsageError(`missing destination file operand after '${sources[0]}'`);
  const last = into ?? (sources.pop() as string);
  const inside = (source: string): string => {
    const name = source.replace(/\/+$/, '').split('/').pop() as string;
    return name === '' || name === '.' || name === '..' ? `${last.replace(/\/+$/, '')}/.` : `${last.replace(/\/+$/, '')}/${name}`;
  };
  let stat: FileStat | undefined;
  let words = 'No such file or directory';
  try {
    stat = files.stat(locate(context, last));
    if (stat !== undefined && stat.kind !== 'directory') words = 'Not a directory';
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    words = error.message;
  }
  if (stat?.kind === 'directory' && !options.has('T')) return sources.map((source) => [source, inside(source)]);
  if (into !== undefined || sources.length > 1) {
    if (options.has('T')) throw new UsageError(`extra operand '${sources[1]}'`);
    await complain(context, `target ${into === undefined ? '' : 'directory '}'${last}': ${words}`);
    return undefined;
  }
  const [source] = sources as [string];
  if (last.endsWith('/') && stat?.kind !== 'directory' && (stat !== undefined || statOrNothing(context, source)?.kind !== 'directory')) {
    await complain(context, `cannot ${verb} '${source}' to '${last}': Not a directory`);
    return undefined;
  }
  return [[source, last]];
}

function statOrNothing(context: CommandContext, name: string): FileStat | undefined {
  try {
    return context.files.stat(locate(context, name));
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/** Copies files, links and trees; `failed` says afterwards whether anything was refused. */
class Copier {
  readonly #context: CommandContext;
  readonly #files: Files;
  readonly #style: CopyStyle;
  failed = false;

  constructor(context: CommandContext, style: CopyStyle) {
    this.#context = context;
    this.#files = context.files;
    this.#style = style;
  }

  async refuse(message: string): Promise<void> {
    this.failed = true;
    await complain(this.#context, message);
  }

  /** @param inside the real paths of the directories that are being copied around this one. */
  async copy(source: string, from: string, target: string, to: string, inside: readonly string[] = []): Promise<void> {
    const { follow } = this.#style;
    const isFollowed = follow === 'always' || (follow === 'operands' && inside.length === 0);
    let stat: FileStat | undefined;
    try {
      stat = isFollowed ? requireStat(this.#files, from) : this.#files.linkStat(from) ?? requireStat(this.#files, from);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return this.refuse(`cannot stat '${source}': ${error.message}`);
    }
    try {
      if (stat.kind === 'directory') await this.#copyDirectory(source, from, stat, target, to, inside);
      else await this.#copyOne(source, from, stat, target, to);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await this.refuse(`cannot create ${stat.kind === 'directory' ? 'directory' : stat.kind === 'link' ? 'symbolic link' : 'regular file'} '${target}': ${error.message}`);
    }
  }

  async #copyOne(source: string, from: string, stat: FileStat, target: string, to: string): Promise<void> {
    const files = this.#files;
    const style = this.#style;
    const there = files.linkStat(to);
    if (there?.kind === 'directory') return this.refuse(`cannot overwrite directory '${target}' with non-directory`);
    if (there !== undefined) {
      const isSame = entryPath(files, from) === entryPath(files, to);
      const leadsToIt = stat.kind !== 'link' && !style.asLinks && files.stat(to) !== undefined && files.realPath(to) === files.realPath(from);
      if (isSame || (leadsToIt && style.removesTarget !== 'always')) return this.refuse(`'${source}' and '${target}' are the same file`);
      if (style.keepsTarget === 'always') return;
      if (style.keepsTarget === 'if-newer' && there.mtimeMs >= stat.mtimeMs) return;
    }
    if (style.asLinks) {
      if (!source.startsWith('/') && target.includes('/')) return this.refuse(`'${target}': can make relative symbolic links only in current directory`);
      if (there !== undefined && style.removesTarget === 'never') throw new FsError('EEXIST', to);
      replaceByLink(files, source, to);
    } else if (stat.kind === 'link') {
      replaceByLink(files, files.readLink(from), to);
    } else {
      // One in a circle cannot be opened, which -f answers by removing it; one to nothing could be, and is refused.
      const isCircle = there?.kind === 'link' && style.removesTarget !== 'never' && leadsInCircle(files, to);
      if (isCircle || (there !== undefined && style.removesTarget === 'always')) files.remove(to);
      else if (there?.kind === 'link' && files.stat(to) === undefined) return this.refuse(`not writing through dangling symlink '${target}'`);
      this.#copyContent(from, stat, to);
    }
    if (style.verbose) await this.#context.stdout.write(encodeText(`'${source}' -> '${target}'\n`));
  }

  #copyContent(from: string, stat: FileStat, to: string): void {
    const files = this.#files;
    const bytes = files.read(from);
    let isNew = files.stat(to) === undefined;
    try {
      files.write(to, bytes);
    } catch (error) {
      if (isNew || !(error instanceof FsError) || error.code !== 'EACCES' || this.#style.removesTarget === 'never') throw error;
      files.remove(to);
      files.write(to, bytes);
      isNew = true;
    }
    const made = files.stat(to);
    if (made?.kind === 'file') setModeAfter(files, to, stat.mode, made.mode, isNew, this.#style.keepsMode);
  }

  async #copyDirectory(source: string, from: string, stat: FileStat, target: string, to: string, inside: readonly string[]): Promise<void> {
    const files = this.#files;
    if (!this.#style.isRecursive) return this.refuse(`-r not specified; omitting directory '${source}'`);
    const real = files.realPath(from);
    if (inside.includes(real)) return this.refuse(`cannot copy cyclic symbolic link '${source}'`);
    const there = files.linkStat(to);
    if (isWithin(real, there === undefined ? entryPath(files, to) : files.realPath(to))) {
      return this.refuse(`cannot copy a directory, '${source}', into itself, '${target}'`);
    }
    if (there !== undefined && there.kind !== 'directory') return this.refuse(`cannot overwrite non-directory '${target}' with directory '${source}'`);
    if (there === undefined) {
      files.makeDirectory(to);
      if (this.#style.verbose) await this.#context.stdout.write(encodeText(`'${source}' -> '${target}'\n`));
    }
    const made = files.stat(to)?.mode ?? 0o755;
    for (const { name } of files.list(from)) {
      await this.copy(`${source.replace(/\/+$/, '')}/${name}`, joinPath(from, name), `${target.replace(/\/+$/, '')}/${name}`, joinPath(to, name), [...inside, real]);
      await this.#context.breathe();
    }
    // Last: a directory may be one that nothing can be written into.
    setModeAfter(files, to, stat.mode, made, there === undefined, this.#style.keepsMode);
  }
}

/** What the new one got tells the umask: where it lets others read, it lets them run. */
function setModeAfter(files: Files, path: string, wanted: number, made: number, isNew: boolean, keepsMode: boolean): void {
  const mode = keepsMode ? wanted : isNew ? wanted & (made | ((made & 0o444) >> 2)) : made;
  if (mode !== made) files.setMode(path, mode);
}

export const cp: Command = {
  name: 'cp',
  summary: 'Copy files',
  usage: 'cp [-adfHLnPprsTuv] SOURCE... TARGET',
  help: 'cp a.txt b.txt\ncp -r folder backup\ncp -a folder backup   # links and permission bits as they are\ncp -rL folder backup  # what links lead to, instead of the links',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'rRafnipvTuPdLHslt:X',
      long: {
        ...SHARED_LONG, recursive: 'r', archive: 'a', preserve: 'p', dereference: 'L', 'no-dereference': 'P', 'symbolic-link': 's', link: 'l',
        'remove-destination': 'X',
      },
    });
    if (options.has('l')) throw new UsageError(`${HARD_LINKS} Use cp -s for symbolic links, or plain cp.`);
    const pairs = await targets(context, options, 'copy');
    if (pairs === undefined) return 1;
    const isRecursive = options.has('r') || options.has('R') || options.has('a');
    const chosen = options.all.findLast(({ letter }) => 'PdaLH'.includes(letter))?.letter;
    const copier = new Copier(context, {
      follow: chosen === 'L' ? 'always' : chosen === 'H' ? 'operands' : chosen !== undefined || isRecursive ? 'never' : 'always',
      isRecursive,
      keepsMode: options.has('p') || options.has('a'),
      keepsTarget: options.has('n') ? 'always' : options.has('u') ? 'if-newer' : 'never',
      removesTarget: options.has('X') ? 'always' : options.has('f') ? 'if-refused' : 'never',
      asLinks: options.has('s'),
      verbose: options.has('v'),
    });
    for (const [source, target] of pairs) {
      try {
        await copier.copy(source, locate(context, source), target, target.endsWith('/') ? locate(context, target) : locateEntry(context, target));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await copier.refuse(`cannot copy '${source}' to '${target}': ${error.message}`);
      }
    }
    return copier.failed ? 1 : 0;
  },
};

export const mv: Command = {
  name: 'mv',
  summary: 'Move or rename files',
  usage: 'mv [-fnTuv] SOURCE... TARGET',
  help: 'mv draft.txt final.txt\nmv *.txt notes/',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'fnivTut:', long: SHARED_LONG });
    const pairs = await targets(context, options, 'move');
    if (pairs === undefined) return 1;
    let status = 0;
    for (const [source, target] of pairs) {
      let refusal: string | undefined;
      try {
        refusal = await moveOne(context, options, source, target);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        refusal = `cannot move '${source}' to '${target}': ${error.message}`;
      }
      if (refusal === undefined) continue;
      status = 1;
      if (refusal !== '') await complain(context, refusal);
    }
    return status;
  },
};

/** @returns why it was not moved; '' when that has been said. */
async function moveOne(context: CommandContext, options: ParsedOptions, source: string, target: string): Promise<string | undefined> {
  const { files } = context;
  const from = locateEntry(context, source);
  if ([source, target].some((name) => /(^|\/)\.\.?\/*$/.test(name))) throw new FsError('EBUSY', from);
  const to = locateEntry(context, target);
  const stat = files.linkStat(from);
  if (stat === undefined) return `cannot stat '${source}': No such file or directory`;
  if (source.endsWith('/') && stat.kind !== 'directory') {
    return stat.kind === 'link' ? `cannot move '${source}' to '${target}': Not a directory` : `cannot stat '${source}': Not a directory`;
  }
  const [oldEntry, newEntry] = [entryPath(files, from), entryPath(files, to)];
  const there = files.linkStat(to);
  if (there?.kind === 'link' && target.endsWith('/')) return `cannot move '${source}' to '${target}': Not a directory`;
  if (oldEntry === newEntry) return `'${source}' and '${target}' are the same file`;
  if (stat.kind === 'directory' && isWithin(oldEntry, newEntry)) return `cannot move '${source}' to a subdirectory of itself, '${target}'`;
  if (there !== undefined && options.has('n')) return undefined;
  if (there !== undefined && options.has('u') && there.mtimeMs >= stat.mtimeMs) return undefined;
  if (there?.kind === 'directory' && stat.kind !== 'directory') return `cannot overwrite directory '${target}' with non-directory`;
  if (there !== undefined && there.kind !== 'directory' && stat.kind === 'directory') return `cannot overwrite non-directory '${target}' with directory '${source}'`;
  try {
    files.rename(from, to);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== 'EXDEV') throw error;
    return moveAcross(context, source, from, target, to);
  }
  if (options.has('v')) await context.stdout.write(encodeText(`renamed '${source}' -> '${target}'\n`));
  return undefined;
}

/** Between home and memory a directory is copied whole, and removed only when all of it has arrived. */
async function moveAcross(context: CommandContext, source: string, from: string, target: string, to: string): Promise<string | undefined> {
  const copier = new Copier(context, {
    follow: 'never', isRecursive: true, keepsMode: true, keepsTarget: 'never', removesTarget: 'if-refused', asLinks: false, verbose: false,
  });
  const there = context.files.linkStat(to);
  if (there?.kind === 'directory' && context.files.list(to).length > 0) {
    return `cannot move '${source}' to '${target}': ${new FsError('ENOTEMPTY', to).message}`;
  }
  await copier.copy(source, from, target, to);
  if (copier.failed) return '';
  await removeTree(context, from);
  return undefined;
}
