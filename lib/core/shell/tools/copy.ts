import { FsError, type Files, type FileStat } from '../../fs/files.ts';
import { isWithin, joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { entryPath, leadsInCircle, locate, locateEntry, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { askYes } from './ask-yes.ts';
import { backupStyle, moveToBackup, type BackupStyle } from './backup-name.ts';
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
  /** Times are kept too. */
  keepsTime: boolean;
  asks: boolean;
  /** Only the bits, not the content. */
  onlyAttributes: boolean;
  backup: BackupStyle | undefined;
}

const SHARED_LONG = {
  force: 'f', 'no-clobber': 'n', verbose: 'v', 'target-directory': 't', 'no-target-directory': 'T', update: 'u', interactive: 'i', backup: '\x02', suffix: 'S',
  'strip-trailing-slashes': '\x03',
};

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

/** `--parents`: each name whole below the directory, which gets the directories before it. */
async function parentTargets(context: CommandContext, options: ParsedOptions): Promise<[string, string][] | undefined> {
  const sources = [...options.operands];
  const into = options.value('t') ?? sources.pop();
  if (into === undefined || sources.length === 0) throw new UsageError('missing file operand');
  if (statOrNothing(context, into)?.kind !== 'directory') {
    await complain(context, 'with --parents, the destination must be a directory');
    return undefined;
  }
  const pairs: [string, string][] = [];
  for (const source of sources) {
    const plain = source.replace(/^\/+/, '').replace(/\/+$/, '');
    const base = into.replace(/\/+$/, '');
    for (let at = plain.indexOf('/'); at >= 0; at = plain.indexOf('/', at + 1)) {
      const parent = `${base}/${plain.slice(0, at)}`;
      if (statOrNothing(context, source) === undefined || statOrNothing(context, parent) !== undefined) continue;
      context.files.makeDirectory(locate(context, parent));
      if (options.has('v')) await context.stdout.write(encodeText(`${plain.slice(0, at)} -> ${parent}\n`));
    }
    pairs.push([source, `${base}/${plain}`]);
  }
  return pairs;
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
    let there = files.linkStat(to);
    if (there?.kind === 'directory') return this.refuse(`cannot overwrite directory '${target}' with non-directory`);
    let kept = '';
    if (there !== undefined) {
      const isSame = entryPath(files, from) === entryPath(files, to);
      const leadsToIt = stat.kind !== 'link' && !style.asLinks && files.stat(to) !== undefined && files.realPath(to) === files.realPath(from);
      if (isSame || (leadsToIt && style.removesTarget !== 'always')) return this.refuse(`'${source}' and '${target}' are the same file`);
      if (style.keepsTarget === 'always') return;
      if (style.keepsTarget === 'if-newer' && there.mtimeMs >= stat.mtimeMs) return;
      if (style.asks && !(await askYes(this.#context, `overwrite '${target}'? `))) {
        this.failed = true;
        return;
      }
      if (style.backup !== undefined) {
        kept = ` (backup: '${target}${moveToBackup(files, to, style.backup)}')`;
        there = undefined;
      }
    }
    if (style.asLinks) {
      if (!source.startsWith('/') && target.includes('/')) return this.refuse(`'${target}': can make relative symbolic links only in current directory`);
      if (there !== undefined && style.removesTarget === 'never') throw new FsError('EEXIST', to);
      replaceByLink(files, source, to);
    } else if (stat.kind === 'link') {
      replaceByLink(files, files.readLink(from), to, style.keepsTime ? stat.mtimeMs : undefined);
    } else {
      // One in a circle cannot be opened, which -f answers by removing it; one to nothing could be, and is refused.
      const isCircle = there?.kind === 'link' && style.removesTarget !== 'never' && leadsInCircle(files, to);
      if (isCircle || (there !== undefined && style.removesTarget === 'always')) files.remove(to);
      else if (there?.kind === 'link' && files.stat(to) === undefined) return this.refuse(`not writing through dangling symlink '${target}'`);
      this.#copyContent(from, stat, to);
    }
    if (style.verbose) await this.#context.stdout.write(encodeText(`'${source}' -> '${target}'${kept}\n`));
  }

  #copyContent(from: string, stat: FileStat, to: string): void {
    const files = this.#files;
    const bytes = this.#style.onlyAttributes ? new Uint8Array(0) : files.read(from);
    const mtimeMs = this.#style.keepsTime ? stat.mtimeMs : undefined;
    let isNew = files.stat(to) === undefined;
    try {
      files.write(to, bytes, mtimeMs);
    } catch (error) {
      if (isNew || !(error instanceof FsError) || error.code !== 'EACCES' || this.#style.removesTarget === 'never') throw error;
      files.remove(to);
      files.write(to, bytes, mtimeMs);
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
      files.makeDirectory(to, this.#style.keepsTime ? stat.mtimeMs : undefined);
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
  usage: 'cp [-ainprTuv] [-t DIR] SOURCE... TARGET',
  help: 'cp a.txt b.txt\ncp -r folder backup\ncp -a folder backup   # links, dates and permission bits as they are\ncp -rL folder backup  # what links lead to, instead of the links\ncp -i *.txt notes     # asks before it replaces\ncp --parents a/b/c.txt backup   # makes backup/a/b/c.txt',
  options: [
    ['-r, -R, --recursive', 'directories with all that is in them'],
    ['-a, --archive', 'everything as it is: links, dates, bits'],
    ['-p, --preserve[=WHAT]', 'keep bits and dates'],
    ['-i, --interactive', 'ask before a file is replaced'],
    ['-n, --no-clobber', 'replace nothing'],
    ['-u, --update', 'replace only what is older'],
    ['-f, --force', 'remove a target that cannot be written'],
    ['--remove-destination', 'remove each target first'],
    ['-b, --backup[=CONTROL]', 'keep what is replaced, as name~ or name.~1~'],
    ['-S, --suffix=TEXT', 'instead of ~'],
    ['-t, --target-directory=DIR', 'copy all into DIR'],
    ['-T, --no-target-directory', 'TARGET is the name, not a directory to copy into'],
    ['--parents', 'with the directories before the name'],
    ['-s, --symbolic-link', 'make links instead of copies'],
    ['-L, --dereference', 'what links lead to, instead of the links'],
    ['-P, --no-dereference', 'links as links; -d too'],
    ['-H', 'follow only links that are named'],
    ['--attributes-only', 'only bits and dates, not the content'],
    ['-v, --verbose', 'name each'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args.map((word) => (word === '--preserve' ? '-p' : word)), {
      short: 'rRafnipvTuPdLHslt:XbS:x\x02\x03\x04\x05\x06\x07:\x08',
      long: {
        ...SHARED_LONG, recursive: 'r', archive: 'a', preserve: '\x07', dereference: 'L', 'no-dereference': 'P', 'symbolic-link': 's', link: 'l',
        'remove-destination': 'X', parents: '\x04', 'attributes-only': '\x05', reflink: '\x06', sparse: '\x06', 'one-file-system': 'x', 'no-preserve': '\x08',
      },
    });
    if (options.has('l')) throw new UsageError(`${HARD_LINKS} Use cp -s for symbolic links, or plain cp.`);
    const pairs = options.has('\x04') ? await parentTargets(context, options) : await targets(context, options, 'copy');
    if (pairs === undefined) return 1;
    const isRecursive = options.has('r') || options.has('R') || options.has('a');
    const attributes = options.value('\x07') ?? '';
    const keepsAll = options.has('p') || options.has('a') || /all/.test(attributes);
    const clash = options.all.findLast(({ letter }) => letter === 'i' || letter === 'n')?.letter;
    const chosen = options.all.findLast(({ letter }) => 'PdaLH'.includes(letter))?.letter;
    const copier = new Copier(context, {
      follow: chosen === 'L' ? 'always' : chosen === 'H' ? 'operands' : chosen !== undefined || isRecursive ? 'never' : 'always',
      isRecursive,
      keepsMode: keepsAll || /mode/.test(attributes),
      keepsTime: keepsAll || /timestamps/.test(attributes),
      asks: clash === 'i',
      onlyAttributes: options.has('\x05'),
      backup: backupStyle(context, options),
      keepsTarget: clash === 'n' ? 'always' : options.has('u') ? 'if-newer' : 'never',
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
  usage: 'mv [-finTuv] [-t DIR] SOURCE... TARGET',
  help: 'mv draft.txt final.txt\nmv *.txt notes/\nmv -i a.txt b.txt      # asks before it replaces\nmv -b new.txt notes.txt   # keeps the old one as notes.txt~',
  options: [
    ['-i, --interactive', 'ask before a file is replaced'],
    ['-n, --no-clobber', 'replace nothing'],
    ['-f, --force', 'ask nothing'],
    ['-u, --update', 'replace only what is older'],
    ['-b, --backup[=CONTROL]', 'keep what is replaced, as name~ or name.~1~'],
    ['-S, --suffix=TEXT', 'instead of ~'],
    ['-t, --target-directory=DIR', 'move all into DIR'],
    ['-T, --no-target-directory', 'TARGET is the name, not a directory to move into'],
    ['-v, --verbose', 'name each'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'fnivTut:bS:\x02\x03', long: SHARED_LONG });
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
  const clash = options.all.findLast(({ letter }) => 'fin'.includes(letter))?.letter;
  if (there !== undefined && clash === 'n') return undefined;
  if (there !== undefined && options.has('u') && there.mtimeMs >= stat.mtimeMs) return undefined;
  if (there?.kind === 'directory' && stat.kind !== 'directory') return `cannot overwrite directory '${target}' with non-directory`;
  if (there !== undefined && there.kind !== 'directory' && stat.kind === 'directory') return `cannot overwrite non-directory '${target}' with directory '${source}'`;
  if (there !== undefined && clash === 'i' && !(await askYes(context, `overwrite '${target}'? `))) return '';
  const style = backupStyle(context, options);
  const kept = there !== undefined && style !== undefined ? ` (backup: '${target}${moveToBackup(files, to, style)}')` : '';
  try {
    files.rename(from, to);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== 'EXDEV') throw error;
    return moveAcross(context, source, from, target, to);
  }
  if (options.has('v')) await context.stdout.write(encodeText(`renamed '${source}' -> '${target}'${kept}\n`));
  return undefined;
}

/** Between home and memory a directory is copied whole, and removed only when all of it has arrived. */
async function moveAcross(context: CommandContext, source: string, from: string, target: string, to: string): Promise<string | undefined> {
  const copier = new Copier(context, {
    follow: 'never', isRecursive: true, keepsMode: true, keepsTarget: 'never', removesTarget: 'if-refused', asLinks: false, verbose: false,
    keepsTime: true, asks: false, onlyAttributes: false, backup: undefined,
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
